import { useMemo } from "react";
import { formatDuration, plural } from "../../app/format.ts";
import { byName } from "../../components/Table.tsx";
import type { Contended } from "../../projections/contention.ts";
import { groupOf, nameInGroup } from "../../projections/graph-groups.ts";
import { selectionStore } from "../../stores/selection.ts";
import classes from "./Contention.module.css";

const cellsAtMost = 120;
const groupsAtMost = 40;

/** Every path as a cell, by folder: the more was waited there, the warmer. Said in words on each cell, too. */
export function Heat({ all }: { all: readonly Contended[] }) {
  const groups = useMemo(() => groupsOf(all), [all]);
  const most = Math.max(1, ...all.map(({ waitedMs }) => waitedMs));
  return (
    <div className={classes.heat}>
      {groups.map(({ group, cells, waitedMs }) => (
        <section key={group} aria-label={group} className={classes.group}>
          <h4>
            <span className="sb-mono">{group}</span>
            <span>{waitedMs === 0 ? "no waiting" : `${formatDuration(waitedMs)} waited`}</span>
          </h4>
          <div className={classes.cells}>
            {cells.slice(0, cellsAtMost).map((one) => {
              const words = `${nameInGroup(one.resource, group)}: ${one.waitedMs === 0 ? "no waiting" : `${formatDuration(one.waitedMs)} waited`}, ${plural(one.grants, "grant")}`;
              return (
                <button
                  key={one.resource}
                  type="button"
                  className={classes.cell}
                  style={{ "--heat": `${heatOf(one.waitedMs, most)}%` } as React.CSSProperties}
                  title={words}
                  aria-label={words}
                  onClick={() => selectionStore.getState().select({ kind: "resource", id: one.resource })}
                />
              );
            })}
            {cells.length > cellsAtMost ? <span className={classes.more}>and {cells.length - cellsAtMost} more</span> : null}
          </div>
        </section>
      ))}
    </div>
  );
}

/** By the root: so that the many little ones can be told from none. */
function heatOf(waitedMs: number, most: number): number {
  return waitedMs === 0 ? 0 : Math.round(12 + 88 * Math.sqrt(waitedMs / most));
}

function groupsOf(all: readonly Contended[]): { group: string; cells: Contended[]; waitedMs: number }[] {
  const groups = new Map<string, Contended[]>();
  for (const one of all) {
    const group = groupOf(one.resource);
    const cells = groups.get(group);
    if (cells === undefined) groups.set(group, [one]);
    else cells.push(one);
  }
  return [...groups]
    .map(([group, cells]) => ({
      group,
      cells: cells.sort((left, right) => byName(left.resource, right.resource)),
      waitedMs: cells.reduce((sum, one) => sum + one.waitedMs, 0),
    }))
    .sort((left, right) => right.waitedMs - left.waitedMs)
    .slice(0, groupsAtMost);
}
