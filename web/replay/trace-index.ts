import { type Axis, foldedAxis, plainAxis } from "../projections/lanes-axis.ts";
import type { Cut } from "../projections/lanes-model.ts";
import { cutOf, idleAfterMs } from "../projections/lanes-segments.ts";
import { codeOfKind, type JumpKind, type Spot, type SpotEnd } from "./marks.ts";

/** What the worker tells of a stretch of events that it has read. */
export interface IndexPart {
  /** Position of the first of them. */
  readonly from: number;
  readonly times: Float64Array<ArrayBuffer>;
  /** See `codeOf`. */
  readonly codes: Uint8Array<ArrayBuffer>;
  readonly spots: readonly Spot[];
  readonly ends: readonly SpotEnd[];
}

/** A stretch during which something lasted. */
export interface LastingSpot extends Spot {
  /** Undefined while its end is not known. */
  readonly untilMs?: number;
}

const spotsAtMost = 20_000;

/**
 * A trace in nine bytes an event: when it was, and what kind it is. The cursor goes from times to positions with it, jumps
 * are searched and the scrubber is painted without asking for any event.
 */
export class TraceIndex {
  #from: number | undefined;
  #count = 0;
  #times = new Float64Array(4_096);
  #codes = new Uint8Array(4_096);
  readonly #spots: LastingSpot[] = [];
  readonly #cuts: Cut[] = [];

  /** Position of the first event; 1 while there is none. */
  get from(): number {
    return this.#from ?? 1;
  }

  /** Position of the last event; `from - 1` while there is none. */
  get to(): number {
    return this.from + this.#count - 1;
  }

  get sinceMs(): number {
    return this.#times[0] ?? 0;
  }

  get untilMs(): number {
    return this.#count === 0 ? 0 : (this.#times[this.#count - 1] as number);
  }

  /** What has words, by position; the first many of them. */
  get spots(): readonly LastingSpot[] {
    return this.#spots;
  }

  /** Says where the first event will stand, before there is any. */
  begin(from: number): void {
    this.#from ??= from;
  }

  /** Takes in what follows; a part that does not follow is left out, and false says so. */
  append({ from, times, codes, spots, ends }: IndexPart): boolean {
    this.#from ??= from;
    if (from !== this.to + 1) return false;
    this.#grow(this.#count + times.length);
    for (const [index, ms] of times.entries()) {
      const lastMs = this.#count === 0 ? ms : this.untilMs;
      if (ms - lastMs > idleAfterMs) this.#cuts.push(cutOf(lastMs, ms, this.#cuts.at(-1)));
      // A clock that went back in an imported trace must not break the search.
      this.#times[this.#count] = Math.max(ms, lastMs);
      this.#codes[this.#count] = codes[index] as number;
      this.#count++;
    }
    for (const spot of spots) if (this.#spots.length < spotsAtMost) this.#spots.push(spot);
    for (const { lasts, position, atMs } of ends) {
      // The same finding may have come again since.
      const at = this.#spots.findLastIndex((spot) => spot.lasts === lasts && spot.position < position && spot.untilMs === undefined);
      const spot = this.#spots[at];
      if (spot !== undefined) this.#spots[at] = { ...spot, untilMs: atMs };
    }
    return true;
  }

  /** Time of an event. Before the first it is the first one's time, so that a cursor there stands at the trace's beginning. */
  timeAt(position: number): number {
    const index = Math.min(Math.max(position - this.from, 0), this.#count - 1);
    return this.#times[index] ?? 0;
  }

  /** The last position at or before a time; `from - 1` when all come later. */
  positionAtTime(atMs: number): number {
    return this.from + this.#firstAfter(atMs) - 1;
  }

  /** The next event of a kind after a position, or the one before it. */
  next(position: number, direction: 1 | -1, kind: JumpKind): number | undefined {
    const codes = this.#codes.subarray(0, this.#count);
    const start = position - this.from + direction;
    // A negative start would count from the end.
    if (direction < 0 && start < 0) return undefined;
    const found = direction > 0 ? codes.indexOf(codeOfKind(kind), Math.max(0, start)) : codes.lastIndexOf(codeOfKind(kind), start);
    return found < 0 ? undefined : this.from + found;
  }

  /** Quiet stretches folded, as the timeline folds them. */
  axis(folded: boolean, nowMs = this.untilMs): Axis {
    return folded ? foldedAxis(this.#cuts, this.untilMs, nowMs) : plainAxis;
  }

  /** How many events have an index below this because they are at or before `atMs`. */
  #firstAfter(atMs: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] as number) <= atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(count: number): void {
    if (count <= this.#times.length) return;
    const capacity = Math.max(count, this.#times.length * 2);
    const times = new Float64Array(capacity);
    times.set(this.#times.subarray(0, this.#count));
    const codes = new Uint8Array(capacity);
    codes.set(this.#codes.subarray(0, this.#count));
    [this.#times, this.#codes] = [times, codes];
  }
}
