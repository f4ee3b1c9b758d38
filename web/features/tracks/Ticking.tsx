import { formatClock, formatDuration } from "../../app/format.ts";
import { useNow } from "../../stores/clock.ts";

/** How long it has been, by the second. A leaf: the row around it is not drawn again. */
export function Since({ ms, spoken = false }: { readonly ms: number; readonly spoken?: boolean }) {
  const nowMs = useNow(1_000);
  return <>{spoken ? formatDuration(wholeSeconds(nowMs - ms)) : formatClock(nowMs - ms)}</>;
}

/** How long until it comes; `now` once it has. */
export function Until({ ms, past = "now" }: { readonly ms: number; readonly past?: string }) {
  const leftMs = ms - useNow(1_000);
  return <>{leftMs <= 0 ? past : `in ${formatDuration(wholeSeconds(leftMs + 999))}`}</>;
}

/** Tenths would flicker. */
const wholeSeconds = (ms: number): number => Math.max(0, Math.floor(ms / 1_000) * 1_000);
