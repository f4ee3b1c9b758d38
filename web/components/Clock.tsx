import { formatClock, formatDuration } from "../app/format.ts";
import { useNow } from "../stores/clock.ts";

/** A running time since `sinceMs`: `4:12`, or `4 min 12 s` in words. Only this text re-renders. */
export function Since({ sinceMs, words = false }: { sinceMs: number; words?: boolean }) {
  const elapsedMs = useNow(1_000) - sinceMs;
  return <time>{words ? formatDuration(Math.max(0, Math.round(elapsedMs / 1_000) * 1_000)) : formatClock(elapsedMs)}</time>;
}

/** A running time until `untilMs`: `in 20 s`, `now`. */
export function Until({ untilMs }: { untilMs: number }) {
  const leftMs = Math.ceil((untilMs - useNow(1_000)) / 1_000) * 1_000;
  return <time>{leftMs > 0 ? `in ${formatDuration(leftMs)}` : "now"}</time>;
}
