import { Button } from "@mantine/core";
import { useMemo } from "react";
import { formatCount, formatTime } from "../../app/format.ts";
import { useFilter } from "../../app/search.ts";
import { Name } from "../../components/Names.tsx";
import { byText, type Column, Table } from "../../components/Table.tsx";
import { ViewHead } from "../../components/ViewHead.tsx";
import { eventWords } from "../../projections/event-words.ts";
import { nowMs } from "../../stores/clock.ts";
import { useSelection } from "../../stores/selection.ts";
import { useActs } from "./use-acts.ts";

interface AuditRow {
  readonly key: string;
  readonly position: number;
  readonly atMs: number;
  readonly what: string;
  readonly kind: "agent" | "resource" | "group" | "";
  readonly id: string;
  readonly detail: string;
  readonly by: string;
  readonly reason: string;
}

const columns: readonly Column<AuditRow>[] = [
  {
    key: "position",
    label: "Position",
    width: 88,
    end: true,
    render: (row) => <span className="sb-mono">{formatCount(row.position)}</span>,
    compare: (left, right) => right.position - left.position,
  },
  { key: "time", label: "When", width: 128, render: (row) => formatTime(row.atMs, nowMs()) },
  { key: "by", label: "Who", width: 112, grow: 1, render: (row) => row.by, compare: (left, right) => byText(left.by, right.by) },
  { key: "what", label: "Did", width: 120, grow: 1, render: (row) => row.what, compare: (left, right) => byText(left.what, right.what) },
  {
    key: "subject",
    label: "To",
    width: 160,
    grow: 2,
    render: (row) => (row.kind === "" ? "" : <Name kind={row.kind} id={row.id} />),
    compare: (left, right) => byText(left.id, right.id),
  },
  { key: "reason", label: "Reason", width: 160, grow: 2, render: (row) => <span title={row.reason}>{row.reason}</span> },
  { key: "detail", label: "Detail", width: 200, grow: 2, render: (row) => <span title={row.detail}>{row.detail}</span> },
];

/** What operators did and what was done by force, newest first. */
export default function AuditView() {
  const { acts, more, loading, error, loadOlder } = useActs();
  const filter = useFilter();
  const select = useSelection((selection) => selection.select);
  const rows = useMemo(() => {
    const words = filter.query
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== "");
    return acts.flatMap((event): AuditRow[] => {
      const { what, subject, detail, by, reason } = eventWords(event);
      const all = `${what} ${subject?.id ?? ""} ${detail} ${by} ${reason}`.toLowerCase();
      if (!words.every((word) => all.includes(word.replace(/^(path|agent|state):/, "")))) return [];
      return [
        { key: String(event.position), position: event.position, atMs: event.atMs, what, kind: subject?.kind ?? "", id: subject?.id ?? "", detail, by, reason },
      ];
    });
  }, [acts, filter]);
  return (
    <>
      <ViewHead title="Audit" counts={`${formatCount(rows.length)} ${rows.length === 1 ? "entry" : "entries"}${more ? ", older ones load as you scroll" : ""}`}>
        {error === undefined ? null : (
          <span role="alert">
            {error.message}{" "}
            <Button size="compact-xs" variant="default" loading={loading} onClick={loadOlder}>
              Try again
            </Button>
          </span>
        )}
      </ViewHead>
      <Table
        label="Audit"
        columns={columns}
        rows={rows}
        onEnd={loadOlder}
        onSelect={(row) => (row.kind === "" ? undefined : select({ kind: row.kind, id: row.id }))}
        empty={loading ? "Loading…" : filter.active ? "No entry passes the filter." : "No operator has done anything yet, and no write was refused."}
      />
    </>
  );
}
