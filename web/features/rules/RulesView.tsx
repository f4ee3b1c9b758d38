import { useMemo, useState } from "react";
import type { Freeze, Rule } from "../../../shared/model/index.ts";
import { plural } from "../../app/format.ts";
import { useFilter } from "../../app/search.ts";
import { ActButton } from "../../components/ActButton.tsx";
import { Since } from "../../components/Clock.tsx";
import { Name } from "../../components/Names.tsx";
import { RowActs, useNarrow } from "../../components/RowActs.tsx";
import { byText, type Column, Table } from "../../components/Table.tsx";
import { ViewHead } from "../../components/ViewHead.tsx";
import { settingsInWords } from "../../projections/settings-words.ts";
import { useSelection } from "../../stores/selection.ts";
import { useSettledPosition, useWorld } from "../../stores/world.ts";
import { openAct } from "../acts/act-store.ts";
import { Quotas } from "./Quotas.tsx";
import { RuleForm } from "./RuleForm.tsx";

type RuleRow = { readonly key: string; readonly order: number } & (
  | { readonly kind: "rule"; readonly rule: Rule }
  | { readonly kind: "freeze"; readonly rule: Freeze }
);

const patternOf = (row: RuleRow): string => (row.kind === "rule" ? row.rule.pattern : row.rule.resource);

function columnsWith(edit: (rule: Rule) => void, narrow: boolean): readonly Column<RuleRow>[] {
  return [
    {
      key: "order",
      label: "Order",
      width: 64,
      end: true,
      render: (row) => (row.kind === "freeze" ? "" : row.order),
      compare: (left, right) => left.order - right.order,
    },
    {
      key: "pattern",
      label: "Pattern",
      width: 160,
      grow: 1,
      render: (row) => <Name kind="resource" id={patternOf(row)} />,
      compare: (left, right) => byText(patternOf(left), patternOf(right)),
    },
    {
      key: "settings",
      label: "Says",
      width: 240,
      grow: 2,
      render: (row) => (row.kind === "freeze" ? "frozen: nobody is granted it" : settingsInWords(row.rule.settings)),
    },
    { key: "by", label: "Set by", width: 96, grow: 1, render: (row) => row.rule.by, compare: (left, right) => byText(left.rule.by, right.rule.by) },
    {
      key: "since",
      label: "For",
      width: 80,
      end: true,
      render: (row) => <Since sinceMs={row.rule.atMs} />,
      compare: (left, right) => left.rule.atMs - right.rule.atMs,
    },
    { key: "reason", label: "Reason", width: 120, grow: 1, render: (row) => row.rule.reason },
    {
      key: "acts",
      label: narrow ? "" : "Acts",
      width: narrow ? 48 : 176,
      pinned: narrow,
      render: (row) => (
        <RowActs
          of={patternOf(row)}
          acts={
            row.kind === "freeze"
              ? [{ label: "Thaw…", name: `Thaw ${row.rule.resource}`, run: () => openAct({ type: "resource.thaw", resource: row.rule.resource }) }]
              : [
                  { label: "Change…", name: `Change the rule of ${row.rule.pattern}`, run: () => edit(row.rule) },
                  {
                    label: "Take away…",
                    name: `Take the rule of ${row.rule.pattern} away`,
                    run: () => openAct({ type: "resource.configure", pattern: row.rule.pattern, settings: null }),
                  },
                ]
          }
        />
      ),
    },
  ];
}

/** How resources are coordinated: rules by pattern, later ones over earlier ones, and what is frozen. */
export default function RulesView() {
  const state = useWorld((world) => world.state);
  const position = useSettledPosition(500);
  const filter = useFilter();
  const select = useSelection((selection) => selection.select);
  const [edited, setEdited] = useState<Rule | "new">();
  const narrow = useNarrow();
  const columns = useMemo(() => columnsWith(setEdited, narrow), [narrow]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the state changes in place; its position says when.
  const rows = useMemo(() => {
    const all: RuleRow[] = [
      ...[...(state?.freezes.values() ?? [])].map((rule): RuleRow => ({ kind: "freeze", key: `freeze ${rule.resource}`, order: 0, rule })),
      ...(state?.rules ?? []).map((rule, index): RuleRow => ({ kind: "rule", key: `rule ${rule.pattern}`, order: index + 1, rule })),
    ];
    return filter.active ? all.filter((row) => filter.resource({ resource: patternOf(row), holders: [], waiters: [], frozen: row.kind === "freeze" })) : all;
  }, [state, position, filter]);
  return (
    <>
      <ViewHead
        title="Rules"
        counts={`${plural(rows.filter(({ kind }) => kind === "rule").length, "rule")}, later ones over earlier ones · ${rows.filter(({ kind }) => kind === "freeze").length} frozen`}
      >
        <ActButton size="xs" variant="default" onClick={() => setEdited("new")}>
          New rule…
        </ActButton>
      </ViewHead>
      <Table
        label="Rules"
        columns={columns}
        rows={rows}
        sortBy="order"
        onSelect={(row) => select({ kind: "resource", id: patternOf(row) })}
        empty={filter.active ? "No rule passes the filter." : "No rule is set: everything is sequenced, one at a time, with a lock-delay of 5 s."}
      />
      {state === null ? null : <Quotas state={state} />}
      {edited === undefined ? null : <RuleForm rule={edited === "new" ? undefined : edited} close={() => setEdited(undefined)} />}
    </>
  );
}
