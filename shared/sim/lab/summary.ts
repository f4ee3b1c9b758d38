import type { LabCell } from "./parameters.ts";
import type { Trial } from "./trial.ts";

/** The figures of one combination over all its runs. What never happened is null. */
export interface LabRow extends LabCell {
  readonly runs: number;
  /** Runs that never had a leader, and losses after which none came in time. */
  readonly without: number;
  readonly firstP50Ms: number | null;
  readonly firstP95Ms: number | null;
  readonly nextP50Ms: number | null;
  readonly nextP95Ms: number | null;
  /** Means over the runs. */
  readonly messages: number;
  readonly steadyPerSecond: number | null;
  readonly perElection: number | null;
  /** From 0 up to 1. */
  readonly leaderlessShare: number;
  readonly terms: number;
  readonly splitVotes: number;
  /** The longest of all runs. */
  readonly overlapMs: number;
}

/** The value below which a share `at` of them lies, by the nearest rank; null of none. */
export function quantile(values: readonly number[], at: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * at) - 1)] ?? null;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => (values.length === 0 ? null : sum(values) / values.length);
const isNumber = (value: number | null): value is number => value !== null;

export function summarise(cell: LabCell, trials: readonly Trial[]): LabRow {
  const firsts = trials.map(({ firstMs }) => firstMs);
  const nexts = trials.flatMap(({ nextMs }) => nextMs);
  const steadyMs = sum(trials.map((trial) => trial.steadyMs));
  const first = firsts.filter(isNumber);
  const next = nexts.filter(isNumber);
  return {
    ...cell,
    runs: trials.length,
    without: firsts.length - first.length + nexts.length - next.length,
    firstP50Ms: quantile(first, 0.5),
    firstP95Ms: quantile(first, 0.95),
    nextP50Ms: quantile(next, 0.5),
    nextP95Ms: quantile(next, 0.95),
    messages: mean(trials.map(({ messages }) => messages)) ?? 0,
    steadyPerSecond: steadyMs === 0 ? null : sum(trials.map(({ steadyMessages }) => steadyMessages)) / (steadyMs / 1_000),
    perElection: mean(trials.flatMap(({ electionMessages }) => electionMessages)),
    leaderlessShare: sum(trials.map(({ leaderlessMs }) => leaderlessMs)) / sum(trials.map(({ totalMs }) => totalMs)),
    terms: mean(trials.map(({ terms }) => terms)) ?? 0,
    splitVotes: mean(trials.map(({ splitVotes }) => splitVotes)) ?? 0,
    overlapMs: Math.max(...trials.map(({ overlapMs }) => overlapMs)),
  };
}
