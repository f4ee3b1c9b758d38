interface Timer {
  readonly key: string;
  atMs: number;
  /** Where it is in the heap. */
  slot: number;
}

/**
 * Deadlines by key in a binary heap. Equal times go by key, so the order does not depend on when they were set: a state
 * rebuilt from a snapshot has the same one. Nothing here knows a clock: who owns it asks what is due.
 */
export class Timers {
  readonly #heap: Timer[] = [];
  readonly #byKey = new Map<string, Timer>();

  get size(): number {
    return this.#heap.length;
  }

  /** The earliest deadline, or undefined. */
  nextMs(): number | undefined {
    return this.#heap[0]?.atMs;
  }

  /** Sets or moves a deadline. */
  set(key: string, atMs: number): void {
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      known.atMs = atMs;
      this.#down(this.#up(known.slot));
      return;
    }
    const timer = { key, atMs, slot: this.#heap.length };
    this.#byKey.set(key, timer);
    this.#heap.push(timer);
    this.#up(timer.slot);
  }

  delete(key: string): void {
    const timer = this.#byKey.get(key);
    if (timer === undefined) return;
    this.#byKey.delete(key);
    const last = this.#heap.pop() as Timer;
    if (last === timer) return;
    this.#place(last, timer.slot);
    this.#down(this.#up(timer.slot));
  }

  /** The keys that are due, earliest first, at most `limit`. They stay set. */
  due(nowMs: number, limit: number): string[] {
    const due: Timer[] = [];
    const open = [0];
    while (open.length > 0) {
      const slot = open.pop() as number;
      const timer = this.#heap[slot];
      if (timer === undefined || timer.atMs > nowMs) continue;
      due.push(timer);
      open.push(2 * slot + 1, 2 * slot + 2);
    }
    return due
      .sort((a, b) => (isBefore(a, b) ? -1 : 1))
      .slice(0, limit)
      .map((timer) => timer.key);
  }

  #up(from: number): number {
    const timer = this.#heap[from] as Timer;
    let slot = from;
    while (slot > 0) {
      const parent = this.#heap[(slot - 1) >> 1] as Timer;
      if (!isBefore(timer, parent)) break;
      this.#place(parent, slot);
      slot = (slot - 1) >> 1;
    }
    this.#place(timer, slot);
    return slot;
  }

  #down(from: number): void {
    const timer = this.#heap[from] as Timer;
    let slot = from;
    for (;;) {
      let child = this.#heap[2 * slot + 1];
      const right = this.#heap[2 * slot + 2];
      if (child !== undefined && right !== undefined && isBefore(right, child)) child = right;
      if (child === undefined || !isBefore(child, timer)) break;
      const next = child.slot;
      this.#place(child, slot);
      slot = next;
    }
    this.#place(timer, slot);
  }

  #place(timer: Timer, slot: number): void {
    this.#heap[slot] = timer;
    timer.slot = slot;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.atMs !== b.atMs ? a.atMs < b.atMs : a.key < b.key;
}
