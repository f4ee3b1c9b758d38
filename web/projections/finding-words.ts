import type { Finding, FindingKind, LoopAct } from "../../shared/model/index.ts";
import { names } from "./deadlock-words.ts";

interface KindWords {
  readonly label: string;
  /** One sentence for whoever meets the word for the first time. */
  readonly means: string;
}

export const findingKinds: Readonly<Record<FindingKind, KindWords>> = {
  livelock: { label: "livelock", means: "They act and act, and none of them gets anything done: each undoes what it did because of the others." },
  starvation: { label: "starvation", means: "It waits or tries again and again while others get it, one after the other." },
  convoy: { label: "convoy", means: "A queue that only grows: more come than are served." },
  staleHolder: { label: "stale holder", means: "It holds a lock that others wait for, and by every sign does nothing with it." },
  priorityInversion: { label: "priority inversion", means: "Somebody urgent waits for somebody who is not, who waits in turn." },
  lockOrder: { label: "potential deadlock", means: "Locks are taken in orders that cross. Nothing has happened yet; when both meet, both stand still." },
  splitBrain: {
    label: "split brain",
    means: "Two agents believe that they lead the same group. What the older one still does has to be kept out by the guard.",
  },
};

/** What it is, in one line: `Livelock: l1 and l2 keep yielding over repo/x.` */
export function findingTitle({ kind, agents, resources }: Finding): string {
  const who = names(agents, 3);
  const where = names(resources, 2);
  switch (kind) {
    case "livelock":
      return `Livelock: ${who} keep trying for ${where} and none gets on.`;
    case "starvation":
      return `${names(agents.slice(0, 1)) || "Somebody"} starves at ${where}.`;
    case "convoy":
      return `The queue of ${where} only grows.`;
    case "staleHolder":
      return `${names(agents.slice(0, 1)) || "Somebody"} holds ${where} and shows no progress.`;
    case "priorityInversion":
      return `${names(agents.slice(0, 1)) || "Somebody"} is urgent and waits for who is not, at ${where}.`;
    case "lockOrder":
      return `Potential deadlock: ${where} are taken in orders that cross.`;
    case "splitBrain":
      return `Split brain: ${who} believe that they lead ${names(resources.slice(0, 1))}.`;
  }
}

/** What an act of a livelock's loop is called. */
export const loopWords: Readonly<Record<LoopAct["act"], string>> = {
  took: "took",
  asked: "asked for",
  wasRefused: "was refused",
  gaveUp: "gave up",
  gaveBack: "gave back",
  handedOn: "handed on",
  announced: "announced",
  withdrew: "withdrew",
};
