/** Rows of one lane: slices of a row do not overlap. */
class Lane {
  readonly index: number;
  readonly rows: boolean[] = [];
  constructor(index: number) {
    this.index = index;
  }
}

/** A place for a slice: its thread, and whether that thread is new. */
export interface Place {
  readonly tid: number;
  readonly lane: string;
  readonly row: number;
}

/** Rows that the order of lanes leaves room for. */
const rowsPerLane = 1_000;

/**
 * Threads of one process for what overlaps: slices of one thread must lie in each other or apart, but an agent holds and
 * waits for several things at once, and gives them back in any order. So each agent, or resource, has as many threads as
 * it has slices at one time.
 */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #opened: (place: Place, sort: number) => void;
  #threads = 0;
  readonly #tids = new Map<string, number>();

  /** @param opened is told of each new thread, with a number to sort it by: rows of one lane together. */
  constructor(opened: (place: Place, sort: number) => void) {
    this.#opened = opened;
  }

  /** The first row that is free. */
  take(name: string): Place {
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      lane = new Lane(this.#lanes.size);
      this.#lanes.set(name, lane);
    }
    const free = lane.rows.indexOf(false);
    const row = free < 0 ? lane.rows.length : free;
    lane.rows[row] = true;
    const key = JSON.stringify([name, row]);
    const known = this.#tids.get(key);
    if (known !== undefined) return { tid: known, lane: name, row };
    this.#threads += 1;
    this.#tids.set(key, this.#threads);
    const place = { tid: this.#threads, lane: name, row };
    this.#opened(place, lane.index * rowsPerLane + row);
    return place;
  }

  free({ lane, row }: Place): void {
    const rows = this.#lanes.get(lane)?.rows;
    if (rows !== undefined) rows[row] = false;
  }
}
