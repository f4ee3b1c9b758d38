import type { Event } from "../model/index.ts";
import { plants } from "../state/index.ts";

/** The last events of a space, at least `capacity` of them once there were so many, so that a viewer who was away briefly misses none. */
export class RecentEvents {
  readonly #capacity: number;
  #events: Event[] = [];
  #last: number;

  /** @param position of the last event before the first that will be pushed. */
  constructor(capacity: number, position: number) {
    this.#capacity = capacity;
    this.#last = position;
  }

  /** Position of the newest event. */
  get last(): number {
    return this.#last;
  }

  push(events: readonly Event[]): void {
    for (const event of events) {
      // Older ones than expected come first when it is filled at a start.
      if (event.position !== this.#last + 1) this.#events = [];
      this.#events.push(event);
      this.#last = event.position;
    }
    // Cut back seldom, and by half, so that it costs nothing worth counting per event.
    if (this.#events.length > 2 * this.#capacity) this.#events = this.#events.slice(-this.#capacity);
  }

  /** At most so many of the newest, oldest first. */
  newest(limit: number): readonly Event[] {
    return this.#events.slice(-limit);
  }

  /** Is everything after this position still here? */
  reachesBackTo(position: number): boolean {
    return position >= this.#last - this.#events.length;
  }

  /** Events after one position up to and with another; undefined when some of them are no longer, or not yet, here. */
  between(after: number, to: number): readonly Event[] | undefined {
    if (!this.reachesBackTo(after) || to > this.#last || after > to) return undefined;
    const first = this.#last - this.#events.length;
    return this.#events.slice(after - first + (plants.resumedShort ? 1 : 0), to - first);
  }
}
