import type { Event, Finding, FindingKind } from "../../model/index.ts";
import type { State } from "../../state/index.ts";

/** A request that came to nothing: refused, given up, timed out, taken back, or a write that came too late. */
export interface Failure {
  readonly session: string;
  readonly agent: string;
  /** What it wanted. */
  readonly resources: readonly string[];
  /** Whose doing it was, as far as one can tell. */
  readonly because: readonly string[];
  readonly how: "refused" | "gaveUp" | "tooLate" | "withdrew";
  readonly atMs: number;
}

/**
 * Looks for one kind of trouble. It is fed every event once, with the state just after the event's command, and keeps a
 * bounded memory of its own. `findings` says what it thinks at a moment: the same thing has the same id every time.
 */
export interface Detector {
  feed(event: Event, state: State): void;
  failed?(failure: Failure, state: State): void;
  findings(state: State, nowMs: number): Finding[];
}

/** The same id for the same subjects in any order; many of them are shortened to their number and a fingerprint. */
export function findingId(kind: FindingKind, subjects: readonly string[]): string {
  const name = [...subjects].sort().join(" ");
  if (name.length <= 200) return `${kind} ${name}`;
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return `${kind} ${subjects.length} ${(hash >>> 0).toString(16)} ${name.slice(0, 100)}`;
}

/** Puts an item at the end of a list that keeps the newest `most`. */
export function keepNewest<T>(list: T[], item: T, most: number): void {
  list.push(item);
  if (list.length > most) list.shift();
}

/** Drops the entry that was put in first until a map has at most so many. */
export function keepWithin<K, V>(map: Map<K, V>, most: number): void {
  for (const oldest of map.keys()) {
    if (map.size <= most) return;
    map.delete(oldest);
  }
}
