import type { LabRow } from "../../../shared/sim/lab/summary.ts";
import { byText, type Column, Table } from "../../components/Table.tsx";
import classes from "./Lab.module.css";
import { algorithmWords, countOrNone, durationOrNone, percentWords, timeWords, troubleWords } from "./lab-words.ts";

export type KeyedRow = LabRow & { readonly key: string };

interface LabTableProps {
  readonly rows: readonly KeyedRow[];
  readonly selectedKey: string | undefined;
  onSelect(row: KeyedRow): void;
}

/** What each algorithm came to in each combination. What never happened stands last. */
export function LabTable({ rows, selectedKey, onSelect }: LabTableProps) {
  return (
    <div className={classes.grid}>
      <Table
        label="Elections compared"
        columns={columns}
        rows={rows}
        {...(selectedKey === undefined ? {} : { selectedKey })}
        empty="The first figures come with the first combination that is through."
        onSelect={onSelect}
      />
    </div>
  );
}

const never = Number.POSITIVE_INFINITY;
const figure = (key: string, label: string, of: (row: LabRow) => number | null, words: (value: number | null) => string, width = 84): Column<KeyedRow> => ({
  key,
  label,
  width,
  end: true,
  render: (row) => words(of(row)),
  compare: (left, right) => (of(left) ?? never) - (of(right) ?? never) || 0,
});

const columns: readonly Column<KeyedRow>[] = [
  {
    key: "algorithm",
    label: "Algorithm",
    width: 150,
    grow: 1,
    render: ({ algorithm }) => algorithmWords(algorithm),
    compare: (left, right) => byText(algorithmWords(left.algorithm), algorithmWords(right.algorithm)),
  },
  figure("members", "Members", ({ members }) => members, countOrNone, 76),
  figure(
    "loss",
    "Lost",
    ({ loss }) => loss,
    (share) => percentWords(share ?? 0),
    60,
  ),
  figure(
    "delay",
    "Delay",
    ({ delayMs }) => delayMs,
    (ms) => timeWords(ms ?? 0),
    66,
  ),
  {
    key: "trouble",
    label: "Goes wrong",
    width: 160,
    render: ({ trouble }) => troubleWords[trouble],
    compare: (left, right) => byText(left.trouble, right.trouble),
  },
  figure("first50", "First p50", ({ firstP50Ms }) => firstP50Ms, durationOrNone),
  figure("first95", "First p95", ({ firstP95Ms }) => firstP95Ms, durationOrNone),
  figure("next50", "Next p50", ({ nextP50Ms }) => nextP50Ms, durationOrNone),
  figure("next95", "Next p95", ({ nextP95Ms }) => nextP95Ms, durationOrNone),
  figure("without", "Never", ({ without }) => without, countOrNone, 66),
  figure(
    "leaderless",
    "Leaderless",
    ({ leaderlessShare }) => leaderlessShare,
    (share) => percentWords(share ?? 0),
    92,
  ),
  figure("steady", "Messages/s", ({ steadyPerSecond }) => steadyPerSecond, countOrNone, 96),
  figure("election", "Per election", ({ perElection }) => perElection, countOrNone, 98),
  figure("messages", "Messages", ({ messages }) => messages, countOrNone, 92),
  figure("terms", "Terms", ({ terms }) => terms, countOrNone, 66),
  figure("split", "Split", ({ splitVotes }) => splitVotes, countOrNone, 60),
  figure(
    "overlap",
    "Two lead",
    ({ overlapMs }) => overlapMs,
    (ms) => (ms === 0 ? "never" : durationOrNone(ms)),
    84,
  ),
];
