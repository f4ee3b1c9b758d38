import type { OperationRule } from "../../../shared/sim/lab/operations/measure.ts";
import type { LabCell, LabTrouble } from "../../../shared/sim/lab/parameters.ts";
import type { LabRow } from "../../../shared/sim/lab/summary.ts";
import { formatCount, formatDuration } from "../../app/format.ts";

const names: Readonly<Record<string, string>> = {
  raft: "Raft",
  bully: "Bully",
  ring: "Ring, one way",
  "hirschberg-sinclair": "Ring, both ways",
  rendezvous: "Rendezvous hashing",
  "oral-messages": "Oral messages",
  pbft: "PBFT",
};

export const algorithmWords = (algorithm: string): string => names[algorithm] ?? algorithm;

export const troubleWords: Readonly<Record<LabTrouble, string>> = {
  none: "nothing",
  leaderDies: "the leader dies",
  partition: "the leader is cut off",
  churn: "somebody dies every 2 s",
};

export const ruleWords: Readonly<Record<OperationRule, string>> = {
  hash: "A rule of hashes",
  lease: "A leader with a lease",
  vote: "A vote on every operation",
  raft: "A log by Raft, at its leader",
  pbft: "A log by PBFT",
};

export const percentWords = (share: number): string => `${Number((100 * share).toFixed(1))} %`;

/** Below a second every millisecond counts here. */
export const timeWords = (ms: number): string => (ms < 1_000 ? `${Math.round(ms)} ms` : formatDuration(ms));

export const durationOrNone = (ms: number | null): string => (ms === null ? "–" : timeWords(ms));

export const countOrNone = (count: number | null): string => (count === null ? "–" : count < 10 && count % 1 !== 0 ? count.toFixed(1) : formatCount(count));

/** What all algorithms of one combination share: "5 members, 5 % lost, up to 20 ms". */
export function placeWords({ members, loss, delayMs, trouble }: Omit<LabCell, "algorithm">): string {
  return `${members} members, ${percentWords(loss)} lost, up to ${delayMs} ms one way, ${troubleWords[trouble]}`;
}

/** One figure of the comparison that can be charted. */
export interface Metric {
  readonly key: string;
  readonly label: string;
  readonly of: (row: LabRow) => number | null;
  readonly words: (value: number | null) => string;
}

export const metrics: readonly Metric[] = [
  { key: "next", label: "Until the next leader, p50", of: ({ nextP50Ms }) => nextP50Ms, words: durationOrNone },
  { key: "next95", label: "Until the next leader, p95", of: ({ nextP95Ms }) => nextP95Ms, words: durationOrNone },
  { key: "first", label: "Until the first leader, p50", of: ({ firstP50Ms }) => firstP50Ms, words: durationOrNone },
  { key: "steady", label: "Messages a second while all is well", of: ({ steadyPerSecond }) => steadyPerSecond, words: countOrNone },
  { key: "election", label: "Messages per election", of: ({ perElection }) => perElection, words: countOrNone },
  {
    key: "leaderless",
    label: "Time without a leader",
    of: ({ leaderlessShare }) => leaderlessShare,
    words: (share) => (share === null ? "–" : percentWords(share)),
  },
  { key: "overlap", label: "Longest time with two leaders", of: ({ overlapMs }) => overlapMs, words: durationOrNone },
];
