import type { DeclaredWait, Fault, Intent, Lock, Schedule, Session, Version, Wait } from "../model/index.ts";
import { forgetGroups } from "./elections.ts";
import { overlaps } from "./patterns.ts";
import { plants } from "./plants.ts";
import { tally } from "./quotas.ts";
import { compareWaits } from "./resource-index.ts";
import type { State } from "./state.ts";
import { beginWork, endWork } from "./work.ts";

/** Putting records in and taking them out, so that the derived indexes and timers always agree with them. */

export function putSession(state: State, session: Session): void {
  state.sessions.set(session.session, session);
  if (state.agents.get(session.agent) === session.session) return;
  state.agents.set(session.agent, session.session);
  state.bySession.set(session.session, {
    locks: new Set(),
    waits: new Set(),
    intents: new Set(),
    declared: new Set(),
    campaigns: new Set(),
    observes: new Set(),
    nodes: new Set(),
  });
}

export function dropSession(state: State, session: Session): void {
  forgetGroups(state, session.session);
  state.sessions.delete(session.session);
  state.agents.delete(session.agent);
  state.bySession.delete(session.session);
  state.answers.delete(session.session);
  state.work.delete(session.session);
}

export function putLock(state: State, lock: Lock): void {
  const before = state.locks.get(lock.fence);
  if (before !== undefined && !plants.indexStale) state.index.locks.delete(before.resource, before);
  state.locks.set(lock.fence, lock);
  state.index.locks.add(lock.resource, lock);
  if (lock.coolingUntilMs !== undefined) {
    letGo(state, lock.session, "locks", lock.fence);
    state.timers.delete(`hold:${lock.fence}`);
    state.timers.set(`cool:${lock.fence}`, lock.coolingUntilMs);
    endWork(state, lock.session);
    return;
  }
  beginWork(state, lock.session);
  has(state, lock.session, "locks", lock.fence);
  if (lock.holdUntilMs !== undefined) state.timers.set(`hold:${lock.fence}`, lock.holdUntilMs);
}

export function dropLock(state: State, lock: Lock): void {
  state.locks.delete(lock.fence);
  state.index.locks.delete(lock.resource, lock);
  letGo(state, lock.session, "locks", lock.fence);
  if (lock.holdUntilMs !== undefined) state.timers.delete(`hold:${lock.fence}`);
  if (lock.coolingUntilMs !== undefined) state.timers.delete(`cool:${lock.fence}`);
  endWork(state, lock.session);
}

export function putWait(state: State, wait: Wait): void {
  state.waits.set(wait.request, wait);
  for (const want of wait.wants) state.index.waits.add(want.resource, wait);
  if (isRanked(wait)) state.prioritised += 1;
  beginWork(state, wait.session);
  has(state, wait.session, "waits", wait.request);
  if (wait.upgradeOf === undefined && !plants.quotaWaitsUncounted) tally(state, wait.session, "locks", wait.wants.length);
  if (wait.deadlineMs !== undefined && !plants.deadlineForgotten) state.timers.set(`wait:${wait.request}`, wait.deadlineMs);
}

export function dropWait(state: State, request: number): void {
  const wait = state.waits.get(request);
  if (wait === undefined) return;
  state.waits.delete(request);
  for (const want of wait.wants) state.index.waits.delete(want.resource, wait);
  if (isRanked(wait)) state.prioritised -= 1;
  letGo(state, wait.session, "waits", request);
  if (wait.upgradeOf === undefined && !plants.quotaWaitsUncounted) tally(state, wait.session, "locks", -wait.wants.length);
  if (wait.deadlineMs !== undefined) state.timers.delete(`wait:${request}`);
  endWork(state, wait.session);
}

/** Is its place another than its time of queuing gives it, by priority, or because it was put before others? */
export function isRanked(wait: Pick<Wait, "priority" | "rank" | "queuedMs">): boolean {
  return wait.priority !== 0 || wait.rank !== wait.queuedMs;
}

/** Moves a wait in its queues. */
export function rerankWait(state: State, request: number, change: Pick<Wait, "rank"> & Partial<Wait>): void {
  const wait = state.waits.get(request);
  if (wait === undefined) return;
  const moved = { ...wait, ...change };
  for (const want of wait.wants) state.index.waits.delete(want.resource, wait);
  state.waits.set(request, moved);
  for (const want of moved.wants) state.index.waits.add(want.resource, moved);
  if (isRanked(wait)) state.prioritised -= 1;
  if (isRanked(moved)) state.prioritised += 1;
}

/** The waiters that a wait would go past with another rank: they stand before it and want what does not go together with it. */
export function passedBy(state: State, wait: Wait, rank: number): Wait[] {
  const moved = { ...wait, rank };
  const passed = new Map<number, Wait>();
  for (const want of wait.wants) {
    state.index.waits.some(want.resource, (other) => {
      if (other.session === wait.session || compareWaits(other, wait) >= 0 || compareWaits(other, moved) < 0) return false;
      const clash = other.wants.some((one) => (one.mode === "exclusive" || want.mode === "exclusive") && overlaps(one.resource, want.resource));
      if (clash) passed.set(other.request, other);
      return false;
    });
  }
  return [...passed.values()];
}

/** Puts a wait before others to break a deadlock, and counts it for each of them. */
export function reorderWait(state: State, request: number, rank: number): void {
  const wait = state.waits.get(request);
  if (wait === undefined) return;
  const passed = passedBy(state, wait, rank);
  rerankWait(state, request, { rank });
  for (const other of passed) rerankWait(state, other.request, { rank: other.rank, passed: (other.passed ?? 0) + 1 });
}

export function putFault(state: State, fault: Fault): void {
  state.faults.set(fault.fault, fault);
  if (!plants.faultEndless) state.timers.set(`fault:${fault.fault}`, fault.untilMs);
}

export function dropFault(state: State, id: string): void {
  state.faults.delete(id);
  state.timers.delete(`fault:${id}`);
}

export function putSchedule(state: State, schedule: Schedule): void {
  state.schedules.set(schedule.schedule, schedule);
  state.timers.set(`schedule:${schedule.schedule}`, schedule.nextMs);
}

export function dropSchedule(state: State, id: string): void {
  state.schedules.delete(id);
  state.timers.delete(`schedule:${id}`);
}

export function putDeclared(state: State, wait: DeclaredWait): void {
  state.declared.set(wait.declared, wait);
  state.bySession.get(wait.session)?.declared.add(wait.declared);
  for (const agent of wait.on) {
    const known = state.declaredOn.get(agent);
    if (known === undefined) state.declaredOn.set(agent, new Set([wait.declared]));
    else known.add(wait.declared);
  }
}

export function dropDeclared(state: State, id: string): void {
  const wait = state.declared.get(id);
  if (wait === undefined) return;
  state.declared.delete(id);
  state.bySession.get(wait.session)?.declared.delete(id);
  for (const agent of wait.on) {
    const known = state.declaredOn.get(agent);
    known?.delete(id);
    if (known?.size === 0) state.declaredOn.delete(agent);
  }
}

export function putIntent(state: State, intent: Intent): void {
  const before = state.intents.get(intent.intent);
  if (before !== undefined) dropIntent(state, before);
  state.intents.set(intent.intent, intent);
  for (const use of intent.uses) state.index.intents.add(use.resource, intent);
  state.bySession.get(intent.session)?.intents.add(intent.intent);
  state.timers.set(`intent:${intent.intent}`, intent.endMs);
}

export function dropIntent(state: State, intent: Intent): void {
  state.intents.delete(intent.intent);
  for (const use of intent.uses) state.index.intents.delete(use.resource, intent);
  state.bySession.get(intent.session)?.intents.delete(intent.intent);
  state.timers.delete(`intent:${intent.intent}`);
}

export function putVersion(state: State, version: Version): void {
  const before = state.versions.get(version.resource);
  if (before !== undefined) dropVersion(state, before);
  state.versions.set(version.resource, version);
  state.index.versions.add(version.resource, version);
}

export function dropVersion(state: State, version: Version): void {
  state.versions.delete(version.resource);
  state.index.versions.delete(version.resource, version);
}

function has(state: State, session: string, what: "locks" | "waits", id: string | number): void {
  const set: Set<string | number> | undefined = state.bySession.get(session)?.[what] as Set<string | number> | undefined;
  if (set === undefined || set.has(id)) return;
  set.add(id);
  tally(state, session, what, 1);
}

function letGo(state: State, session: string, what: "locks" | "waits", id: string | number): void {
  const set: Set<string | number> | undefined = state.bySession.get(session)?.[what] as Set<string | number> | undefined;
  if (set?.delete(id) === true) tally(state, session, what, -1);
}
