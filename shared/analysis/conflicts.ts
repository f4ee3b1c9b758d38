import type { Conflict, Intent, Lock, LockMode, Wait, Want } from "../model/index.ts";
import { overlaps, plants, type State, settingsOf } from "../state/index.ts";

/** Most conflicts that one answer or event names; more would not help a reader. */
export const conflictsAtMost = 20;

/** Two modes on overlapping resources go together only when both are shared. */
export function compatible(a: LockMode, b: LockMode): boolean {
  return a === "shared" && b === "shared";
}

/** Does this lock keep others out? Advisory and optimistic locks only tell. */
export function excludes(lock: Lock): boolean {
  return lock.level === "sequenced";
}

/** Is the lock's holder this session? A cooling lock has no holder any more. */
export function isHeldBy(lock: Lock, session: string): boolean {
  return lock.session === session && (plants.lockDelayForOthers || lock.coolingUntilMs === undefined);
}

/** Units of a semaphore that are taken, by holders and by locks that cool down. */
export function unitsTaken(state: State, resource: string): number {
  let taken = 0;
  for (const lock of state.index.locks.at(resource)) if (excludes(lock)) taken += lock.weight;
  return taken;
}

/** Does this one lock stand before a session's want? Units of one semaphore are counted elsewhere. */
export function lockBlocks(lock: Lock, session: string, want: Want, capacity: number): boolean {
  if (!excludes(lock) || isHeldBy(lock, session) || compatible(lock.mode, want.mode)) return false;
  if (plants.sharedIgnored && lock.mode === "shared") return false;
  return lock.resource !== want.resource || capacity === 1;
}

/**
 * Does one want of an earlier wait stand before this want? Whoever is first in the queue goes first, semaphore or not,
 * and a session's own earlier request is no exception.
 */
export function waitBlocks(state: State, wait: Wait, want: Want): boolean {
  for (const other of wait.wants) {
    if (compatible(other.mode, want.mode) || !overlaps(other.resource, want.resource)) continue;
    if (settingsOf(state, other.resource).level === "sequenced") return true;
  }
  return false;
}

/** Window of a plan, in absolute time. */
export interface Plan {
  readonly session: string;
  readonly uses: readonly Want[];
  readonly startMs: number;
  readonly endMs: number;
}

/** Do two plans want the same at the same time? */
export function plansConflict(a: Plan, b: Plan): boolean {
  if (a.session === b.session || a.startMs >= b.endMs || b.startMs >= a.endMs) return false;
  return a.uses.some((x) => b.uses.some((y) => !compatible(x.mode, y.mode) && overlaps(x.resource, y.resource)));
}

/** Other agents' intents that do not go together with a plan, each once. */
export function conflictingIntents(state: State, plan: Plan, atMost = conflictsAtMost): Intent[] {
  const found = new Set<Intent>();
  for (const use of plan.uses) {
    const full = state.index.intents.some(use.resource, (intent) => {
      if (plansConflict(plan, intent)) found.add(intent);
      return found.size >= atMost;
    });
    if (full) break;
  }
  return [...found];
}

/** What a plan would meet: others' intents in its window, and who holds or waits there now. */
export function conflictsOf(state: State, plan: Plan): Conflict[] {
  const conflicts: Conflict[] = (plants.intentUntold ? [] : conflictingIntents(state, plan)).map((intent) => intentConflict(intent, plan));
  const seen = new Set<Lock | Wait>();
  for (const use of plan.uses) {
    state.index.locks.some(use.resource, (lock) => {
      if (lock.coolingUntilMs === undefined && lock.session !== plan.session && !compatible(lock.mode, use.mode) && !seen.has(lock)) {
        seen.add(lock);
        conflicts.push(holderConflict(lock));
      }
      return conflicts.length >= conflictsAtMost;
    });
    state.index.waits.some(use.resource, (wait) => {
      const want = wait.wants.find((one) => !compatible(one.mode, use.mode) && overlaps(one.resource, use.resource));
      if (want !== undefined && wait.session !== plan.session && !seen.has(wait)) {
        seen.add(wait);
        conflicts.push({ kind: "waiter", agent: wait.agent, resource: want.resource, request: wait.request, sinceMs: wait.queuedMs });
      }
      return conflicts.length >= conflictsAtMost;
    });
  }
  return conflicts.slice(0, conflictsAtMost);
}

export function holderConflict(lock: Lock): Conflict {
  return { kind: "holder", agent: lock.agent, resource: lock.resource, fence: lock.fence, sinceMs: lock.grantedMs };
}

/** An intent as a conflict of a plan: names the use that meets it. */
export function intentConflict(intent: Intent, plan: Pick<Plan, "uses">): Conflict {
  const use = intent.uses.find((mine) => plan.uses.some((theirs) => !compatible(mine.mode, theirs.mode) && overlaps(mine.resource, theirs.resource)));
  return {
    kind: "intent",
    intent: intent.intent,
    agent: intent.agent,
    resource: (use ?? (intent.uses[0] as Want)).resource,
    startMs: intent.startMs,
    endMs: intent.endMs,
    committed: intent.committed,
    reason: intent.reason,
  };
}
