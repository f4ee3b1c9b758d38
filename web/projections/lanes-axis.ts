import type { Cut } from "./lanes-model.ts";
import { cutOf, idleAfterMs } from "./lanes-segments.ts";

/**
 * From time to place and back. A place is a time less what the folded axis leaves out before it, so a distance of places is
 * a visible duration. With nothing folded, place and time are the same.
 */
export interface Axis {
  readonly cuts: readonly Cut[];
  placeOf(ms: number): number;
  /** Of the two ends of a cut, which share a place, the later one. */
  msAt(place: number): number;
  /** The cut that holds `ms`, ends included. */
  cutAt(ms: number): Cut | undefined;
}

/** `lastMs` is when something last changed: quiet from then until `nowMs` folds too, and the end of it moves along with now. 0: nothing has happened, and nothing is left out. */
export function foldedAxis(cuts: readonly Cut[], lastMs: number, nowMs: number): Axis {
  return axisOf(lastMs > 0 && nowMs - lastMs > idleAfterMs ? [...cuts, cutOf(lastMs, nowMs, cuts.at(-1))] : cuts);
}

export const plainAxis: Axis = axisOf([]);

function axisOf(cuts: readonly Cut[]): Axis {
  const before = (test: (cut: Cut) => boolean): Cut | undefined => {
    let low = 0;
    let high = cuts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (test(cuts[middle] as Cut)) low = middle + 1;
      else high = middle;
    }
    return cuts[low - 1];
  };
  return {
    cuts,
    placeOf: (ms) => {
      const cut = before((one) => one.fromMs <= ms);
      return cut === undefined ? ms : ms - cut.removedBeforeMs - Math.min(ms - cut.fromMs, cut.toMs - cut.fromMs);
    },
    msAt: (place) => {
      const cut = before((one) => one.fromMs - one.removedBeforeMs <= place);
      return cut === undefined ? place : place + cut.removedBeforeMs + (cut.toMs - cut.fromMs);
    },
    cutAt: (ms) => {
      const cut = before((one) => one.fromMs <= ms);
      return cut !== undefined && ms <= cut.toMs ? cut : undefined;
    },
  };
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  second,
  2 * second,
  5 * second,
  10 * second,
  15 * second,
  30 * second,
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  15 * minute,
  30 * minute,
  hour,
  2 * hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  7 * day,
];

export interface Tick {
  readonly ms: number;
  readonly place: number;
  readonly label: string;
}

/**
 * Round times between two places, at least `gap` places apart, in a zone `zoneMs` ahead of UTC. The same span gives the
 * same step wherever it lies, so ticks do not dance while the timeline moves.
 */
export function ticksOf(axis: Axis, fromPlace: number, toPlace: number, gap: number, zoneMs: number): Tick[] {
  const step = steps.find((one) => one >= gap) ?? Math.ceil(gap / day) * day;
  const ticks: Tick[] = [];
  const most = Math.ceil((toPlace - fromPlace) / gap) * 2 + 4;
  let ms = roundUp(axis.msAt(fromPlace), step, zoneMs);
  let lastPlace = Number.NEGATIVE_INFINITY;
  while (ticks.length < most) {
    const cut = axis.cutAt(ms);
    if (cut !== undefined && ms < cut.toMs) {
      ms = roundUp(cut.toMs, step, zoneMs);
      continue;
    }
    const place = axis.placeOf(ms);
    if (place > toPlace) break;
    if (place - lastPlace >= gap * 0.7) {
      ticks.push({ ms, place, label: clockText(ms, zoneMs, step) });
      lastPlace = place;
    }
    ms += step;
  }
  return ticks;
}

function roundUp(ms: number, step: number, zoneMs: number): number {
  return Math.ceil((ms + zoneMs) / step) * step - zoneMs;
}

/** A time of day as precise as `step` asks: `20:38`, `20:38:05`, `20:38:05.250`, and from a day on `2026-11-20`. */
export function clockText(ms: number, zoneMs: number, step: number = second): string {
  const iso = new Date(ms + zoneMs).toISOString();
  if (step >= day) return iso.slice(0, 10);
  if (step >= minute) return iso.slice(11, 16);
  return step >= second ? iso.slice(11, 19) : iso.slice(11, 23);
}
