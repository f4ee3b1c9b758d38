import type { Freeze, Intent, Lock, Result, Rule, Session, Version, Wait } from "../model/index.ts";
import type { ResourceIndex } from "./resource-index.ts";
import type { Timers } from "./timers.ts";

/**
 * What is true in a space at one position. It has one owner, who alone calls `evolve` on it; records in its maps are
 * never changed in place. `index` and `timers` are derived: `toSnapshot` leaves them out, `fromSnapshot` rebuilds them.
 */
export interface State {
  space: string;
  /** Position of the last event in it. */
  position: number;
  /** Time of the last event in it. Never goes back. */
  atMs: number;
  lastFence: string;
  lastRequest: number;
  lastIntent: number;
  readonly sessions: Map<string, Session>;
  /** Agent id to the session it has now. */
  readonly agents: Map<string, string>;
  /** By fence: locks that are held and locks that cool down in their lock-delay. */
  readonly locks: Map<string, Lock>;
  /** By request number. */
  readonly waits: Map<number, Wait>;
  readonly intents: Map<string, Intent>;
  /** Later rules win. */
  rules: readonly Rule[];
  readonly freezes: Map<string, Freeze>;
  readonly versions: Map<string, Version>;
  versionFloor: string;
  /** By sender, then by command id, oldest first. */
  readonly answers: Map<string, Map<string, Result>>;
  /** What each session has: fences, requests, intents. */
  readonly bySession: Map<string, SessionHoldings>;
  readonly index: ResourceIndex;
  readonly timers: Timers;
}

export interface SessionHoldings {
  readonly locks: Set<string>;
  readonly waits: Set<number>;
  readonly intents: Set<string>;
}
