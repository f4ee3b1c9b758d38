import type { Finding, FindingKind, Verdict } from "../../../shared/model/index.ts";
import { parentOf } from "../../../shared/state/index.ts";
import { findingKinds, findingTitle } from "../../projections/finding-words.ts";
import { openAct } from "../acts/act-store.ts";

const untouched = "Nobody's locks are touched.";

/** A person says whether a finding was right. */
export function openJudge(found: Finding, verdict: Verdict): void {
  const right = verdict === "agree";
  openAct({
    type: "ready",
    act: { type: "finding.judge", finding: found.finding, verdict },
    words: {
      title: right ? "It is right" : "Not an issue",
      meaning: `${findingTitle(found)} ${right ? "Your word is counted with this kind of finding." : "It calls nobody any more, and your word is counted with this kind of finding."}`,
      confirm: right ? "It is right" : "Not an issue",
      done: "Counted.",
      harmful: false,
      calm: untouched,
    },
  });
}

/** Findings of this kind there notify nobody any more. */
export function openMute(kind: FindingKind, pattern: string): void {
  const { label } = findingKinds[kind];
  openAct({
    type: "ready",
    act: { type: "finding.mute", kind, pattern },
    words: {
      title: `Mute: ${label} in ${pattern}`,
      meaning: `Findings of the kind ${label} about ${pattern} and all below it are still listed, but they are not counted and call nobody.`,
      confirm: "Mute it",
      done: "Muted.",
      harmful: false,
      calm: untouched,
    },
  });
}

export function openUnmute(kind: FindingKind, pattern: string): void {
  const { label } = findingKinds[kind];
  openAct({
    type: "ready",
    act: { type: "finding.unmute", kind, pattern },
    words: {
      title: `Unmute: ${label} in ${pattern}`,
      meaning: "Such findings are counted again, and call you.",
      confirm: "Unmute it",
      done: "Unmuted.",
      harmful: false,
      calm: untouched,
    },
  });
}

/** Ends a livelock by treating its members unlike. */
export function openFavour(found: Finding, agent: string): void {
  openAct({
    type: "ready",
    act: { type: "livelock.resolve", finding: found.finding, favour: agent },
    words: {
      title: `Let ${agent} go first`,
      meaning: `The next request of ${agent} goes before all others; the others of the loop are told to stand back, each for a time of its own.`,
      confirm: `Let ${agent} go first`,
      done: `${agent} goes first.`,
      harmful: false,
      calm: "Nobody loses a lock: the others only wait a while before they try again.",
    },
  });
}

/** Patterns that one would mute: the resource, and what it lies in. */
export function mutePatterns({ resources: [first] }: Finding): string[] {
  if (first === undefined) return ["**"];
  const parent = parentOf(first);
  return parent === undefined ? [first] : [first, parent];
}
