import type { Clock } from "../clock.ts";

/** What is due now must not be a hair's breadth away: rates are no whole numbers. */
const hairMs = 1e-6;

/** What the clock of one node reads: virtual time, run faster or slower and set ahead or back by faults. */
export class NodeClock {
  readonly #clock: Clock;
  #sinceMs: number;
  #readingMs: number;
  #rate = 1;
  /** Gets to know when it was set: whoever waits for a reading has to look anew. */
  onSet: () => void = () => {};

  constructor(clock: Clock, offsetMs: number) {
    this.#clock = clock;
    this.#sinceMs = clock.nowMs;
    this.#readingMs = clock.nowMs + offsetMs;
  }

  get nowMs(): number {
    return Math.floor(this.#exactMs + hairMs);
  }

  /** When, in virtual time, it is going to read this, if it is not set again. */
  whenReads(readingMs: number): number {
    return this.#clock.nowMs + Math.max(0, Math.ceil((readingMs - hairMs - this.#exactMs) / this.#rate));
  }

  /** Runs so much faster from now on: 0.5 is half as fast again, -0.5 half as fast. */
  drift(by: number): void {
    this.#set(0, 1 + by);
  }

  jump(byMs: number): void {
    this.#set(byMs, this.#rate);
  }

  get #exactMs(): number {
    return this.#readingMs + (this.#clock.nowMs - this.#sinceMs) * this.#rate;
  }

  #set(byMs: number, rate: number): void {
    this.#readingMs = this.#exactMs + byMs;
    this.#sinceMs = this.#clock.nowMs;
    this.#rate = rate;
    this.onSet();
  }
}
