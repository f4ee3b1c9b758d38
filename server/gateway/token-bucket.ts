/** A rate with bursts: tokens flow in at a steady rate up to a capacity, and each message takes one. */
export class TokenBucket {
  readonly #perMs: number;
  readonly #capacity: number;
  #tokens: number;
  #filledMs: number;

  constructor(perSecond: number, capacity: number, nowMs: number) {
    this.#perMs = perSecond / 1_000;
    this.#capacity = capacity;
    this.#tokens = capacity;
    this.#filledMs = nowMs;
  }

  /** Takes so many tokens, or none: then says in how many milliseconds they will be there. 0 means taken. */
  take(tokens: number, nowMs: number): number {
    this.#tokens = Math.min(this.#capacity, this.#tokens + (nowMs - this.#filledMs) * this.#perMs);
    this.#filledMs = nowMs;
    // Fractions of a token add up with an error far below this.
    const missing = tokens - this.#tokens - 1e-6;
    if (missing <= 0) {
      this.#tokens -= tokens;
      return 0;
    }
    return Math.ceil(missing / this.#perMs);
  }
}
