import type { Figures } from "../../../shared/trace/compare/figures.ts";
import { formatCount, formatDuration } from "../../app/format.ts";

export interface FigureRow {
  readonly label: string;
  readonly a: string;
  readonly b: string;
  readonly difference: string;
  /** Which of them is better off; undefined where that cannot be said. */
  readonly better: "a" | "b" | undefined;
}

type Wish = "less" | "more" | undefined;

/** What is compared, in the order in which people ask: `less` and `more` say what is better. */
const figures: readonly { label: string; of: (figures: Figures) => number; shown: (value: number) => string; wish: Wish }[] = [
  { label: "Wait, median", of: ({ waits }) => waits.p50Ms, shown: formatDuration, wish: "less" },
  { label: "Wait, 95 %", of: ({ waits }) => waits.p95Ms, shown: formatDuration, wish: "less" },
  { label: "Wait, longest", of: ({ waits }) => waits.maxMs, shown: formatDuration, wish: "less" },
  { label: "Requests that waited", of: ({ waits }) => waits.count, shown: formatCount, wish: "less" },
  { label: "Deadlocks", of: ({ deadlocks }) => deadlocks, shown: formatCount, wish: "less" },
  { label: "Livelocks", of: ({ livelocks }) => livelocks, shown: formatCount, wish: "less" },
  { label: "Work given up for others", of: ({ aborted }) => aborted, shown: formatCount, wish: "less" },
  { label: "Requests refused", of: ({ refused }) => refused, shown: formatCount, wish: "less" },
  { label: "Locks lost", of: ({ lost }) => lost, shown: formatCount, wish: "less" },
  { label: "Grants", of: ({ grants }) => grants, shown: formatCount, wish: "more" },
  { label: "Grants a second", of: ({ throughput }) => throughput, shown: (value) => value.toFixed(2), wish: "more" },
  { label: "Fairness (Jain)", of: ({ fairness }) => fairness, shown: (value) => value.toFixed(3), wish: "more" },
  { label: "Commands", of: ({ messages }) => messages, shown: formatCount, wish: undefined },
  { label: "Time", of: ({ spanMs }) => spanMs, shown: formatDuration, wish: undefined },
];

export function figureRows(a: Figures, b: Figures): FigureRow[] {
  return figures.map(({ label, of, shown, wish }) => {
    const [left, right] = [of(a), of(b)];
    const change = right - left;
    const better = change === 0 || wish === undefined ? undefined : change < 0 === (wish === "less") ? "b" : "a";
    const same = shown(left) === shown(right);
    return {
      label,
      a: shown(left),
      b: shown(right),
      difference: same ? "the same" : `${change > 0 ? "+" : "−"}${shown(Math.abs(change))}`,
      better: same ? undefined : better,
    };
  });
}

export const figureLabels: readonly string[] = figures.map(({ label }) => label);

/** One trace's figures, as shown. */
export const figureTexts = (of: Figures): string[] => figures.map((figure) => figure.shown(figure.of(of)));
