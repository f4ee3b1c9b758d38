import type { Event, Snapshot } from "../../model/index.ts";
import { emptyState, evolve, fromSnapshot, type State } from "../../state/index.ts";
import { Checkpoints } from "./checkpoints.ts";
import type { PackedTrace } from "./packed-trace.ts";
import { WholeStates } from "./whole-states.ts";

/** Events that are parsed at a time. */
const chunkEvents = 2_000;

/**
 * The state at any position of a trace, forwards and backwards at the same price: the checkpoint before it and the few
 * events in between. Every state that it gives out is new and belongs to who asked: no later call changes it, and its
 * owner may `evolve` it on. Positions go from `from - 1`, before the first event, to as far as was read.
 */
export class Seeker {
  readonly #trace: PackedTrace;
  readonly #checkpoints = new Checkpoints();
  readonly #whole: WholeStates;
  /** At the end of what was read. */
  readonly #head: State;

  constructor(trace: PackedTrace) {
    this.#trace = trace;
    this.#whole = new WholeStates(trace.from - 1);
    this.#head = this.#begin(trace.snapshot());
    this.#checkpoints.follow(this.#head);
  }

  /** About the bytes that the checkpoints take. */
  get bytes(): number {
    return this.#checkpoints.bytes + this.#whole.bytes;
  }

  /** Call with every event that the trace has got, in order. The event then belongs to the seeker. */
  follow(event: Event): void {
    evolve(this.#head, event);
    this.#checkpoints.follow(this.#head);
    this.#whole.follow(this.#head);
  }

  /**
   * The state after a position, to look at: all of it but `answers`, the results kept for retried commands, which are
   * empty. Throws a RangeError outside of the trace.
   */
  at(position: number): State {
    this.#assertThere(position);
    const state = this.#begin(this.#checkpoints.before(position));
    this.#fold(state, position, (event) => {
      // Its cause is only there for the answers.
      event.cause = undefined;
    });
    return state;
  }

  /** The same, answers included, to go on deciding from: takes as long as folding some ten thousand events. */
  whole(position: number): State {
    this.#assertThere(position);
    const state = this.#begin(this.#whole.before(position) ?? this.#trace.snapshot());
    this.#fold(state, position);
    return state;
  }

  #begin(snapshot: Snapshot | undefined): State {
    return snapshot === undefined ? emptyState(this.#trace.header.space) : fromSnapshot(snapshot);
  }

  #fold(state: State, to: number, before: (event: Event) => void = () => {}): void {
    while (state.position < to) {
      for (const event of this.#trace.events(state.position + 1, Math.min(to, state.position + chunkEvents))) {
        before(event);
        evolve(state, event);
      }
    }
  }

  #assertThere(position: number): void {
    const { from, to } = this.#trace;
    if (!Number.isInteger(position) || position < from - 1 || position > to)
      throw new RangeError(`There is no state at position ${position}: the trace has ${from - 1} to ${to}.`);
  }
}
