import { useMemo } from "react";
import { plural } from "../../app/format.ts";
import { useFilter } from "../../app/search.ts";
import { Since } from "../../components/Clock.tsx";
import { Dot, type Lamp, Name } from "../../components/Names.tsx";
import { byText, type Column, Table } from "../../components/Table.tsx";
import { ViewHead } from "../../components/ViewHead.tsx";
import { byName } from "../../projections/names.ts";
import { type AgentRow, agentRows } from "../../projections/rows.ts";
import { useSelection } from "../../stores/selection.ts";
import { useSettledPosition, useWorld } from "../../stores/world.ts";

const lampOf = (row: AgentRow): Lamp => (!row.connected ? "alert" : row.waits > 0 ? "wait" : row.holds > 0 ? "hold" : "idle");
const byAgent = (left: AgentRow, right: AgentRow) => byName(left.agent, right.agent);

const columns: readonly Column<AgentRow>[] = [
  {
    key: "agent",
    label: "Agent",
    width: 96,
    grow: 1,
    render: (row) => (
      <>
        <Dot lamp={lampOf(row)} /> <Name kind="agent" id={row.agent} />
      </>
    ),
    compare: byAgent,
  },
  {
    key: "status",
    label: "Says",
    width: 104,
    render: (row) => row.status,
    compare: (left, right) => byText(left.status, right.status) || byAgent(left, right),
  },
  { key: "doing", label: "Doing", width: 160, grow: 2, render: (row) => row.doing, compare: (left, right) => byText(left.doing, right.doing) },
  {
    key: "holds",
    label: "Holds",
    width: 64,
    end: true,
    render: (row) => row.holds || "",
    compare: (left, right) => right.holds - left.holds || byAgent(left, right),
  },
  {
    key: "waits",
    label: "Waits for",
    width: 96,
    end: true,
    render: (row) => (row.waits === 0 ? "" : <Since sinceMs={row.waitingSinceMs} />),
    compare: (left, right) => (left.waitingSinceMs || Number.POSITIVE_INFINITY) - (right.waitingSinceMs || Number.POSITIVE_INFINITY) || byAgent(left, right),
  },
  { key: "progress", label: "Progress", width: 80, end: true, render: (row) => row.progress, compare: (left, right) => right.progress - left.progress },
  {
    key: "last",
    label: "Last progress",
    width: 104,
    end: true,
    render: (row) => (row.progress === 0 ? "never" : <Since sinceMs={row.progressMs} />),
    compare: (left, right) => left.progressMs - right.progressMs,
  },
  {
    key: "principal",
    label: "Principal",
    width: 80,
    grow: 1,
    render: (row) => row.principal,
    compare: (left, right) => byText(left.principal, right.principal),
  },
  {
    key: "joined",
    label: "Here for",
    width: 80,
    end: true,
    render: (row) => <Since sinceMs={row.joinedMs} />,
    compare: (left, right) => left.joinedMs - right.joinedMs,
  },
];

export default function AgentsView() {
  const state = useWorld((world) => world.state);
  const position = useSettledPosition(500);
  const filter = useFilter();
  const selected = useSelection((selection) => selection.selected);
  const select = useSelection((selection) => selection.select);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the state changes in place; its position says when.
  const rows = useMemo(() => (state === null ? [] : agentRows(state, filter)), [state, position, filter]);
  return (
    <>
      <ViewHead
        title="Agents"
        counts={`${plural(rows.length, "agent")}${filter.active ? " pass the filter" : " here"} · ${rows.filter(({ waits }) => waits > 0).length} waiting`}
      />
      <Table
        label="Agents"
        columns={columns}
        rows={rows}
        sortBy="agent"
        selectedKey={selected?.kind === "agent" ? selected.id : undefined}
        onSelect={(row) => select({ kind: "agent", id: row.agent })}
        empty={filter.active ? "No agent passes the filter." : "No agent is here."}
      />
    </>
  );
}
