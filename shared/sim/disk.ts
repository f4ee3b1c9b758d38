import type { Event, RecordedCommand, Snapshot } from "../model/index.ts";
import { emptyState, evolve, fromSnapshot, type State } from "../state/index.ts";
import type { Clock } from "./clock.ts";
import { Digest } from "./digest.ts";
import type { Felt } from "./felt.ts";
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
  /** What they came of, in order. */
  readonly commands: RecordedCommand[] = [];
  habits: DiskHabits;
  /** Full until then: every append fails. */
  fullUntilMs = 0;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #felt: Felt;
  #checkpoint: { text: string; digest: string } | undefined;
  #inFlight: { readonly events: readonly Event[]; readonly commands: readonly RecordedCommand[] } | undefined;
  #generation = 0;

  constructor(clock: Clock, random: Random, habits: DiskHabits, felt: Felt) {
    this.#felt = felt;
    this.#clock = clock;
    this.#random = random;
    this.habits = habits;
  }

  get position(): number {
    return this.events.length;
  }

  /** Calls back with whether it went well, unless a crash comes first. */
  append(events: readonly Event[], commands: readonly RecordedCommand[], done: (ok: boolean) => void): void {
    const generation = this.#generation;
    const { minFlushMs, maxFlushMs, failure } = this.habits;
    const full = this.fullUntilMs > this.#clock.nowMs;
    if (full) this.#felt.add("fullDisk");
    const ok = !full && !this.#random.chance(failure);
    this.#inFlight = { events, commands };
    this.#clock.after(this.#random.between(minFlushMs, maxFlushMs), () => {
      if (generation !== this.#generation) return;
      // A failed flush tells nothing about what is on the disk.
      if (ok || this.#random.chance(0.5)) this.#keep();
      this.#inFlight = undefined;
      done(ok);
    });
  }

  /** Power off. What was being written is whole or gone; torn, its last bytes are missing, and a start leaves all of that append out. */
  crash(fate: "chance" | "lost" | "torn" = "chance"): void {
    this.#generation++;
    if (this.#inFlight !== undefined && fate !== "chance") this.#felt.add(fate === "torn" ? "tornTail" : "loseUnflushed");
    const whole = fate === "chance" && this.#random.chance(0.5);
    const torn = fate === "torn" && this.#inFlight !== undefined ? JSON.stringify(this.#inFlight?.events).slice(0, -1) : undefined;
    if (whole || (torn !== undefined && isWhole(torn))) this.#keep();
    this.#inFlight = undefined;
  }

  checkpoint(snapshot: Snapshot): void {
    const text = JSON.stringify(snapshot);
    this.#checkpoint = { text, digest: digestOf(text) };
  }

  /** A bit of the checkpoint turns. Its signature tells. */
  flip(): void {
    if (this.#checkpoint === undefined) return;
    const { text, digest } = this.#checkpoint;
    const at = this.#random.between(0, text.length - 1);
    this.#checkpoint = { text: `${text.slice(0, at)}${String.fromCharCode(text.charCodeAt(at) ^ 1)}${text.slice(at + 1)}`, digest };
  }

  /** The state that a start reads: the checkpoint and what came after it, or everything. */
  restore(space: string): { state: State; origin: string } {
    const checkpoint = this.#checkpoint;
    const whole = checkpoint !== undefined && digestOf(checkpoint.text) === checkpoint.digest;
    if (checkpoint !== undefined && !whole) this.#felt.add("bitFlip");
    const state = whole ? fromSnapshot(JSON.parse(checkpoint.text) as Snapshot) : emptyState(space);
    for (const event of this.events.slice(state.position)) evolve(state, event);
    return { state, origin: whole ? "checkpoint" : "restart" };
  }

  #keep(): void {
    this.events.push(...(this.#inFlight?.events ?? []));
    this.commands.push(...(this.#inFlight?.commands ?? []));
    this.#inFlight = undefined;
  }
}

/** Does an append end as it began to be written? */
function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function digestOf(text: string): string {
  const digest = new Digest();
  digest.add(text);
  return digest.toString();
}
