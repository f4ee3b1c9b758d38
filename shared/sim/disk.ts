import type { Event, Snapshot } from "../model/index.ts";
import { emptyState, evolve, fromSnapshot, type State } from "../state/index.ts";
import type { Clock } from "./clock.ts";
import type { Random } from "./random.ts";

/** How the virtual disk behaves. */
export interface DiskHabits {
  readonly minFlushMs: number;
  readonly maxFlushMs: number;
  /** Probability that a flush fails. */
  readonly failure: number;
}

/** A journal in virtual time: an append takes a while, may fail, and what a crash catches in flight may or may not be there. */
export class Disk {
  readonly events: Event[] = [];
  habits: DiskHabits;
  readonly #clock: Clock;
  readonly #random: Random;
  #checkpoint: string | undefined;
  #inFlight: readonly Event[] | undefined;
  #generation = 0;

  constructor(clock: Clock, random: Random, habits: DiskHabits) {
    this.#clock = clock;
    this.#random = random;
    this.habits = habits;
  }

  get position(): number {
    return this.events.length;
  }

  /** Calls back with whether it went well, unless a crash comes first. */
  append(events: readonly Event[], done: (ok: boolean) => void): void {
    const generation = this.#generation;
    const { minFlushMs, maxFlushMs, failure } = this.habits;
    const ok = !this.#random.chance(failure);
    this.#inFlight = events;
    this.#clock.after(this.#random.between(minFlushMs, maxFlushMs), () => {
      if (generation !== this.#generation) return;
      // A failed flush tells nothing about what is on the disk.
      if (ok || this.#random.chance(0.5)) this.#keep();
      this.#inFlight = undefined;
      done(ok);
    });
  }

  /** Power off. What was being written is whole or gone. */
  crash(): void {
    this.#generation++;
    if (this.#random.chance(0.5)) this.#keep();
    this.#inFlight = undefined;
  }

  checkpoint(snapshot: Snapshot): void {
    this.#checkpoint = JSON.stringify(snapshot);
  }

  /** The state that a start reads: the checkpoint and what came after it, or everything. */
  restore(space: string): { state: State; origin: string } {
    const state = this.#checkpoint === undefined ? emptyState(space) : fromSnapshot(JSON.parse(this.#checkpoint) as Snapshot);
    for (const event of this.events.slice(state.position)) evolve(state, event);
    return { state, origin: this.#checkpoint === undefined ? "restart" : "checkpoint" };
  }

  #keep(): void {
    this.events.push(...(this.#inFlight ?? []));
    this.#inFlight = undefined;
  }
}
