import type { LaneBy, RowBand, RowView, Segment, SegmentKind } from "./lanes-model.ts";
import type { SegmentColumns } from "./lanes-packed-segments.ts";
import { segmentKinds } from "./lanes-part.ts";
import { float64List, uint32List } from "./numbers.ts";

/** Segments of which the sums are kept together. */
const blockSize = 32;
/** What takes no time is still there. */
const leastMs = 1e-3;

/** How long what lies in a part of a row lasted: held, waited for, and all else. */
export interface RowSums {
  heldMs: number;
  waitsMs: number;
  otherMs: number;
}

const classes = segmentKinds.map((kind) => (kind === "waiting" ? 1 : kind.startsWith("held") || kind === "advisory" || kind === "optimistic" ? 0 : 2));

/**
 * One row of a lane of a whole trace: the numbers of its segments in order, with running sums over blocks of them. What a
 * pixel shows is a difference of two sums, so a picture costs what it is wide, not what there is, and is exact at any zoom.
 */
export class PackedRow implements RowView {
  /** What all else than holds and waits is on such a row. */
  readonly otherKind: SegmentKind;
  readonly #segments: SegmentColumns;
  readonly #numbers = uint32List();
  /** Three sums up to the beginning of each block. */
  readonly #sums = float64List();

  constructor(segments: SegmentColumns, by: LaneBy, band: RowBand) {
    this.#segments = segments;
    this.otherKind =
      band === "bars"
        ? by === "group"
          ? "leads"
          : "cooling"
        : band === "plans"
          ? "intent"
          : band === "crowd"
            ? "crowd"
            : by === "agent"
              ? "disconnected"
              : "frozen";
  }

  get length(): number {
    return this.#numbers.length;
  }

  at(index: number): Segment | undefined {
    const from = index < 0 ? this.length + index : index;
    return from < 0 || from >= this.length ? undefined : this.#segments.at(this.#numbers.at(from));
  }

  startMs(index: number): number {
    return this.#segments.start.at(this.#numbers.at(index));
  }

  endMs(index: number): number {
    return this.#segments.end.at(this.#numbers.at(index));
  }

  firstEndingAfter(ms: number): number {
    const { end } = this.#segments;
    return this.#numbers.search((number) => end.at(number) > ms);
  }

  /** Looks near `from` first: whoever goes through a row does not go far. */
  firstStartingFrom(ms: number, from = 0): number {
    const starts = this.#segments.start.all;
    const numbers = this.#numbers.all;
    let low = from;
    let reach = 1;
    while (low + reach <= this.length && (starts[numbers[low + reach - 1] as number] as number) < ms) {
      low += reach;
      reach *= 2;
    }
    let high = Math.min(low + reach, this.length);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[numbers[middle] as number] as number) >= ms) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Nearly always it comes last; a plan may lie before another. */
  add(number: number): void {
    const startMs = this.#segments.start.at(number);
    const at =
      this.length === 0 || this.startMs(this.length - 1) <= startMs ? this.length : this.#numbers.search((other) => this.#segments.start.at(other) > startMs);
    if (at === this.length) this.#numbers.push(number);
    else {
      this.#numbers.insert(at, number);
      this.#sums.truncate(0);
    }
  }

  remove(number: number): void {
    for (let at = this.firstStartingFrom(this.#segments.start.at(number)); at < this.length; at++) {
      if (this.#numbers.at(at) !== number) continue;
      this.#numbers.remove(at);
      this.#sums.truncate(0);
      return;
    }
  }

  trim(): void {
    this.#numbers.trim();
    this.#sums.trim();
  }

  /** Of those from `first` up to before `last`; what lasts is taken to end at `untilMs`. `sums` is used again where it is given. */
  sums(first: number, last: number, untilMs: number, sums: RowSums = { heldMs: 0, waitsMs: 0, otherMs: 0 }): RowSums {
    sums.heldMs = 0;
    sums.waitsMs = 0;
    sums.otherMs = 0;
    const firstBlock = Math.ceil(first / blockSize);
    const lastBlock = Math.floor(Math.min(last, this.length - 1) / blockSize);
    if (firstBlock >= lastBlock) {
      this.#addUp(sums, first, last, untilMs);
      return sums;
    }
    this.#sumUp(lastBlock);
    const from = firstBlock * 3;
    const to = lastBlock * 3;
    sums.heldMs = this.#sums.at(to) - this.#sums.at(from);
    sums.waitsMs = this.#sums.at(to + 1) - this.#sums.at(from + 1);
    sums.otherMs = this.#sums.at(to + 2) - this.#sums.at(from + 2);
    this.#addUp(sums, first, firstBlock * blockSize, untilMs);
    this.#addUp(sums, lastBlock * blockSize, last, untilMs);
    return sums;
  }

  #addUp(sums: RowSums, first: number, last: number, untilMs: number): void {
    const { start, end, kind } = this.#segments;
    for (let index = first; index < last; index++) {
      const number = this.#numbers.at(index);
      const ms = Math.max((end.at(number) === Number.POSITIVE_INFINITY ? untilMs : end.at(number)) - start.at(number), leastMs);
      const what = classes[kind.at(number) & 127];
      if (what === 0) sums.heldMs += ms;
      else if (what === 1) sums.waitsMs += ms;
      else sums.otherMs += ms;
    }
  }

  /** Keeps the sums up to the beginning of a block. Whatever another segment follows on has ended. */
  #sumUp(block: number): void {
    if (this.#sums.length === 0) for (let at = 0; at < 3; at++) this.#sums.push(0);
    for (let done = this.#sums.length / 3 - 1; done < block; done++) {
      const sums: RowSums = { heldMs: this.#sums.at(done * 3), waitsMs: this.#sums.at(done * 3 + 1), otherMs: this.#sums.at(done * 3 + 2) };
      this.#addUp(sums, done * blockSize, (done + 1) * blockSize, Number.NEGATIVE_INFINITY);
      this.#sums.push(sums.heldMs);
      this.#sums.push(sums.waitsMs);
      this.#sums.push(sums.otherMs);
    }
  }
}
