import { useSyncExternalStore } from "react";
import { worldStore } from "./world.ts";

/** The server's time: this clock plus the offset learnt from its messages. While offline it stands still; in the past it is the cursor's. */
export function nowMs(): number {
  const { status, serverOffsetMs, lastSeenMs } = worldStore.getState();
  return status === "live" || status === "connecting" ? Date.now() + serverOffsetMs : lastSeenMs;
}

const tickMs = 250;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let tickedMs = 0;

function tick(): void {
  tickedMs = nowMs();
  for (const listener of listeners) listener();
}

/** The cursor moves by leaps: nobody shall see the new moment at the old time. At speed it is told ten times a second. */
const leapTickMs = 100;
let leapTimer: ReturnType<typeof setTimeout> | undefined;

worldStore.subscribe((now, before) => {
  const leapt = now.status === "replay" ? Math.abs(now.lastSeenMs - tickedMs) >= tickMs : before.status === "replay";
  if (!leapt || listeners.size === 0 || leapTimer !== undefined) return;
  tick();
  leapTimer = setTimeout(() => {
    leapTimer = undefined;
    if (Math.abs(nowMs() - tickedMs) >= tickMs) tick();
  }, leapTickMs);
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Server time, rounded down to `intervalMs`: all of them tick together on one timer, and re-render only on their step. */
export function useNow(intervalMs = 1_000): number {
  return useSyncExternalStore(subscribe, () => {
    if (timer === undefined || tickedMs === 0) tickedMs = nowMs();
    return Math.floor(tickedMs / intervalMs) * intervalMs;
  });
}
