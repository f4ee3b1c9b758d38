import type { Clock } from "./clock.ts";
import type { Felt } from "./felt.ts";
import type { Random } from "./random.ts";
import { Troubles } from "./troubles.ts";

/** How the network treats messages of one run. Probabilities are per message. */
export interface Weather {
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
  readonly drop: number;
  readonly duplicate: number;
  /** A late message is overtaken by those after it; the others of a link arrive in order. */
  readonly late: number;
  readonly lateMs: number;
}

export const calm: Weather = { minDelayMs: 1, maxDelayMs: 5, drop: 0, duplicate: 0, late: 0, lateMs: 0 };

export type Direction = "up" | "down";

/** The way of one client to the server and back: the weather of the run, and the faults of its own. */
export class Link {
  readonly troubles: Troubles;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #felt: Felt;
  readonly #lastMs: Record<Direction, number> = { up: 0, down: 0 };
  weather: Weather;

  constructor(clock: Clock, random: Random, weather: Weather, felt: Felt) {
    this.#felt = felt;
    this.#clock = clock;
    this.#random = random;
    this.weather = weather;
    this.troubles = new Troubles(clock);
  }

  heal(): void {
    this.troubles.clear();
    this.weather = calm;
  }

  send(direction: Direction, deliver: () => void, what: "answer" | "other" = "other"): void {
    const { minDelayMs, maxDelayMs, drop, duplicate, late, lateMs } = this.weather;
    if (this.#isLost(direction, what) || this.#random.chance(drop)) return;
    let arrivalMs = this.#clock.nowMs + this.#random.between(minDelayMs, maxDelayMs) + this.#slowedMs();
    const reorder = this.troubles.of("reorder");
    if (reorder !== undefined && this.#random.chance(reorder.strength)) {
      arrivalMs += this.#random.between(1, reorder.delayMs);
      this.#felt.add("reorder");
    } else if (this.#random.chance(late)) arrivalMs += this.#random.between(1, lateMs);
    else {
      arrivalMs = Math.max(arrivalMs, this.#lastMs[direction]);
      this.#lastMs[direction] = arrivalMs;
    }
    this.#clock.at(arrivalMs, deliver);
    const doubled = this.troubles.of("duplicate");
    if (!this.#random.chance(Math.max(duplicate, doubled?.strength ?? 0))) return;
    if (doubled !== undefined) this.#felt.add("duplicate");
    this.#clock.at(arrivalMs + this.#random.between(0, maxDelayMs), deliver);
  }

  #isLost(direction: Direction, what: "answer" | "other"): boolean {
    const cuts = ["cut", direction === "up" ? "cutIn" : "cutOut", ...(what === "answer" ? (["dropAnswers"] as const) : [])] as const;
    const cut = cuts.find((kind) => this.troubles.of(kind) !== undefined);
    const drop = direction === "up" ? this.troubles.of("drop") : undefined;
    const lost = cut ?? (drop !== undefined && this.#random.chance(drop.strength) ? "drop" : undefined);
    if (lost !== undefined) this.#felt.add(lost);
    return lost !== undefined;
  }

  #slowedMs(): number {
    const delay = this.troubles.of("delay");
    const slow = this.troubles.of("slow");
    if (delay !== undefined) this.#felt.add("delay");
    if (slow !== undefined) this.#felt.add("slow");
    return (slow?.delayMs ?? 0) + (delay === undefined ? 0 : this.#random.between(0, delay.delayMs));
  }
}
