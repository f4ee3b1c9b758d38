import type { Blocker, Freeze, Lock, Wait, Want } from "../model/index.ts";
import { compareWaits, covers, isGlob, overlaps, plants, type State, settingsOf } from "../state/index.ts";
import { excludes, isHeldBy, lockBlocks, unitsTaken, waitBlocks } from "./conflicts.ts";

/** A request as the queue sees it: in the queue already, or about to come. */
export interface Request {
  readonly session: string;
  readonly wants: readonly Want[];
  /** Its place in the queue; undefined for one that would come last. */
  readonly wait?: Wait;
}

/** What stands before a request, one thing at a time. A visit returns true when it has seen enough. */
export interface Visitor {
  lock(lock: Lock, want: Want): boolean;
  /** A semaphore is short of so many units; `locks` have all that are taken. */
  units(locks: readonly Lock[], missing: number, want: Want): boolean;
  /** An earlier wait that wants what does not go together with it. */
  wait(wait: Wait, want: Want): boolean;
  freeze(freeze: Freeze, want: Want): boolean;
}

/** Is there anything before it? The one question behind every grant: it stops at the first thing found. */
export function isBlocked(state: State, request: Request): boolean {
  return visitBlockers(state, request, yes);
}

/**
 * Everything that stands before a request, holders first: why it waits, and its edges in the wait-for graph.
 * At most `atMost`; nothing when it could be granted now.
 */
export function blockersOf(state: State, request: Request, atMost = 50): Blocker[] {
  const found = new Map<Lock | Wait | Freeze, Blocker>();
  const add = (subject: Lock | Wait | Freeze, blocker: Blocker): boolean => {
    if (!found.has(subject)) found.set(subject, blocker);
    return found.size >= atMost;
  };
  visitBlockers(state, request, {
    lock: (lock) => add(lock, lockBlocker(lock)),
    units: (locks) => locks.some((lock) => add(lock, lockBlocker(lock))),
    wait: (wait, want) => {
      const theirs = wait.wants.find((one) => overlaps(one.resource, want.resource)) ?? want;
      return add(wait, { kind: "queue", agent: wait.agent, resource: theirs.resource, mode: theirs.mode, request: wait.request, sinceMs: wait.queuedMs });
    },
    freeze: (freeze) => add(freeze, { kind: "frozen", resource: freeze.resource, by: freeze.by, reason: freeze.reason, sinceMs: freeze.atMs }),
  });
  return [...found.values()];
}

/** What stands before a wait that is in the queue. */
export function blockersOfWait(state: State, wait: Wait, atMost?: number): Blocker[] {
  return blockersOf(state, { session: wait.session, wants: wait.wants, wait }, atMost);
}

const yes: Visitor = { lock: () => true, units: () => true, wait: () => true, freeze: () => true };

function visitBlockers(state: State, request: Request, visit: Visitor): boolean {
  for (const want of request.wants) {
    const capacity = capacityAsked(state, request, want);
    if (capacity === undefined) continue;
    if (request.wait?.upgradeOf !== undefined && plants.upgradeHurried) continue;
    if (visitStanding(state, request, want, capacity, visit)) return true;
    if (plants.queueSkipped && request.wait?.request === state.lastRequest + 1) continue;
    if (visitEarlierWaits(state, request, want, visit)) return true;
  }
  return false;
}

/** The capacity under which a want is still to be granted; undefined when nothing can stand before it. */
export function capacityAsked(state: State, request: Request, want: Want): number | undefined {
  // A lock keeps the level that it was granted with, and its upgrade does too, whatever the settings say by now.
  if (request.wait?.upgradeOf !== undefined) return 1;
  const { level, capacity } = settingsOf(state, want.resource);
  return level !== "sequenced" || holdsAlready(state, request, want, capacity) ? undefined : capacity;
}

/** What stands before a want besides the queue: locks, missing units, freezes. */
export function visitStanding(state: State, request: Request, want: Want, capacity: number, visit: Omit<Visitor, "wait">): boolean {
  if (state.index.locks.some(want.resource, (lock) => lockBlocks(lock, request.session, want, capacity) && visit.lock(lock, want))) return true;
  if (capacity > 1) {
    const missing = unitsTaken(state, want.resource) + want.weight - capacity - (plants.capacityExceeded ? 1 : 0);
    if (missing > 0 && visit.units(state.index.locks.at(want.resource).filter(excludes), missing, want)) return true;
  }
  if (state.freezes.size === 0 || plants.freezeIgnored) return false;
  for (const freeze of state.freezes.values()) if (overlaps(freeze.resource, want.resource) && visit.freeze(freeze, want)) return true;
  return false;
}

function visitEarlierWaits(state: State, request: Request, want: Want, visit: Visitor): boolean {
  const mine = request.wait;
  let covered = false;
  const stopped = state.index.waits.someList(want.resource, (waits) => {
    for (const wait of waits) {
      // A list is in queue order: from here on they are behind.
      if (mine !== undefined && compareWaits(wait, mine) >= 0) return false;
      if (!waitBlocks(state, wait, want)) continue;
      covered = isCovered(state, request.session, want);
      if (covered || visit.wait(wait, want)) return true;
    }
    return false;
  });
  return stopped && !covered;
}

/**
 * Does the session hold something that covers the want? Then the queue does not stand before it: whoever waits for it
 * waits for this very session, and each would wait for the other without end.
 */
export function isCovered(state: State, session: string, want: Want): boolean {
  if ((state.bySession.get(session)?.locks.size ?? 0) === 0) return false;
  return state.index.locks.some(
    want.resource,
    (lock) =>
      excludes(lock) &&
      isHeldBy(lock, session) &&
      (lock.mode === "exclusive" || want.mode === "shared") &&
      lock.resource !== want.resource &&
      covers(lock.resource, want.resource),
  );
}

/** Re-entrance: what a session holds in a mode that suffices is neither blocked nor granted again. */
export function holdsAlready(state: State, request: Pick<Request, "session">, want: Want, capacity: number): boolean {
  return capacity === 1 && heldLock(state, request.session, want) !== undefined;
}

/** The session's own lock on just this resource that suffices for a want. */
export function heldLock(state: State, session: string, want: Want): Lock | undefined {
  return ownLock(state, session, want.resource, (lock) => lock.mode === "exclusive" || want.mode === "shared");
}

/** A session with no more locks than this is looked through sooner than the resource is found in the tree. */
const fewLocks = 8;

/** The session's own sequenced lock on just this resource that meets a condition. */
export function ownLock(state: State, session: string, resource: string, condition: (lock: Lock) => boolean): Lock | undefined {
  const own = state.bySession.get(session)?.locks;
  // The tree keeps globs elsewhere than at their own text.
  if (own !== undefined && (own.size <= fewLocks || isGlob(resource))) {
    for (const fence of own) {
      const lock = state.locks.get(fence);
      if (lock !== undefined && isOwn(lock, session, resource) && condition(lock)) return lock;
    }
    return undefined;
  }
  return state.index.locks.at(resource).find((lock) => isOwn(lock, session, resource) && condition(lock));
}

function isOwn(lock: Lock, session: string, resource: string): boolean {
  return lock.resource === resource && lock.session === session && lock.coolingUntilMs === undefined && excludes(lock);
}

function lockBlocker(lock: Lock): Blocker {
  if (lock.coolingUntilMs !== undefined) return { kind: "lockDelay", resource: lock.resource, fence: lock.fence, untilMs: lock.coolingUntilMs };
  return { kind: "holder", agent: lock.agent, resource: lock.resource, mode: lock.mode, fence: lock.fence, sinceMs: lock.grantedMs };
}
