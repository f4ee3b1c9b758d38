import { formatCount, formatTime } from "../../app/format.ts";
import { clockText } from "../../projections/lanes-axis.ts";
import type { Cursor } from "../../stores/cursor.ts";

const zoneMs = (ms: number): number => -new Date(ms).getTimezoneOffset() * 60_000;

/** `20:41:07.318`, in local time; with its day where that is not today's. */
export function momentText(ms: number, todayMs = Date.now()): string {
  const clock = clockText(ms, zoneMs(ms), 100);
  return new Date(ms).toDateString() === new Date(todayMs).toDateString() ? clock : `${formatTime(ms, todayMs).split(",")[0]}, ${clock}`;
}

/** `10×`, `0.25×`. */
export const speedText = (speed: number): string => `${speed}×`;

/** What the trace is called on the panel. */
export function traceName({ trace, head }: Pick<Cursor, "trace" | "head">, space: string): string {
  if (trace === null || trace.kind === "space") return space;
  return head === null || head.name === "" ? trace.name : head.name;
}

/** For the slider: `20:41:07.318, event 31 877 of 48 213`. */
export function cursorText({ position, atMs, index }: Pick<Cursor, "position" | "atMs" | "index">): string {
  return `${momentText(atMs)}, event ${formatCount(position)} of ${formatCount(index.to)}`;
}
