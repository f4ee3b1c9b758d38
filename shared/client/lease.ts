/** A moment on two clocks: the monotonic one decides, the wall clock betrays a machine that was asleep. */
export interface Instant {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

export type Certainty = "held" | "uncertain" | "lost";

export function instantNow(): Instant {
  return { monotonicMs: performance.now(), wallMs: Date.now() };
}

/**
 * The client's own reckoning of its session's lease. It counts from when the last answered heartbeat was *sent*: the
 * server counts from when it came in, which is later, so the client always gives up first (Gray & Cheriton, Leases, 1989).
 * It is asked by clock at every use, so a paused process finds out at its first look and not at its next timer.
 */
export class Lease {
  #renewed: Instant;
  #ttlMs: number;
  #over = false;
  #rate = 1;
  #driftsSinceMs = 0;

  constructor(ttlMs: number, sent: Instant) {
    this.#ttlMs = ttlMs;
    this.#renewed = sent;
  }

  get ttlMs(): number {
    return this.#ttlMs;
  }

  /** A heartbeat that was sent at this moment was answered. A lease once over stays over. */
  renew(sent: Instant, ttlMs: number): void {
    if (sent.monotonicMs < this.#renewed.monotonicMs) return;
    this.#renewed = sent;
    this.#ttlMs = ttlMs;
  }

  /** From now on the clock counts as running `rate` times as fast: what a fault drill says of it. */
  drift(rate: number, now: Instant): void {
    this.#rate = rate;
    this.#driftsSinceMs = now.monotonicMs;
  }

  /** The time of day counts as set ahead by so much just now: what a fault drill says of it. */
  jump(byMs: number): void {
    this.#renewed = { ...this.#renewed, wallMs: this.#renewed.wallMs - byMs };
  }

  certainty(now: Instant): Certainty {
    const elapsedMs = this.#elapsedMs(now);
    if (this.#over || elapsedMs >= this.#lostAfterMs()) {
      this.#over = true;
      return "lost";
    }
    if (elapsedMs >= this.#uncertainAfterMs()) return "uncertain";
    // The monotonic clock stands still while a machine sleeps, the server's lease does not. A stepped wall clock looks
    // just the same, so this is a doubt and not a loss: the next answered heartbeat settles it.
    if (now.wallMs - this.#renewed.wallMs >= this.#lostAfterMs()) return "uncertain";
    return "held";
  }

  /** How long until `certainty` can change by time alone; undefined once the lease is over. */
  changesInMs(now: Instant): number | undefined {
    const elapsedMs = this.#elapsedMs(now);
    if (this.#over || elapsedMs >= this.#lostAfterMs()) return undefined;
    return ((elapsedMs < this.#uncertainAfterMs() ? this.#uncertainAfterMs() : this.#lostAfterMs()) - elapsedMs) / this.#rate;
  }

  #elapsedMs(now: Instant): number {
    const drifting = now.monotonicMs - Math.max(this.#renewed.monotonicMs, this.#driftsSinceMs);
    return now.monotonicMs - this.#renewed.monotonicMs + (this.#rate - 1) * drifting;
  }

  /** Two clocks may run apart by a percent before the client could outlive the server's lease. */
  #lostAfterMs(): number {
    return this.#ttlMs - Math.max(20, this.#ttlMs / 100);
  }

  #uncertainAfterMs(): number {
    return (this.#ttlMs * 2) / 3;
  }
}
