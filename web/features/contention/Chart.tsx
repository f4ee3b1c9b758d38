import "uplot/dist/uPlot.min.css";
import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import { formatDuration } from "../../app/format.ts";
import { readTokens, type TokenName, useScheme } from "../../app/theme.ts";
import classes from "./Chart.module.css";

export interface Line {
  readonly label: string;
  readonly values: readonly (number | null)[];
  readonly colour: TokenName;
  /** Dashed and stepped lines are told apart without colour. */
  readonly dashed?: boolean;
  readonly stepped?: boolean;
}

interface ChartProps {
  readonly title: string;
  /** When each value was, in milliseconds. */
  readonly atMs: readonly number[];
  readonly lines: readonly Line[];
  readonly unit: "time" | "count";
}

const height = 120;

/** A small chart over time. What it shows stands beside it in figures: those of the step under the pointer, else of the last one that has any. */
export function Chart({ title, atMs, lines, unit }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const [step, setStep] = useState<number | null>(null);
  const scheme = useScheme();
  const data: uPlot.AlignedData = [atMs.map((ms) => ms / 1_000), ...lines.map(({ values }) => [...values])];
  const latest = useRef(data);
  latest.current = data;
  const looks = JSON.stringify(lines.map(({ label, colour, dashed, stepped }) => ({ label, colour, dashed, stepped })));

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes the colours that are read here.
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const made = new uPlot(optionsOf(JSON.parse(looks), unit, element.clientWidth, setStep), latest.current, element);
    chart.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, [looks, unit, scheme]);
  useEffect(() => {
    chart.current?.setData(data);
  });

  const words = (value: number | null | undefined) => (value == null ? "none" : unit === "time" ? formatDuration(value) : String(value));
  const shown = lines.map((line) => ({ ...line, value: words(step === null ? line.values.findLast((value) => value !== null) : line.values[step]) }));
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>
        <b>{title}</b>
        {shown.map(({ label, colour, dashed, value }) => (
          <span key={label}>
            <i style={{ borderTopColor: `var(--sb-${colour})` }} data-dashed={dashed || undefined} /> {label} <span className="sb-mono">{value}</span>
          </span>
        ))}
      </figcaption>
      <div ref={place} className={classes.plot} role="img" aria-label={`${title}: ${shown.map(({ label, value }) => `${label} ${value}`).join(", ")}`} />
    </figure>
  );
}

function optionsOf(lines: readonly Omit<Line, "values">[], unit: ChartProps["unit"], width: number, atStep: (step: number | null) => void): uPlot.Options {
  const tokens = readTokens();
  const axis = { stroke: tokens["text-3"], font: `10px ${tokens.font}`, grid: { stroke: tokens.line, width: 1 }, ticks: { show: false } };
  return {
    width,
    height,
    legend: { show: false },
    padding: [6, 22, 0, 0],
    cursor: { y: false, points: { size: 5 }, drag: { x: false, y: false } },
    scales: { y: { range: (_, __, most) => [0, Math.max(most ?? 0, unit === "count" ? 1 : 100) * 1.1] } },
    axes: [
      {
        ...axis,
        size: 26,
        gap: 8,
        space: 70,
        values: (_, seconds, __, ___, stepS) => seconds.map((second) => (stepS < 60 ? timeOfDayExact : timeOfDay).format(second * 1_000)),
      },
      {
        ...axis,
        size: 48,
        gap: 4,
        space: 28,
        incrs: unit === "count" ? [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000] : timeSteps,
        values: (_, marks) => marks.map((mark) => (unit === "time" ? formatDuration(mark) : String(mark))),
      },
    ],
    series: [
      {},
      ...lines.map(({ label, colour, dashed, stepped }): uPlot.Series => {
        const stepwise = stepped ? uPlot.paths.stepped?.({ align: -1 }) : undefined;
        return {
          label,
          stroke: tokens[colour],
          width: 1.5,
          dash: dashed ? [5, 3] : [],
          spanGaps: !stepped,
          points: { show: (plot) => !stepped && (plot.data[0]?.length ?? 0) <= dotsAtMost, size: 4, fill: dashed ? tokens.surface : tokens[colour] },
          ...(stepwise === undefined ? {} : { paths: stepwise }),
        };
      }),
    ],
    hooks: { setCursor: [(plot) => atStep(plot.cursor.idx ?? null)] },
  };
}

/** With more steps than this the dots would hide the line. */
const dotsAtMost = 20;

/** Steps of an axis of durations, in milliseconds: such as people count in. */
const timeSteps = [
  10, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000, 7_200_000, 86_400_000,
];

const timeOfDayExact = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const timeOfDay = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
