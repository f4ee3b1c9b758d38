import type { Event } from "../../shared/model/index.ts";

/** What just changed in a log: positions `from` to `to`, both included; a `reset` leaves it empty. */
export type EventLogChange = { readonly kind: "appended" | "prepended"; readonly from: number; readonly to: number } | { readonly kind: "reset" };

/**
 * The recent past: one run of events without a gap, at most `capacity` of them. Frames append at its end, history pages
 * fill its beginning. An event sits in slot `position % capacity`, so nothing is ever shifted.
 */
export class EventLog {
  readonly capacity: number;
  readonly #slots: (Event | undefined)[] = [];
  readonly #listeners = new Set<(change: EventLogChange) => void>();
  #from: number;
  #to: number;

  /** An empty log that stands after position `after`. */
  constructor(capacity = 20_000, after = 0) {
    this.capacity = capacity;
    this.#from = after + 1;
    this.#to = after;
  }

  /** Position of the first event; `to + 1` when there is none. */
  get from(): number {
    return this.#from;
  }

  /** Position of the last event. */
  get to(): number {
    return this.#to;
  }

  get size(): number {
    return this.#to - this.#from + 1;
  }

  /** Room for older events before the newest would have to go. */
  get room(): number {
    return this.capacity - this.size;
  }

  at(position: number): Event | undefined {
    return position < this.#from || position > this.#to ? undefined : this.#slots[position % this.capacity];
  }

  /** Events at positions `from` to `to`, both included, as far as they are here. */
  slice(from = this.#from, to = this.#to): Event[] {
    const events: Event[] = [];
    for (let position = Math.max(from, this.#from); position <= Math.min(to, this.#to); position++) {
      const event = this.#slots[position % this.capacity];
      if (event !== undefined) events.push(event);
    }
    return events;
  }

  /** Position of the first event at or after a time; `to + 1` when all are earlier. */
  positionAt(atMs: number): number {
    let low = this.#from;
    let high = this.#to + 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.at(middle)?.atMs ?? 0) < atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Adds the newest events; the oldest go when it is full. Throws when they do not follow on `to`. */
  append(events: readonly Event[]): void {
    const first = events[0];
    if (first === undefined) return;
    if (first.position !== this.#to + 1) throw new Error(`events from ${first.position} do not follow on ${this.#to}`);
    for (const event of events) this.#slots[event.position % this.capacity] = event;
    this.#to += events.length;
    this.#from = Math.max(this.#from, this.#to - this.capacity + 1);
    this.#tell({ kind: "appended", from: Math.max(first.position, this.#from), to: this.#to });
  }

  /** Adds older events that end just before `from`, as many of the later ones as there is room for. Returns how many. */
  prepend(events: readonly Event[]): number {
    if (this.room <= 0) return 0;
    const fitting = events.filter((event) => event.position < this.#from).slice(-this.room);
    if (fitting.at(-1)?.position !== this.#from - 1) return 0;
    for (const event of fitting) this.#slots[event.position % this.capacity] = event;
    const to = this.#from - 1;
    this.#from -= fitting.length;
    this.#tell({ kind: "prepended", from: this.#from, to });
    return fitting.length;
  }

  /** Forgets everything and stands after position `after`: what a fresh snapshot asks for. */
  reset(after: number): void {
    this.#slots.length = 0;
    this.#from = after + 1;
    this.#to = after;
    this.#tell({ kind: "reset" });
  }

  /** Calls `listener` on every change; returns how to stop. */
  subscribe(listener: (change: EventLogChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(change: EventLogChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
