import "uplot/dist/uPlot.min.css";
import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { readTokens, useScheme } from "../../app/theme.ts";
import type { Slice } from "../../projections/contention.ts";
import classes from "./Contention.module.css";

const height = 168;

/** Queue, grants and refusals over time. */
export function SeriesChart({ series, bucketMs, label }: { series: readonly Slice[]; bucketMs: number; label: string }) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const scheme = useScheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another scheme has other colours; the data comes by itself
  useEffect(() => {
    const element = host.current;
    if (element === null || width === 0) return;
    plot.current = new uPlot(optionsOf(width), dataOf(series, bucketMs), element);
    return () => {
      plot.current?.destroy();
      plot.current = null;
    };
  }, [width === 0, scheme, bucketMs]);
  useEffect(() => {
    if (width > 0) plot.current?.setSize({ width, height });
  }, [width]);
  useEffect(() => {
    plot.current?.setData(dataOf(series, bucketMs));
  }, [series, bucketMs]);
  const sum = (of: (slice: Slice) => number): number => series.reduce((total, slice) => total + of(slice), 0);
  return (
    <div
      ref={ref}
      className={classes.chart}
      role="img"
      aria-label={`${label}: ${sum(({ grants }) => grants)} grants, ${sum(({ refusals }) => refusals)} refusals, longest queue ${Math.max(0, ...series.map(({ queue }) => queue))}`}
    >
      <div ref={host} />
    </div>
  );
}

function dataOf(series: readonly Slice[], bucketMs: number): uPlot.AlignedData {
  return [
    series.map(({ startMs }) => (startMs + bucketMs) / 1_000),
    series.map(({ queue }) => queue),
    series.map(({ grants }) => grants),
    series.map(({ refusals }) => refusals),
  ];
}

function optionsOf(width: number): uPlot.Options {
  const tokens = readTokens();
  const axis: uPlot.Axis = {
    stroke: tokens["text-3"],
    font: `11px ${tokens.mono}`,
    grid: { stroke: tokens.line, width: 1 },
    ticks: { stroke: tokens.line, width: 1, size: 4 },
  };
  const stepped = uPlot.paths.stepped?.({ align: -1 });
  return {
    width,
    height,
    cursor: { drag: { x: false, y: false }, points: { show: false } },
    legend: { show: true, live: true },
    scales: { y: { range: (_, __, most) => [0, Math.max(4, Math.ceil(most * 1.1))] } },
    axes: [
      { ...axis, values: "{HH}:{mm}:{ss}", space: 80 },
      { ...axis, size: 36, space: 32 },
    ],
    series: [
      { value: "{HH}:{mm}:{ss}", label: "until" },
      { label: "longest queue", stroke: tokens.wait, fill: tokens["wait-soft"], width: 1.5, points: { show: false }, ...(stepped && { paths: stepped }) },
      { label: "grants", stroke: tokens.hold, width: 1.75, points: { show: false } },
      { label: "refusals", stroke: tokens.alert, width: 1.75, dash: [4, 3], points: { show: false } },
    ],
  };
}
