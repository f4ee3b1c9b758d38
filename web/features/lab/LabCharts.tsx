import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import type { LabCell } from "../../../shared/sim/lab/parameters.ts";
import type { LabRow } from "../../../shared/sim/lab/summary.ts";
import { Bars } from "./Bars.tsx";
import classes from "./Lab.module.css";
import { LinesChart } from "./LinesChart.tsx";
import { algorithmWords, metrics, placeWords } from "./lab-words.ts";

const shared = ["members", "loss", "delayMs", "trouble"] as const;
const axes = [
  { key: "members", label: "by members" },
  { key: "delayMs", label: "by longest delay, ms" },
  { key: "loss", label: "by share of messages lost" },
] as const;

/** Every algorithm where the chosen one is, and how one figure goes with members, delay or loss where several were compared. */
export function LabCharts({ rows, chosen }: { rows: readonly LabRow[]; chosen: LabCell }) {
  const [metricKey, setMetric] = useState(metrics[0]?.key ?? "");
  const metric = metrics.find(({ key }) => key === metricKey) ?? metrics[0];
  if (metric === undefined) return null;
  const like = (row: LabCell, but?: (typeof shared)[number]) => shared.every((key) => key === but || row[key] === chosen[key]);
  const here = rows.filter((row) => like(row));
  const algorithms = [...new Set(rows.map(({ algorithm }) => algorithm))];
  return (
    <>
      <div className={classes.chartHead}>
        <NativeSelect
          size="xs"
          aria-label="Figure"
          data={metrics.map(({ key, label }) => ({ value: key, label }))}
          value={metric.key}
          onChange={(event) => setMetric(event.currentTarget.value)}
        />
        <span>{placeWords(chosen)}</span>
      </div>
      <div className={classes.charts}>
        <Bars
          title={metric.label}
          bars={here.map((row) => ({ key: row.algorithm, label: algorithmWords(row.algorithm), value: metric.of(row), words: metric.words(metric.of(row)) }))}
        />
        {axes.map(({ key, label }) => {
          const along = rows.filter((row) => like(row, key));
          const at = [...new Set(along.map((row) => row[key]))].sort((a, b) => a - b);
          if (at.length < 2) return null;
          const valueAt = (algorithm: string, value: number) => {
            const row = along.find((one) => one.algorithm === algorithm && one[key] === value);
            return row === undefined ? null : metric.of(row);
          };
          return (
            <LinesChart
              key={key}
              title={metric.label}
              axis={label}
              at={at}
              words={metric.words}
              lines={algorithms.map((algorithm) => ({
                key: algorithm,
                label: algorithmWords(algorithm),
                values: at.map((value) => valueAt(algorithm, value)),
                chosen: algorithm === chosen.algorithm,
              }))}
            />
          );
        })}
      </div>
    </>
  );
}
