import type { Fault, FaultKind } from "../../../shared/model/index.ts";

/** What happens to one message on a troubled link. */
export interface Passage {
  readonly lost: boolean;
  readonly delayMs: number;
  /** How often it arrives, when it does. */
  readonly copies: number;
}

/** Which way a message goes, and whether it answers something. */
export type Way = "in" | "answer" | "notice";

const untroubled: Passage = { lost: false, delayMs: 0, copies: 1 };

const cutsIn: ReadonlySet<FaultKind> = new Set(["cut", "cutIn", "crash"]);
/** Those that keep what the server says from an agent; a cut between two, what the other one caused. */
export const cutsOut: ReadonlySet<FaultKind> = new Set(["cut", "cutOut", "crash", "cutPair"]);

/** What the faults at a link do to one message. `chance` gives numbers from 0 to 1. */
export function passageOf(faults: readonly Fault[], way: Way, message: string, nowMs: number, chance: () => number): Passage {
  let passage = untroubled;
  for (const fault of faults) passage = through(passage, fault, way, message, nowMs, chance);
  return passage;
}

function through(passage: Passage, fault: Fault, way: Way, message: string, nowMs: number, chance: () => number): Passage {
  const { lost, delayMs, copies } = passage;
  const inwards = way === "in";
  if (fault.kind !== "cutPair" && (inwards ? cutsIn : cutsOut).has(fault.kind)) return { ...passage, lost: true };
  switch (fault.kind) {
    case "pause":
      // A process that stands still reads and writes nothing, and then all at once.
      return { lost, delayMs: Math.max(delayMs, fault.untilMs - nowMs), copies };
    case "slow":
      return { lost, delayMs: delayMs + fault.delayMs, copies };
    case "delay":
    case "reorder":
      // Each message takes a while of its own, so later ones overtake earlier ones.
      return chance() < fault.strength ? { lost, delayMs: delayMs + Math.round(fault.delayMs * chance()), copies } : passage;
    case "drop":
      return inwards && chance() < fault.strength ? { ...passage, lost: true } : passage;
    case "duplicate":
      return inwards && chance() < fault.strength ? { lost, delayMs, copies: copies + 1 } : passage;
    case "dropAnswers":
      return way === "answer" && chance() < fault.strength ? { ...passage, lost: true } : passage;
    case "stopRenewing":
      return inwards && message === "heartbeat" ? { ...passage, lost: true } : passage;
    default:
      return passage;
  }
}
