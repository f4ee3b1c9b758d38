/** A section that was used a moment ago stays on the panel, quiet, so that rows do not come and go with every lock. */
export interface QuietOptions {
  /** Remembered this long after its last use, in milliseconds of the space's own time. */
  readonly keepMs?: number;
  /** At most this many; the longest quiet go first. */
  readonly limit?: number;
}

/** Paths that fell quiet, longest quiet first. Bounded in time and in number. */
export class QuietMemory {
  readonly #since = new Map<string, number>();
  readonly #keepMs: number;
  readonly #limit: number;

  constructor({ keepMs = 600_000, limit = 20_000 }: QuietOptions = {}) {
    this.#keepMs = keepMs;
    this.#limit = limit;
  }

  sinceMs(path: string): number | undefined {
    return this.#since.get(path);
  }

  paths(): Iterable<string> {
    return this.#since.keys();
  }

  /** Keeps the time it fell quiet first: looking again does not make it younger. */
  remember(path: string, nowMs: number): void {
    if (!this.#since.has(path)) this.#since.set(path, nowMs);
  }

  forget(path: string): void {
    this.#since.delete(path);
  }

  /** Takes out what is quiet for too long or too much, and returns it. */
  prune(nowMs: number): string[] {
    const gone: string[] = [];
    for (const [path, sinceMs] of this.#since) {
      if (this.#since.size <= this.#limit && nowMs - sinceMs < this.#keepMs) break;
      this.#since.delete(path);
      gone.push(path);
    }
    return gone;
  }

  copy(): QuietMemory {
    const copy = new QuietMemory({ keepMs: this.#keepMs, limit: this.#limit });
    for (const [path, sinceMs] of this.#since) copy.#since.set(path, sinceMs);
    return copy;
  }
}
