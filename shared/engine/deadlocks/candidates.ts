import type { CycleStep, VictimCandidate, VictimRule } from "../../model/index.ts";
import { limits } from "../../model/index.ts";
import { plants, type State } from "../../state/index.ts";
import { isOlder, sinceOf } from "./age.ts";

/** Most waiters counted to say how many a victim would free. */
const freesAtMost = 1_000;

/** Who of a cycle could give way, and what that would cost. The oldest is spared, and who was the victim too often. */
export function candidatesOf(state: State, cycle: readonly CycleStep[]): VictimCandidate[] {
  const sessions = [...new Set(cycle.map((step) => step.session))];
  const oldest = sessions.reduce((a, b) => (isOlder(state, a, b) ? a : b));
  const candidates: VictimCandidate[] = [];
  const seen = new Set<string>();
  for (const step of cycle) {
    const wait = step.request === undefined ? undefined : state.waits.get(step.request);
    if (wait === undefined || seen.has(step.session)) continue;
    seen.add(step.session);
    const fences = [...(state.bySession.get(step.session)?.locks ?? [])];
    const locks = fences.flatMap((fence) => state.locks.get(fence) ?? []);
    const often = (state.work.get(step.session)?.aborts ?? 0) >= limits.abortsInRow && !plants.abortedForEver;
    candidates.push({
      session: step.session,
      agent: step.agent,
      request: wait.request,
      priority: wait.priority,
      sinceMs: sinceOf(state, step.session),
      locks: locks.length,
      heldMs: locks.reduce((sum, lock) => sum + state.atMs - lock.grantedMs, 0),
      frees: countFreed(
        state,
        step.session,
        locks.map((lock) => lock.resource),
      ),
      ...(step.session === oldest && !plants.oldestChosen ? { spared: "oldest" as const } : often ? { spared: "oftenVictim" as const } : {}),
    });
  }
  return candidates;
}

/**
 * Who gives way, by a rule; the younger of two that are equal by it. Of those who were the victim too often one is
 * taken only when nobody else is left; the oldest never, unless nobody else can give way at all.
 */
export function chooseVictim(state: State, candidates: readonly VictimCandidate[], rule: VictimRule): VictimCandidate | undefined {
  const free = candidates.filter((one) => one.spared === undefined);
  const often = candidates.filter((one) => one.spared === "oftenVictim");
  const among = free.length > 0 ? free : often.length > 0 ? often : candidates;
  const cost = costs[rule];
  return among.reduce<VictimCandidate | undefined>((best, one) => {
    if (best === undefined) return one;
    const difference = cost(one) - cost(best);
    if (difference !== 0) return difference < 0 ? one : best;
    return isOlder(state, best.session, one.session) ? one : best;
  }, undefined);
}

const costs: Record<VictimRule, (candidate: VictimCandidate) => number> = {
  youngest: (one) => (plants.youngestIsOldest ? one.sinceMs : -one.sinceMs),
  lowestPriority: (one) => one.priority,
  leastWork: (one) => one.heldMs,
  fewestLocks: (one) => one.locks,
  mostReleased: (one) => -one.frees,
};

function countFreed(state: State, session: string, resources: readonly string[]): number {
  const freed = new Set<number>();
  for (const resource of resources) {
    state.index.waits.some(resource, (wait) => {
      if (wait.session !== session) freed.add(wait.request);
      return freed.size >= freesAtMost;
    });
  }
  return freed.size;
}
