import { residueOf } from "../../analysis/index.ts";
import { type CycleStep, limits } from "../../model/index.ts";
import { passedBy, plants, rerankWait, type State } from "../../state/index.ts";
import { partOf } from "../part.ts";

/** A request that could be put before another one. */
export interface Reordering {
  readonly request: number;
  readonly before: number;
  readonly rank: number;
}

/**
 * A way out that costs nobody his work: where the cycle goes through a queue, somebody may be put before the one he stands
 * behind. Only when everyone in the cycle can go on after it, and only so often past the same waiter; upgrades are
 * never passed.
 */
export function reorderingOf(state: State, cycle: readonly CycleStep[], behind: ReadonlyMap<number, number>): Reordering | undefined {
  const sessions = [...new Set(cycle.map((step) => step.session))];
  for (const step of cycle) {
    if (step.kind !== "queue" || step.request === undefined) continue;
    const wait = state.waits.get(step.request);
    const ahead = state.waits.get(behind.get(step.request) ?? 0);
    if (wait === undefined || ahead === undefined || ahead.upgradeOf !== undefined) continue;
    const rank = ahead.rank - 1;
    if (!plants.reorderUnbounded && passedBy(state, wait, rank).some((other) => (other.passed ?? 0) >= limits.passesPerWait)) continue;
    const copy = partOf(state, [], sessions);
    rerankWait(copy, wait.request, { rank });
    const { sessions: stuck } = residueOf(copy, sessions);
    if (plants.reorderBlindly || sessions.every((session) => !stuck.has(session))) return { request: wait.request, before: ahead.request, rank };
  }
  return undefined;
}
