import { NativeSelect } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useMemo, useRef, useState } from "react";
import { formatCount, plural } from "../../app/format.ts";
import { useFilter } from "../../app/search.ts";
import { ActButton } from "../../components/ActButton.tsx";
import { useNarrow } from "../../components/RowActs.tsx";
import { ViewHead } from "../../components/ViewHead.tsx";
import { countGroups, type GroupRow, type GroupSort, groupSorts } from "../../projections/elections.ts";
import { GroupList } from "../../projections/group-list.ts";
import { useSettledPosition, useWorld } from "../../stores/world.ts";
import classes from "./Elections.module.css";
import { EmptyElections } from "./EmptyElections.tsx";
import { GroupCard } from "./GroupCard.tsx";
import { SettingsForm } from "./SettingsForm.tsx";
import { useOperates } from "./use-operates.ts";

const cardPx = 340;
const estimateSize = () => 240;
const sortWords: Readonly<Record<GroupSort, string>> = {
  vacant: "vacant first",
  name: "by name",
  newest: "newest first",
  terms: "most terms first",
};

/** Every group with its leader, term, candidates and votes; only the cards in sight exist. */
export default function ElectionsView() {
  const state = useWorld((world) => world.state);
  const position = useSettledPosition(500);
  const filter = useFilter();
  const operates = useOperates();
  const narrow = useNarrow();
  const [sort, setSort] = useState<GroupSort>("vacant");
  const [setsUp, setSetsUp] = useState(false);
  const [list] = useState(() => new GroupList());
  // biome-ignore lint/correctness/useExhaustiveDependencies: the state changes in place; its position says when.
  const { rows, keys } = useMemo(
    () => (state === null ? { rows: [], keys: [] } : { rows: list.look(state, filter, sort).rows, keys: list.keys }),
    [list, state, position, filter, sort],
  );
  const none = rows.length === 0 && !filter.active;
  return (
    <>
      <ViewHead title="Elections" counts={narrow ? formatCount(rows.length) : countWords(rows, filter.active)}>
        {none ? null : (
          <NativeSelect
            size="xs"
            aria-label="Order of the groups"
            value={sort}
            onChange={(event) => setSort(event.currentTarget.value as GroupSort)}
            data={groupSorts.map((value) => ({ value, label: sortWords[value] }))}
          />
        )}
        {operates ? (
          <ActButton size="xs" variant="default" onClick={() => setSetsUp(true)}>
            {narrow ? "Set up…" : "Set up a group…"}
          </ActButton>
        ) : null}
      </ViewHead>
      {none ? <EmptyElections /> : rows.length === 0 ? <p className={classes.none}>No group passes the filter.</p> : <Cards rows={rows} keys={keys} />}
      {setsUp ? <SettingsForm close={() => setSetsUp(false)} /> : null}
    </>
  );
}

function Cards({ rows, keys }: { rows: readonly GroupRow[]; keys: readonly string[] }) {
  const { ref, width } = useElementSize();
  const scroller = useRef<HTMLElement | null>(null);
  const columns = Math.max(1, Math.floor((width + 8) / (cardPx + 8)));
  const virtual = useVirtualizer({
    // How wide it is comes a moment later: no card is laid out for another width.
    count: width === 0 ? 0 : Math.ceil(rows.length / columns),
    getScrollElement: () => scroller.current,
    estimateSize,
    overscan: 2,
    // The same function while nothing moves: another one has every row laid out anew.
    getItemKey: useCallback((index: number) => `${columns} ${keys[index * columns] ?? index}`, [columns, keys]),
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by key.
    <section ref={scroller} className={classes.scroller} tabIndex={0} aria-label={plural(rows.length, "group")}>
      <div ref={ref} className={classes.body} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => (
          <div
            key={item.key}
            data-index={item.index}
            ref={virtual.measureElement}
            className={classes.row}
            style={{ transform: `translateY(${item.start}px)`, gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
          >
            {rows.slice(item.index * columns, (item.index + 1) * columns).map((row) => (
              <GroupCard key={row.key} row={row} />
            ))}
          </div>
        ))}
      </div>
    </section>
  );
}

/** `40 groups · 2 vacant · 1 votes`. */
function countWords(rows: readonly GroupRow[], filtered: boolean): string {
  const { splitBrain, vacant, voting, cooling } = countGroups(rows);
  return [
    `${plural(rows.length, "group")}${filtered ? (rows.length === 1 ? " passes the filter" : " pass the filter") : ""}`,
    splitBrain > 0 ? `${splitBrain} split` : "",
    vacant > 0 ? `${vacant} vacant` : "",
    cooling > 0 ? `${cooling} cooling` : "",
    voting > 0 ? `${voting} voting` : "",
  ]
    .filter((word) => word !== "")
    .join(" · ");
}
