import { deflateSync, inflateSync, strFromU8, strToU8 } from "fflate";
import type { Snapshot } from "../../model/index.ts";
import { type State, toSnapshot } from "../../state/index.ts";

const leastSpacing = 50_000;

/**
 * Whole snapshots, answers for retries included, packed and far apart: for whoever goes on deciding from a position,
 * which is asked for now and then. What everybody looks at comes from `Checkpoints`.
 */
export class WholeStates {
  readonly #kept: { readonly position: number; readonly packed: Uint8Array }[] = [];
  #nextAt: number;

  /** @param first the position at which the trace begins: from there one folds anyway. */
  constructor(first: number) {
    this.#nextAt = first + leastSpacing;
  }

  get bytes(): number {
    return this.#kept.reduce((sum, { packed }) => sum + packed.length, 0);
  }

  /** Call after every event. */
  follow(state: State): void {
    if (state.position < this.#nextAt) return;
    let size = state.sessions.size + state.locks.size + state.waits.size;
    for (const answers of state.answers.values()) size += answers.size;
    // Packing a huge state takes as long as folding many events.
    this.#nextAt = state.position + Math.max(leastSpacing, 4 * size);
    this.#kept.push({ position: state.position, packed: deflateSync(strToU8(JSON.stringify(toSnapshot(state))), { level: 4 }) });
  }

  before(position: number): Snapshot | undefined {
    const found = this.#kept.findLast((kept) => kept.position <= position);
    return found === undefined ? undefined : (JSON.parse(strFromU8(inflateSync(found.packed))) as Snapshot);
  }
}
