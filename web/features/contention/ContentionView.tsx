import { useMemo } from "react";
import { formatCount, formatDuration, formatTime, plural } from "../../app/format.ts";
import { Name } from "../../components/Names.tsx";
import { None, Part, ScrollView } from "../../components/Parts.tsx";
import { ViewHead } from "../../components/ViewHead.tsx";
import { type Contended, contentionBounds, type Percentiles, type SliceFigures } from "../../projections/contention.ts";
import { heatOf } from "../../projections/contention-heat.ts";
import { whyWords } from "../../projections/contention-words.ts";
import { useNow } from "../../stores/clock.ts";
import { useSelection } from "../../stores/selection.ts";
import classes from "./Contention.module.css";
import { useContention, useVisible } from "./contention-store.ts";
import { HeatTree } from "./HeatTree.tsx";
import { SeriesCharts } from "./SeriesCharts.tsx";

const everyMs = 2_000;
const topCount = 10;
const { bucketMs, buckets } = contentionBounds;

/** Where the waiting is: over time, the ten worst, and by path. */
export default function ContentionView() {
  const contention = useContention();
  const visible = useVisible();
  const now = useNow(everyMs);
  const resource = useSelection(({ selected }) => (selected?.kind === "resource" ? selected.id : undefined));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the projection changes in place; the time says when to look.
  const seen = useMemo(
    () => ({ top: contention.top(topCount, now), all: contention.all(now), series: complete(contention.series(resource, now)), sinceMs: contention.sinceMs }),
    [contention, resource, visible ? now : 0],
  );
  const { top, all, series, sinceMs } = seen;
  const heat = useMemo(() => heatOf(all), [all]);
  const from = sinceMs === undefined ? "" : ` · since ${formatTime(Math.max(sinceMs, now - buckets * bucketMs), now)}`;
  return (
    <>
      <ViewHead title="Contention" counts={`${plural(all.length, "resource")}${from}`} />
      <ScrollView label="Figures of contention">
        <Part title="Over time">
          <p className={classes.about}>
            {resource === undefined ? "Everything" : <span className="sb-mono">{resource}</span>}, in slices of {formatDuration(bucketMs)}
          </p>
          <SeriesCharts series={series} bucketMs={bucketMs} together={resource === undefined} />
        </Part>
        <Part title="The most contended">{top.length === 0 ? <None>Nobody had to wait in this time.</None> : <Top rows={top} now={now} />}</Part>
        <Part title="By path">
          <p className={classes.about}>The warmer, the more was waited there and below.</p>
          <HeatTree nodes={heat} />
        </Part>
      </ScrollView>
    </>
  );
}

/** The slice that is not over yet would look like a fall. */
const complete = (series: readonly SliceFigures[]): readonly SliceFigures[] => (series.length > 1 ? series.slice(0, -1) : series);

function Top({ rows, now }: { rows: readonly Contended[]; now: number }) {
  const most = Math.max(1, ...rows.map(({ waitedMs }) => waitedMs));
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Resource</th>
            <th scope="col">Waited in all</th>
            <th scope="col">Wait p50 / p95</th>
            <th scope="col">Hold p50 / p95</th>
            <th scope="col">Queue</th>
            <th scope="col">Grants</th>
            <th scope="col">Refused</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.resource}>
              <th scope="row">
                <Name kind="resource" id={row.resource} />
                <span className={classes.why}>{whyWords(row, now)}</span>
              </th>
              <td>
                <span className={classes.bar} style={{ width: `${(row.waitedMs / most) * 100}%` }} aria-hidden />
                <span>{formatDuration(row.waitedMs)}</span>
              </td>
              <td>{pair(row.waitMs)}</td>
              <td>{pair(row.holdMs)}</td>
              <td>{formatCount(row.queue)}</td>
              <td>{formatCount(row.grants)}</td>
              <td data-some={row.refusals > 0 || undefined}>{formatCount(row.refusals)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const pair = (of: Percentiles | undefined): string => (of === undefined ? "–" : `${formatDuration(of.p50)} / ${formatDuration(of.p95)}`);
