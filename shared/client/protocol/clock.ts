interface Timer {
  readonly dueMs: number;
  readonly goesOff: () => void;
  handle?: ReturnType<typeof setTimeout>;
}

/** The clock of an agent's nodes, and their timers by it. Nobody sets it; a fault drill may have it run fast. */
export class NodeClock {
  #rate = 1;
  /** What it showed when its rate was last changed. */
  #readMs = performance.now();
  #sinceMs = this.#readMs;
  readonly #timers = new Set<Timer>();

  get nowMs(): number {
    return this.#readMs + (performance.now() - this.#sinceMs) * this.#rate;
  }

  /** From now on it runs `rate` times as fast; what is set goes off at the same time by it. */
  drift(rate: number): void {
    [this.#readMs, this.#sinceMs] = [this.nowMs, performance.now()];
    this.#rate = rate;
    for (const timer of this.#timers) this.#set(timer);
  }

  /** Calls back once so much time has passed by this clock. Returns how to take it back. */
  after(ms: number, goesOff: () => void): () => void {
    const timer: Timer = { dueMs: this.nowMs + ms, goesOff };
    this.#timers.add(timer);
    this.#set(timer);
    return () => {
      clearTimeout(timer.handle);
      this.#timers.delete(timer);
    };
  }

  #set(timer: Timer): void {
    clearTimeout(timer.handle);
    const goesOff = (): void => {
      this.#timers.delete(timer);
      timer.goesOff();
    };
    timer.handle = setTimeout(goesOff, (timer.dueMs - this.nowMs) / this.#rate);
  }
}
