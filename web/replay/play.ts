import { idleAfterMs } from "../projections/lanes-segments.ts";
import type { TimeRange } from "../stores/cursor.ts";
import type { TraceIndex } from "./trace-index.ts";

export interface PlayOptions {
  readonly speed: number;
  readonly skipsIdle: boolean;
  readonly loop: TimeRange | null;
  /** Positions of the events that one follows; null for all. */
  readonly along: Uint32Array | null;
}

export interface Played {
  readonly atMs: number;
  readonly position: number;
  /** The end of what is known: nothing more to play. */
  readonly ended: boolean;
}

/** How much of a quiet stretch is played at each of its ends, in real time at most. */
const idleShownMs = 1_000;

/**
 * Where the cursor is after `elapsedMs` of real time. Quiet stretches pass in about two seconds whatever the speed: one
 * sees that it gets quiet, and what comes next in its own time.
 */
export function played(index: TraceIndex, atMs: number, elapsedMs: number, { speed, skipsIdle, loop, along }: PlayOptions): Played {
  const endMs = Math.min(loop?.toMs ?? Number.POSITIVE_INFINITY, index.untilMs);
  const restMs = loop === null ? 0 : loop.fromMs;
  if (loop !== null && (atMs >= endMs || atMs < loop.fromMs)) return at(index, restMs, false);
  let nextMs = atMs + elapsedMs * speed;
  if (skipsIdle) {
    const quiet = quietAround(index, atMs, along);
    const shownMs = Math.min(idleAfterMs / 2, idleShownMs * speed);
    if (quiet !== undefined && quiet.toMs - quiet.fromMs > idleAfterMs && atMs >= quiet.fromMs + shownMs) nextMs = Math.max(nextMs, quiet.toMs - shownMs);
  }
  return at(index, Math.min(nextMs, endMs), loop === null && nextMs >= index.untilMs);
}

function at(index: TraceIndex, atMs: number, ended: boolean): Played {
  return { atMs, position: index.positionAtTime(atMs), ended };
}

/** The events before and after a time, where there is one after. */
function quietAround(index: TraceIndex, atMs: number, along: Uint32Array | null): TimeRange | undefined {
  const position = index.positionAtTime(atMs);
  const [before, after] = along === null ? [position, position + 1] : neighbours(along, position);
  if (after === undefined || after > index.to) return undefined;
  return { fromMs: before === undefined ? index.sinceMs : index.timeAt(before), toMs: index.timeAt(after) };
}

/** The last of some sorted positions at or before one, and the first after it. */
export function neighbours(positions: Uint32Array, position: number): [before: number | undefined, after: number | undefined] {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((positions[middle] as number) <= position) low = middle + 1;
    else high = middle;
  }
  return [positions[low - 1], positions[low]];
}

/** The next of some sorted positions after one, or the one before it. */
export function stepAlong(positions: Uint32Array, position: number, direction: 1 | -1): number | undefined {
  return direction > 0 ? neighbours(positions, position)[1] : neighbours(positions, position - 1)[0];
}
