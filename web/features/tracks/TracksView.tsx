import { useElementSize } from "@mantine/hooks";
import { type KeyboardEvent, type RefObject, useEffect, useMemo, useRef } from "react";
import { useFilter } from "../../app/search.ts";
import { itemHeights, quietGroup } from "../../projections/tracks.ts";
import { preferencesStore } from "../../stores/preferences.ts";
import { type Selected, useSelection } from "../../stores/selection.ts";
import { AlertsContext } from "../graph/alerts.ts";
import { useLiveAlerts } from "../graph/use-live-alerts.ts";
import { Column } from "./Column.tsx";
import { LitContext, useLit } from "./dims.ts";
import { Links } from "./Links.tsx";
import type { RowWidths } from "./Row.tsx";
import classes from "./TracksView.module.css";
import { type Columns, toggleOpened, useTracks } from "./use-tracks.ts";

const gap = 20;
const twoColumnsFrom = 860;
const lampCell = 62;

/** The panel: every section a row, in cards by path. A list, so it costs what changed and stays readable at any size. */
export default function TracksView() {
  const alerts = useLiveAlerts();
  const lit = useLit();
  return (
    <AlertsContext value={alerts}>
      <LitContext value={lit}>
        <Panel />
      </LitContext>
    </AlertsContext>
  );
}

function Panel() {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const scroller = useRef<HTMLDivElement>(null);
  const columns = width >= twoColumnsFrom ? 2 : 1;
  const columnWidth = Math.floor((width - (columns - 1) * gap) / columns);
  const widths = useMemo(() => rowWidths(columnWidth), [columnWidth]);
  const lines = useTracks(columns, Math.max(3, Math.floor((columnWidth - 20) / lampCell)));
  useScrollToSelected(lines, scroller);
  const filter = useFilter();
  const nothing = filter.active && lines.every((column) => column.every((item) => item.kind === "agentsHead" || item.kind === "foot"));
  return (
    // The arrow keys go from row to row; each row has its own button.
    // biome-ignore lint/a11y/noStaticElementInteractions: it only passes the focus on
    <div ref={scroller} className={classes.panel} onKeyDown={moveFocus}>
      {nothing ? <p className={classes.nothing}>Nothing matches “{filter.query}”.</p> : null}
      <div ref={ref} className={classes.columns} style={{ gap }}>
        {width === 0
          ? null
          : lines.map((items, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
              <Column key={index} items={items} scroller={scroller} width={columnWidth} widths={widths} toggle={toggleOpened} toggleQuiet={toggleQuiet} />
            ))}
        <Links lines={lines} columnWidth={columnWidth} gap={gap} widths={widths} scroller={scroller} />
      </div>
    </div>
  );
}

/** What was selected elsewhere comes into sight; a row that is in sight already stays where it is. */
function useScrollToSelected(lines: Columns, scroller: RefObject<HTMLDivElement | null>): void {
  const selected = useSelection(({ selected }) => (selected?.kind === "resource" || selected?.kind === "group" ? selected : null));
  const done = useRef<Selected | null>(null);
  useEffect(() => {
    const element = scroller.current;
    if (selected === null) done.current = null;
    if (element === null || selected === null || done.current === selected) return;
    for (const items of lines) {
      const index = items.findIndex((item) =>
        selected.kind === "group" ? item.kind === "group" && item.group === selected.id : item.kind === "row" && item.path === selected.id,
      );
      if (index < 0) continue;
      done.current = selected;
      const top = items.slice(0, index).reduce((sum, item) => sum + itemHeights[item.kind], 0);
      const inSight = top >= element.scrollTop && top + itemHeights.row <= element.scrollTop + element.clientHeight - 24;
      if (!inSight) element.scrollTo({ top: Math.max(0, top - element.clientHeight / 3) });
    }
  }, [selected, lines, scroller]);
}

const toggleQuiet = (): void => preferencesStore.getState().toggleGroup(quietGroup);

/** What a card has beside the three parts: its border, the row's margin and padding, the signal. */
const aroundParts = 2 + 12 + 16 + 14 + 6;

function rowWidths(columnWidth: number): RowWidths {
  const room = Math.max(240, columnWidth - aroundParts);
  const block = Math.round(Math.min(260, Math.max(104, room * 0.41)));
  const name = Math.round(Math.min(230, Math.max(96, room * 0.31)));
  return { name, block, approach: room - name - block };
}

function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0 || !(event.target instanceof HTMLElement)) return;
  const names = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-row]")].sort(byPlace);
  const from = names.indexOf(event.target.closest("[data-path]")?.querySelector<HTMLElement>("[data-row]") ?? event.target);
  const next = names[from + step];
  if (from < 0 || next === undefined) return;
  event.preventDefault();
  next.focus();
}

/** Down a column, then the next: the order in the document is the virtual list's own. */
function byPlace(a: HTMLElement, b: HTMLElement): number {
  const [left, right] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
  return Math.abs(left.left - right.left) > 40 ? left.left - right.left : left.top - right.top;
}
