import type { Clock } from "./clock.ts";

/**
 * What the server's clock reads: virtual time, set ahead or back by faults. A reading may go back; what the server makes of
 * its readings may not, so its host goes by the latest. A start goes on from the journal's time, as the real one does.
 */
export class ServerClock {
  readonly #clock: Clock;
  #offsetMs = 0;
  #aheadMs = 0;
  #latestMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Sets it ahead, or back. */
  jump(byMs: number): void {
    this.#offsetMs += byMs;
  }

  /** Goes on from the journal's time; for the witness, who compares times across starts, not behind what was read before. */
  start(journalMs: number): void {
    this.#aheadMs = Math.max(0, Math.max(journalMs, this.#latestMs) - this.#clock.nowMs - this.#offsetMs);
    this.#latestMs = this.readingMs;
  }

  /** Looks at the clock; the look may show a time before the last one. */
  read(): number {
    const reading = this.readingMs;
    this.#latestMs = Math.max(this.#latestMs, reading);
    return reading;
  }

  /** The latest that was read. */
  get latestMs(): number {
    return this.#latestMs;
  }

  /** When, in virtual time, the clock is going to read this, if it is not set again. */
  whenReads(serverMs: number): number {
    return serverMs - this.#offsetMs - this.#aheadMs;
  }

  /** What it shows now. */
  get readingMs(): number {
    return this.#clock.nowMs + this.#offsetMs + this.#aheadMs;
  }
}
