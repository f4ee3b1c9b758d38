import { useMemo } from "react";
import { compareFences } from "../../../shared/state/index.ts";
import { plural } from "../../app/format.ts";
import { useFilter } from "../../app/search.ts";
import { Since, Until } from "../../components/Clock.tsx";
import { Dot, Name } from "../../components/Names.tsx";
import { byText, type Column, Table } from "../../components/Table.tsx";
import { ViewHead } from "../../components/ViewHead.tsx";
import { type LockRow, lockRows } from "../../projections/rows.ts";
import { useSelection } from "../../stores/selection.ts";
import { useSettledPosition, useWorld } from "../../stores/world.ts";

const lamps = { held: "hold", waiting: "wait", "lock-delay": "wait" } as const;
/** As one reads a panel: by resource, its holders, then its queue in order. */
const byPlace = (left: LockRow, right: LockRow) =>
  byText(left.resource, right.resource) ||
  byText(left.status, right.status) ||
  (left.status === "waiting" ? left.queue - right.queue : left.sinceMs - right.sinceMs);

/** Waits have no fence and stand last. */
const byFence = (left: LockRow, right: LockRow) =>
  left.fence === "" || right.fence === "" ? byText(right.fence, left.fence) : compareFences(left.fence, right.fence);

const columns: readonly Column<LockRow>[] = [
  { key: "resource", label: "Resource", width: 200, grow: 2, render: (row) => <Name kind="resource" id={row.resource} />, compare: byPlace },
  {
    key: "status",
    label: "State",
    width: 112,
    render: (row) => (
      <>
        <Dot lamp={lamps[row.status]} square={row.status !== "waiting"} /> {row.status}
      </>
    ),
    compare: (left, right) => byText(left.status, right.status) || byPlace(left, right),
  },
  {
    key: "agent",
    label: "Agent",
    width: 72,
    grow: 1,
    render: (row) => <Name kind="agent" id={row.agent} />,
    compare: (left, right) => byText(left.agent, right.agent),
  },
  {
    key: "since",
    label: "For",
    width: 80,
    end: true,
    render: (row) => <Since sinceMs={row.sinceMs} />,
    compare: (left, right) => left.sinceMs - right.sinceMs,
  },
  {
    key: "queue",
    label: "Queue",
    width: 72,
    end: true,
    render: (row) => (row.status === "waiting" ? `no. ${row.queue}` : row.queue === 0 ? "" : `${row.queue} wait`),
    compare: (left, right) => right.queue - left.queue,
  },
  {
    key: "mode",
    label: "Mode",
    width: 96,
    render: (row) => (row.weight > 1 ? `${row.weight} units` : row.mode),
    compare: (left, right) => byText(left.mode, right.mode),
  },
  {
    key: "fence",
    label: "Fence",
    width: 72,
    end: true,
    render: (row) => <span className="sb-mono">{row.fence}</span>,
    compare: byFence,
  },
  {
    key: "until",
    label: "Until",
    width: 104,
    render: (row) => (row.untilMs === 0 ? "" : <Until untilMs={row.untilMs} />),
    compare: (left, right) => left.untilMs - right.untilMs,
  },
  { key: "reason", label: "Reason", width: 120, grow: 1, render: (row) => row.reason },
];

/** Every lock and every wait, one row each. */
export default function LocksView() {
  const state = useWorld((world) => world.state);
  const position = useSettledPosition(500);
  const filter = useFilter();
  const selected = useSelection((selection) => selection.selected);
  const select = useSelection((selection) => selection.select);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the state changes in place; its position says when.
  const rows = useMemo(() => (state === null ? [] : lockRows(state, filter)), [state, position, filter]);
  const waiting = rows.filter(({ status }) => status === "waiting").length;
  return (
    <>
      <ViewHead title="Locks" counts={`${plural(rows.length - waiting, "lock")} · ${waiting} waiting${filter.active ? " · filtered" : ""}`} />
      <Table
        label="Locks and waits"
        columns={columns}
        rows={rows}
        sortBy="resource"
        selectedKey={selected?.kind === "resource" ? rows.find(({ resource }) => resource === selected.id)?.key : undefined}
        onSelect={(row) => select({ kind: "resource", id: row.resource })}
        empty={filter.active ? "No lock or wait passes the filter." : "Nothing is held and nobody waits."}
      />
    </>
  );
}
