import { useVirtualizer } from "@tanstack/react-virtual";
import type { RefObject } from "react";
import { itemHeights, type TracksItem } from "../../projections/tracks.ts";
import { Item, type ItemActions } from "./items.tsx";
import type { RowWidths } from "./Row.tsx";
import classes from "./TracksView.module.css";

interface ColumnProps extends ItemActions {
  readonly items: readonly TracksItem[];
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly width: number;
  readonly widths: RowWidths;
}

/** Only the lines in sight are there, and a few beyond: thousands of rows cost what a screen of them costs. */
export function Column({ items, scroller, width, widths, ...actions }: ColumnProps) {
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => itemHeights[items[index]?.kind ?? "row"],
    getItemKey: (index) => items[index]?.key ?? index,
    overscan: 8,
  });
  return (
    <div className={classes.column} style={{ width, height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map((line) => {
        const item = items[line.index];
        if (item === undefined) return null;
        return (
          <div key={item.key} className={classes.line} style={{ height: line.size, transform: `translateY(${line.start}px)` }}>
            <Item item={item} widths={widths} {...actions} />
          </div>
        );
      })}
    </div>
  );
}
