import type { Event, FindingKind } from "../../shared/model/index.ts";
import { markOf } from "../projections/lanes-marks.ts";
import { isLed, type NodeChange } from "../projections/node-terms.ts";

/** What one jumps to in a trace. `taken`: a lock was lost and not given back, or a late writer was kept out. */
export const jumpKinds = ["anomaly", "grant", "fault", "term", "taken", "act"] as const;
export type JumpKind = (typeof jumpKinds)[number];

export const jumpWords: Record<JumpKind, { readonly one: string; readonly hint: string }> = {
  anomaly: { one: "anomaly", hint: "a deadlock, a livelock, two leaders, somebody starves or is stuck" },
  grant: { one: "grant", hint: "somebody got a lock" },
  fault: { one: "fault", hint: "a failure was injected" },
  term: { one: "term", hint: "a leader was elected, or an agent's own node began to lead" },
  taken: { one: "loss", hint: "a lock expired, was taken by force, or a late writer was kept out" },
  act: { one: "act", hint: "an operator did something" },
};

/** Findings that say that something goes wrong; the others say that it might. */
const anomalous: ReadonlySet<FindingKind> = new Set<FindingKind>(["livelock", "starvation", "staleHolder", "priorityInversion", "splitBrain"]);

/** What an event is to the scrubber, with what it changes of who leads by the nodes that agents run; undefined for most. */
export function jumpKindOf(event: Event, nodes: readonly NodeChange[] = []): JumpKind | undefined {
  if (nodes.some(({ now }) => isLed(now))) return "term";
  switch (event.type) {
    case "deadlock.detected":
      return "anomaly";
    case "finding.raised":
      return anomalous.has(event.found.kind) ? "anomaly" : undefined;
    case "fault.began":
      return "fault";
    case "leader.elected":
      return "term";
    case "lock.released":
      return event.why === "expired" || event.why === "forced" || event.why === "overheld" || event.why === "expelled" ? "taken" : undefined;
    case "session.ended":
      return event.why === "expired" || event.why === "expelled" ? "taken" : undefined;
    case "guard.refused":
    case "claim.refused":
    case "leader.refused":
      return "taken";
    case "lock.granted":
    case "lock.upgraded":
    case "lock.transferred":
      return "grant";
    default:
      return "actor" in event && event.actor !== undefined ? "act" : undefined;
  }
}

/** One byte for each event: 0, or the place of its kind in `jumpKinds` plus one. */
export function codeOf(event: Event, nodes: readonly NodeChange[]): number {
  const kind = jumpKindOf(event, nodes);
  return kind === undefined ? 0 : codeOfKind(kind);
}

export const codeOfKind = (kind: JumpKind): number => jumpKinds.indexOf(kind) + 1;

/** Something that the scrubber names: where it is, and until when it lasted. */
export interface Spot {
  readonly position: number;
  readonly atMs: number;
  readonly kind: JumpKind;
  /** What ends it: a deadlock's or a fault's id. */
  readonly lasts?: string;
  readonly words: string;
}

/** The end of a spot that lasts. */
export interface SpotEnd {
  readonly lasts: string;
  readonly position: number;
  readonly atMs: number;
}

export function spotOf(event: Event, nodes: readonly NodeChange[] = []): Spot | undefined {
  const kind = jumpKindOf(event, nodes);
  if (kind === undefined || kind === "grant") return undefined;
  const { position, atMs } = event;
  const lasts = lastsAs(event);
  return { position, atMs, kind, words: wordsOf(event), ...(lasts === undefined ? {} : { lasts }) };
}

function wordsOf(event: Event): string {
  if (event.type === "node.told") return `${event.agent} leads ${event.group}, by its node of ${event.view.protocol} in term ${event.view.term}`;
  const marked = markOf(event)?.words;
  if (marked !== undefined || event.type !== "leader.elected") return marked ?? event.type;
  const { group, leader, after } = event;
  return `${leader.agent} leads ${group}, term ${leader.term}${after === undefined ? "" : `, after ${after.agent}`}`;
}

function lastsAs(event: Event): string | undefined {
  if (event.type === "deadlock.detected") return `deadlock ${event.found.deadlock}`;
  if (event.type === "fault.began") return `fault ${event.fault.fault}`;
  return event.type === "finding.raised" ? `finding ${event.found.finding}` : undefined;
}

export function spotEndOf(event: Event): SpotEnd | undefined {
  const { position, atMs } = event;
  if (event.type === "deadlock.resolved") return { lasts: `deadlock ${event.deadlock}`, position, atMs };
  if (event.type === "fault.ended") return { lasts: `fault ${event.fault}`, position, atMs };
  return event.type === "finding.cleared" ? { lasts: `finding ${event.finding}`, position, atMs } : undefined;
}
