import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { readTokens, useScheme } from "../../app/theme.ts";
import classes from "./Lab.module.css";

export interface ChartLine {
  readonly key: string;
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** The one that is looked at; the others stand back. */
  readonly chosen: boolean;
}

interface LinesChartProps {
  readonly title: string;
  readonly axis: string;
  readonly at: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly words: (value: number | null) => string;
}

const height = 220;

/** One figure of every algorithm over one of the parameters. The chosen one is drawn out; its figures are in the table below. */
export function LinesChart({ title, axis, at, lines, words }: LinesChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const scheme = useScheme();
  const data = JSON.stringify([at, ...lines.map(({ values }) => values)]);
  const looks = JSON.stringify(lines.map(({ label, chosen }) => ({ label, chosen })));
  const say = useRef(words);
  say.current = words;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes the colours that are read here.
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const tokens = readTokens();
    const shared = { stroke: tokens["text-2"], font: `11px ${tokens.font}`, grid: { stroke: tokens.line, width: 1 }, ticks: { show: false } };
    const made = new uPlot(
      {
        width: element.clientWidth,
        height,
        legend: { show: false },
        padding: [8, 16, 0, 0],
        cursor: { show: false },
        scales: { x: { time: false }, y: { range: (_, __, most) => [0, (most || 1) * 1.08] } },
        axes: [
          { ...shared, size: 40, label: axis, labelSize: 16, labelFont: shared.font, splits: () => [...at] },
          { ...shared, size: 64, values: (_, marks) => marks.map((mark) => say.current(mark)) },
        ],
        series: [
          {},
          ...(JSON.parse(looks) as { label: string; chosen: boolean }[]).map(({ label, chosen }) => ({
            label,
            stroke: chosen ? tokens.lead : tokens.track,
            width: chosen ? 2.5 : 1,
            spanGaps: true,
            points: { show: true, size: chosen ? 7 : 4, fill: chosen ? tokens.lead : tokens.surface },
          })),
        ],
      },
      JSON.parse(data) as uPlot.AlignedData,
      element,
    );
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
    };
  }, [looks, data, axis, scheme]);

  const chosen = lines.find((line) => line.chosen);
  const told = chosen === undefined ? "" : `: ${chosen.label} ${at.map((value, index) => `${words(chosen.values[index] ?? null)} at ${value}`).join(", ")}`;
  return (
    <figure className={classes.figure}>
      <figcaption>
        {title}, {axis}
      </figcaption>
      <div ref={place} className={classes.plot} role="img" aria-label={`${title}${told}`} />
    </figure>
  );
}
