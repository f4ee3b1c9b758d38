// biome-ignore-all lint/a11y/useSemanticElements: rows that exist only while in view are placed by hand, which <table> does not allow.
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row (aria-activedescendant).
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, memo, type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import { formatCount } from "../app/format.ts";
import classes from "./Table.module.css";

export interface Column<Row> {
  readonly key: string;
  readonly label: string;
  /** Least width in pixels. */
  readonly width: number;
  /** Its share of the room that is left; none when left out. */
  readonly grow?: number;
  readonly end?: boolean;
  /** Stays in sight at the right while the others scroll sideways. */
  readonly pinned?: boolean;
  render(row: Row): ReactNode;
  /** Left out: this column does not sort. */
  compare?(left: Row, right: Row): number;
}

interface TableProps<Row extends { readonly key: string }> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly sortBy?: string;
  readonly selectedKey?: string;
  readonly empty: ReactNode;
  onSelect?(row: Row): void;
  /** Called when the last row comes into view. */
  onEnd?(): void;
}

const rowPx = 32;

/** A sortable table of any length: only the rows in view exist. Arrows move, Enter selects, headers sort. */
export function Table<Row extends { readonly key: string }>({ label, columns, rows, sortBy, selectedKey, empty, onSelect, onEnd }: TableProps<Row>) {
  const [sort, setSort] = useState<{ key: string; down: boolean }>({ key: sortBy ?? "", down: false });
  const sorted = useMemo(() => {
    const compare = columns.find(({ key }) => key === sort.key)?.compare;
    if (compare === undefined) return rows;
    return [...rows].sort((left, right) => (sort.down ? compare(right, left) : compare(left, right)));
  }, [rows, columns, sort]);

  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [activeKey, setActiveKey] = useState<string>();
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 8,
    getItemKey: (index) => sorted[index]?.key ?? index,
  });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (lastShown >= 0 && lastShown === sorted.length - 1) onEnd?.();
  }, [lastShown, sorted.length, onEnd]);

  const style = {
    "--columns": columns.map(({ width, grow }) => (grow === undefined ? `${width}px` : `minmax(${width}px, ${grow}fr)`)).join(" "),
    "--least": `${columns.reduce((sum, { width }) => sum + width, 16)}px`,
  } as CSSProperties;
  const activeIndex = activeKey === undefined ? -1 : sorted.findIndex(({ key }) => key === activeKey);
  const move = (index: number) => {
    const row = sorted[Math.min(Math.max(index, 0), sorted.length - 1)];
    if (row === undefined) return;
    setActiveKey(row.key);
    virtual.scrollToIndex(sorted.indexOf(row));
  };
  const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / rowPx) - 2);

  return (
    <div
      ref={scroller}
      className={classes.scroller}
      style={style}
      role="grid"
      aria-label={`${label}, ${formatCount(sorted.length)} rows`}
      aria-rowcount={sorted.length + 1}
      aria-colcount={columns.length}
      aria-activedescendant={activeIndex >= 0 && items.some(({ index }) => index === activeIndex) ? `${id}-${activeIndex}` : undefined}
      tabIndex={0}
      onKeyDown={(event) => {
        const steps: Record<string, number> = {
          ArrowDown: activeIndex + 1,
          ArrowUp: activeIndex - 1,
          PageDown: activeIndex + page,
          PageUp: activeIndex - page,
          Home: 0,
          End: sorted.length - 1,
        };
        const target = steps[event.key];
        if (target !== undefined) {
          event.preventDefault();
          move(target);
        }
        const row = sorted[activeIndex];
        if (event.key === "Enter" && row !== undefined && event.target === event.currentTarget) onSelect?.(row);
      }}
    >
      <div role="rowgroup" className={classes.head}>
        <div role="row" aria-rowindex={1} className={classes.row}>
          {columns.map((column) => (
            <div
              key={column.key}
              role="columnheader"
              className={classes.cell}
              data-end={column.end || undefined}
              data-pinned={column.pinned || undefined}
              aria-sort={sort.key !== column.key ? undefined : sort.down ? "descending" : "ascending"}
            >
              {column.compare === undefined ? (
                column.label
              ) : (
                <button type="button" className={classes.sort} onClick={() => setSort({ key: column.key, down: sort.key === column.key && !sort.down })}>
                  {column.label}
                  <span aria-hidden>{sort.key !== column.key ? "" : sort.down ? " ↓" : " ↑"}</span>
                </button>
              )}
            </div>
          ))}
        </div>
      </div>
      {sorted.length === 0 ? (
        <div role="rowgroup">
          <div role="row">
            <div role="gridcell" className={classes.empty}>
              {empty}
            </div>
          </div>
        </div>
      ) : (
        <div role="rowgroup" className={classes.body} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = sorted[item.index];
            return row === undefined ? null : (
              <TableRow
                key={row.key}
                id={`${id}-${item.index}`}
                row={row}
                columns={columns as readonly Column<unknown>[]}
                index={item.index}
                top={item.start}
                active={item.index === activeIndex}
                selected={row.key === selectedKey}
                onPick={() => {
                  setActiveKey(row.key);
                  onSelect?.(row);
                }}
              />
            );
          })}
        </div>
      )}
    </div>
  );
}

interface RowProps {
  readonly id: string;
  readonly row: { readonly key: string };
  readonly columns: readonly Column<unknown>[];
  readonly index: number;
  readonly top: number;
  readonly active: boolean;
  readonly selected: boolean;
  onPick(): void;
}

const TableRow = memo(function TableRow({ id, row, columns, index, top, active, selected, onPick }: RowProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid itself has the keys and names its active row.
    <div
      id={id}
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-active={active || undefined}
      className={`${classes.row} ${classes.bodyRow}`}
      style={{ transform: `translateY(${top}px)` }}
      onClick={(event) => {
        if (!(event.target as Element).closest("button, a, input")) onPick();
      }}
    >
      {columns.map((column) => (
        <div key={column.key} role="gridcell" className={classes.cell} data-end={column.end || undefined} data-pinned={column.pinned || undefined}>
          {column.render(row)}
        </div>
      ))}
    </div>
  );
}, sameRow);

/** Rows are made anew at every look: one that says the same is the same. What `onPick` does depends on the row alone. */
function sameRow(before: RowProps, after: RowProps): boolean {
  if (
    before.columns !== after.columns ||
    before.index !== after.index ||
    before.top !== after.top ||
    before.active !== after.active ||
    before.selected !== after.selected
  )
    return false;
  const [left, right] = [Object.entries(before.row), after.row as unknown as Record<string, unknown>];
  return left.length === Object.keys(right).length && left.every(([key, value]) => Object.is(value, right[key]));
}

export const byText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
