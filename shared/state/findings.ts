import { type EventOf, type Finding, type FindingKind, limits, type Mute } from "../model/index.ts";
import { overlaps } from "./patterns.ts";
import type { State } from "./state.ts";

/** What the state keeps of findings: what people said of them, what is muted, who was favoured. All of it is bounded. */

export function putMute(state: State, mute: Mute): void {
  state.mutes.set(muteKey(mute.kind, mute.pattern), mute);
}

export function dropMute(state: State, kind: FindingKind, pattern: string): void {
  state.mutes.delete(muteKey(kind, pattern));
}

/** The mute by which a finding notifies nobody, or undefined. It is still shown. */
export function muteOf(state: State, found: Finding): Mute | undefined {
  for (const mute of state.mutes.values()) {
    if (mute.kind === found.kind && found.resources.some((resource) => overlaps(mute.pattern, resource))) return mute;
  }
  return undefined;
}

export function muteKey(kind: FindingKind, pattern: string): string {
  return `${kind} ${pattern}`;
}

/** A person's word on a finding, and one more in the count of its kind. */
export function judge(state: State, event: EventOf<"finding.judged">): void {
  const found = state.findings.get(event.finding);
  if (found !== undefined) state.findings.set(event.finding, { ...found, judged: { verdict: event.verdict, by: event.actor.principal, atMs: event.atMs } });
  const counts = state.judged[event.kind] ?? { agree: 0, notAnIssue: 0 };
  state.judged = { ...state.judged, [event.kind]: { ...counts, [event.verdict]: counts[event.verdict] + 1 } };
}

/** Remembers who goes first; the oldest is forgotten when there are too many. */
export function putFavour(state: State, event: EventOf<"livelock.resolved">): void {
  const { finding, agent, resources, untilMs, attempt, agreed } = event;
  state.favours.delete(finding);
  state.favours.set(finding, { finding, agent, resources, untilMs, attempt });
  for (const oldest of state.favours.keys()) {
    if (state.favours.size <= limits.favours) break;
    state.favours.delete(oldest);
  }
  if (agreed !== undefined) {
    const counts = state.shadow;
    state.shadow = agreed ? { ...counts, agreed: counts.agreed + 1 } : { ...counts, differed: counts.differed + 1 };
  }
}
