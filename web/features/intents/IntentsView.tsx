import { useMemo } from "react";
import { conflictingIntents } from "../../../shared/analysis/conflicts.ts";
import { plural } from "../../app/format.ts";
import { useFilter } from "../../app/search.ts";
import { Until } from "../../components/Clock.tsx";
import { Dot, Name } from "../../components/Names.tsx";
import { byText, type Column, Table } from "../../components/Table.tsx";
import { ViewHead } from "../../components/ViewHead.tsx";
import { type IntentRow, intentRows } from "../../projections/rows.ts";
import { useSelection } from "../../stores/selection.ts";
import { useSettledPosition, useWorld, worldStore } from "../../stores/world.ts";

const columns: readonly Column<IntentRow>[] = [
  {
    key: "agent",
    label: "Agent",
    width: 88,
    grow: 1,
    render: (row) => (
      <>
        <Dot lamp="intend" /> <Name kind="agent" id={row.agent} />
      </>
    ),
    compare: (left, right) => byText(left.agent, right.agent),
  },
  {
    key: "reason",
    label: "Reason",
    width: 160,
    grow: 2,
    render: (row) => <Name kind="intent" id={row.key} label={row.reason} />,
    compare: (left, right) => byText(left.reason, right.reason),
  },
  {
    key: "uses",
    label: "Will use",
    width: 200,
    grow: 2,
    render: (row) => <span className="sb-mono">{row.uses}</span>,
    compare: (left, right) => byText(left.uses, right.uses),
  },
  {
    key: "begins",
    label: "Begins",
    width: 104,
    end: true,
    render: (row) => <Until untilMs={row.startMs} />,
    compare: (left, right) => left.startMs - right.startMs,
  },
  { key: "ends", label: "Ends", width: 104, end: true, render: (row) => <Until untilMs={row.endMs} />, compare: (left, right) => left.endMs - right.endMs },
  {
    key: "status",
    label: "State",
    width: 104,
    render: (row) => (row.committed ? "committed" : "announced"),
    compare: (left, right) => Number(right.committed) - Number(left.committed),
  },
  { key: "conflicts", label: "Conflicts", width: 88, grow: 1, render: (row) => <Conflicts intent={row.key} /> },
];

/** Other intents that do not go together with it: only looked up for the rows in view. */
function Conflicts({ intent }: { intent: string }) {
  useSettledPosition(1_000);
  const { state } = worldStore.getState();
  const mine = state?.intents.get(intent);
  const others = state === null || mine === undefined ? [] : conflictingIntents(state, mine);
  return others.length === 0 ? "" : [...new Set(others.map(({ agent }) => agent))].join(", ");
}

export default function IntentsView() {
  const state = useWorld((world) => world.state);
  const position = useSettledPosition(500);
  const filter = useFilter();
  const selected = useSelection((selection) => selection.selected);
  const select = useSelection((selection) => selection.select);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the state changes in place; its position says when.
  const rows = useMemo(() => (state === null ? [] : intentRows(state, filter)), [state, position, filter]);
  return (
    <>
      <ViewHead title="Intents" counts={`${plural(rows.length, "intent")}${filter.active ? " pass the filter" : " announced"}`} />
      <Table
        label="Intents"
        columns={columns}
        rows={rows}
        sortBy="begins"
        selectedKey={selected?.kind === "intent" ? selected.id : undefined}
        onSelect={(row) => select({ kind: "intent", id: row.key })}
        empty={filter.active ? "No intent passes the filter." : "Nobody has announced anything."}
      />
    </>
  );
}
