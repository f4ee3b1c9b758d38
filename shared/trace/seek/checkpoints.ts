import type { Snapshot } from "../../model/index.ts";
import { type State, toSnapshot } from "../../state/index.ts";

const tables = [
  "sessions",
  "locks",
  "waits",
  "intents",
  "freezes",
  "quotas",
  "faults",
  "schedules",
  "recordings",
  "declared",
  "deadlocks",
  "work",
  "findings",
  "mutes",
  "favours",
  "versions",
] as const satisfies readonly (keyof Snapshot & keyof State)[];

/** About what a record and its strings take, and what a reference takes. */
const recordBytes = 500;
const referenceBytes = 8;
const leastSpacing = 512;
const none: Snapshot["answers"] = [];

/**
 * States at some positions, taken while the events go by. Records of a state are never changed in place, so a checkpoint
 * only costs the list of its records and those that are no more: a table that did not change is shared with the
 * checkpoint before. The answers kept for retries are left out: nobody can see them, and all of them that ever were would
 * be kept. When the budget is used up every second checkpoint goes, and the later ones stand twice as far apart.
 */
export class Checkpoints {
  readonly #budgetBytes: number;
  #kept: Snapshot[] = [];
  #bytes = 0;
  #spacing = leastSpacing;
  #nextAt = 0;

  constructor(budgetBytes = 72 * 1024 * 1024) {
    this.#budgetBytes = budgetBytes;
  }

  /** An estimate of what they take beyond the present state. */
  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return this.#kept.length;
  }

  /** Call after every event. */
  follow(state: State): void {
    if (state.position < this.#nextAt) return;
    const last = this.#kept.at(-1);
    const checkpoint = sharing(toSnapshot({ ...state, answers: new Map() }), last);
    this.#kept.push(checkpoint);
    this.#bytes += costOf(checkpoint, last);
    if (this.#bytes > this.#budgetBytes) this.#thin();
    // A large state takes long to copy and to build from: then the way on from a checkpoint may be longer.
    this.#nextAt = state.position + Math.max(this.#spacing, Math.ceil(sizeOf(checkpoint) / 4));
  }

  /** The last one at or before a position; undefined before the first. */
  before(position: number): Snapshot | undefined {
    let low = 0;
    let high = this.#kept.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#kept[middle] as Snapshot).position <= position) low = middle + 1;
      else high = middle;
    }
    return this.#kept[low - 1];
  }

  #thin(): void {
    this.#kept = this.#kept.filter((_, index) => index % 2 === 0);
    this.#spacing *= 2;
    this.#bytes = this.#kept.reduce((sum, checkpoint, index) => sum + costOf(checkpoint, this.#kept[index - 1]), 0);
  }
}

function sizeOf(checkpoint: Snapshot): number {
  return tables.reduce((sum, table) => sum + checkpoint[table].length, 0);
}

/** The same checkpoint, with every table that did not change taken from the one before. */
function sharing(checkpoint: Snapshot, last: Snapshot | undefined): Snapshot {
  const shared: Record<string, unknown> = { ...checkpoint, answers: none };
  if (last === undefined) return shared as Snapshot;
  for (const table of tables) {
    const [before, now] = [last[table], checkpoint[table]];
    if (before.length === now.length && now.every((record, index) => record === before[index])) shared[table] = before;
  }
  return shared as Snapshot;
}

function costOf(checkpoint: Snapshot, last: Snapshot | undefined): number {
  let bytes = 300;
  for (const table of tables) {
    const now: readonly unknown[] = checkpoint[table];
    if (now === last?.[table]) continue;
    const before = new Set<unknown>(last?.[table]);
    bytes += now.length * referenceBytes;
    for (const record of now) if (!before.has(record)) bytes += recordBytes;
  }
  return bytes;
}
