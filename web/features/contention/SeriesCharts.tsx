import type { SliceFigures } from "../../projections/contention.ts";
import { Chart } from "./Chart.tsx";
import classes from "./Contention.module.css";

/** Waits, holds, queue and answers over time, slice by slice, of one resource or (`together`) of all. */
export function SeriesCharts({ series, bucketMs, together }: { series: readonly SliceFigures[]; bucketMs: number; together: boolean }) {
  const atMs = series.map(({ startMs }) => startMs + bucketMs);
  const values = (of: (slice: SliceFigures) => number | undefined) => series.map((slice) => of(slice) ?? null);
  return (
    <div className={classes.charts}>
      <Chart
        title="Waits"
        unit="time"
        atMs={atMs}
        lines={[
          { label: "p50", values: values(({ waitMs }) => waitMs?.p50), colour: "wait" },
          { label: "p95", values: values(({ waitMs }) => waitMs?.p95), colour: "wait", dashed: true },
        ]}
      />
      <Chart
        title="Holds"
        unit="time"
        atMs={atMs}
        lines={[
          { label: "p50", values: values(({ holdMs }) => holdMs?.p50), colour: "hold" },
          { label: "p95", values: values(({ holdMs }) => holdMs?.p95), colour: "hold", dashed: true },
        ]}
      />
      <Chart
        title={together ? "Waiting" : "Queue"}
        unit="count"
        atMs={atMs}
        lines={[{ label: "most at once", values: values(({ queue }) => queue), colour: "wait", stepped: true }]}
      />
      <Chart
        title="Answers"
        unit="count"
        atMs={atMs}
        lines={[
          { label: "granted", values: values(({ grants }) => grants), colour: "hold", stepped: true },
          { label: "refused", values: values(({ refusals }) => refusals), colour: "alert", stepped: true, dashed: true },
        ]}
      />
    </div>
  );
}
