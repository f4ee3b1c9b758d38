import { Button } from "@mantine/core";
import { useMemo } from "react";
import { useStore } from "zustand";
import type { AlignedRequest, RequestOutcome } from "../../../shared/trace/compare/align.ts";
import { formatCount, formatDuration } from "../../app/format.ts";
import { Name } from "../../components/Names.tsx";
import { type Column, Table } from "../../components/Table.tsx";
import { replay } from "../../replay/replay.ts";
import type { Comparison } from "../../replay/tasks.ts";
import { figureRows } from "./figure-rows.ts";
import classes from "./Traces.module.css";
import { openFork, workStore } from "./work-store.ts";

type Row = AlignedRequest & { readonly key: string; readonly turn: number };

/** Two traces side by side and as a difference: the figures, where they part, and every request that went otherwise. */
export function ComparisonPanel({ comparison }: { comparison: Comparison }) {
  const fork = useStore(workStore, (work) => work.fork);
  const { a, b, divergence, counts, requests, more } = comparison;
  const rows = useMemo(
    () => requests.filter(({ differs }) => differs !== "not").map((request, turn): Row => ({ ...request, turn, key: `${request.agent} ${request.command}` })),
    [requests],
  );
  const isFork = fork !== null && fork.comparison === comparison;
  return (
    <section className={classes.comparison} aria-label="Comparison">
      <div className={classes.heading}>
        <h3>
          A: {a.name || "this trace"} · B: {b.name || "the other one"}
        </h3>
        {isFork ? (
          <Button size="compact-xs" variant="default" onClick={openFork}>
            Open B
          </Button>
        ) : null}
      </div>
      <p className={classes.words}>
        {divergence === undefined ? (
          counts.waited === 0 ? (
            "Every request came to the same in both."
          ) : (
            "Every request came to the same in both; some waited for another time."
          )
        ) : (
          <>
            They part at {divergence.agent}'s request for {divergence.resources.join(", ") || "locks"}: {outcomeWords(divergence.a)} in A,{" "}
            {outcomeWords(divergence.b)} in B.{" "}
            {divergence.a === undefined ? null : (
              <button type="button" className={classes.open} onClick={() => replay.seek(divergence.a?.position ?? 0)}>
                Go there in A
              </button>
            )}
          </>
        )}
      </p>
      {isFork && fork !== null && fork.fared.skipped + fork.fared.redone + fork.fared.abandoned > 0 ? (
        <p className={classes.words}>
          In B {formatCount(fork.fared.redone)} pieces of work were begun anew, {formatCount(fork.fared.abandoned)} given up, and{" "}
          {formatCount(fork.fared.skipped)} commands made no sense any more.
        </p>
      ) : null}
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Figure</th>
              <th scope="col">A</th>
              <th scope="col">B</th>
              <th scope="col">Difference</th>
            </tr>
          </thead>
          <tbody>
            {figureRows(a.figures, b.figures).map(({ label, a: left, b: right, difference, better }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>{left}</td>
                <td>{right}</td>
                <td data-better={better}>{difference}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className={classes.requests}>
        <Table
          label="Requests that differ"
          columns={columns}
          rows={rows}
          sortBy="turn"
          empty="No request went otherwise."
          onSelect={({ a, b }) => replay.seek(a?.position ?? b?.position ?? 0)}
        />
      </div>
      {more === 0 ? null : <p className={classes.words}>{formatCount(more)} more requests are not listed.</p>}
    </section>
  );
}

const columns: readonly Column<Row>[] = [
  { key: "turn", label: "Asked", width: 84, end: true, render: ({ a, b }) => `+${formatDuration((a ?? b)?.askedMs ?? 0)}`, compare: (x, y) => x.turn - y.turn },
  { key: "agent", label: "Agent", width: 110, render: ({ agent }) => <Name kind="agent" id={agent} /> },
  { key: "resources", label: "Wanted", width: 160, grow: 2, render: ({ resources }) => <span className="sb-mono">{resources.join(", ")}</span> },
  { key: "a", label: "In A", width: 140, grow: 1, render: ({ a }) => outcomeWords(a) },
  { key: "b", label: "In B", width: 140, grow: 1, render: ({ b }) => outcomeWords(b) },
];

function outcomeWords(outcome: RequestOutcome | undefined): string {
  if (outcome === undefined) return "never asked";
  if (outcome.result === "waiting") return "still waits";
  if (outcome.result === "refused") return `refused: ${outcome.why ?? ""}`;
  return outcome.waitedMs === 0 ? "granted at once" : `granted after ${formatDuration(outcome.waitedMs)}`;
}
