import type { Wait } from "../model/index.ts";
import { overlaps } from "./patterns.ts";
import { plants } from "./plants.ts";
import type { State } from "./state.ts";

/**
 * A session's piece of work lasts from its first lock or request until it has neither. Its begin is the age that
 * decides who gives way. A victim's age survives until it got what it was refused: it comes back older than
 * everyone who began since, and is not the victim for ever.
 */

/** A victim that does not come back within this time has given its work up. */
const comesBackWithinMs = 60_000;

/** The session has a lock or a request: it is at work. */
export function beginWork(state: State, session: string): void {
  const work = state.work.get(session);
  if (work !== undefined && (work.abortedMs === undefined || state.atMs - work.abortedMs < comesBackWithinMs)) return;
  state.work.set(session, { session, sinceMs: state.atMs, aborts: 0 });
}

/** A lock or a request of the session is gone; when it was the last one, so is the piece of work. */
export function endWork(state: State, session: string): void {
  const own = state.bySession.get(session);
  if (own !== undefined && own.locks.size + own.waits.size > 0) return;
  const work = state.work.get(session);
  if (work !== undefined && (own === undefined || work.abortedFor === undefined)) state.work.delete(session);
}

/** The session gave way: its request was refused to break a deadlock. */
export function abortWork(state: State, wait: Wait): void {
  const work = state.work.get(wait.session);
  const resource = wait.wants[0]?.resource;
  if (work === undefined || resource === undefined) return;
  const sinceMs = plants.ageLost ? state.atMs : work.sinceMs;
  state.work.set(wait.session, { ...work, sinceMs, aborts: work.aborts + 1, abortedFor: resource, abortedMs: state.atMs });
}

/** The session was granted something; when it is what it was refused as the victim, that is over. */
export function consoleWork(state: State, session: string, resources: readonly string[]): void {
  const work = state.work.get(session);
  const refused = work?.abortedFor;
  if (work === undefined || refused === undefined || !resources.some((resource) => overlaps(resource, refused))) return;
  state.work.set(session, { session, sinceMs: work.sinceMs, aborts: work.aborts });
}
