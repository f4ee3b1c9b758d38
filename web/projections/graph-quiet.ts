import type { Event } from "../../shared/model/index.ts";

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

  constructor({ keepMs = 180_000, limit = 20_000 }: QuietOptions = {}) {
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

  /** Learns from past events what was used lately, so that a panel that was just opened shows it too. */
  learn(events: Iterable<Event>): void {
    const used = new Map<string, number>();
    for (const event of events) for (const path of pathsOf(event)) used.set(path, event.atMs);
    for (const [path, sinceMs] of this.#since) used.set(path, sinceMs);
    this.#since.clear();
    for (const [path, sinceMs] of [...used].sort(([, a], [, b]) => a - b)) this.#since.set(path, sinceMs);
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

function pathsOf(event: Event): readonly string[] {
  if (event.type === "lock.granted") return event.locks.map((lock) => lock.resource);
  if (event.type === "lock.queued") return event.wait.wants.map((want) => want.resource);
  return event.type === "lock.released" ? [event.resource] : [];
}
