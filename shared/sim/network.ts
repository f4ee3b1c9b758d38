import type { Clock } from "./clock.ts";
import type { Random } from "./random.ts";

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

/** The way of one client to the server and back. Each direction can be cut on its own. */
export class Link {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #lastMs: Record<Direction, number> = { up: 0, down: 0 };
  readonly #cutUntilMs: Record<Direction, number> = { up: 0, down: 0 };
  weather: Weather;

  constructor(clock: Clock, random: Random, weather: Weather) {
    this.#clock = clock;
    this.#random = random;
    this.weather = weather;
  }

  cut(direction: Direction, untilMs: number): void {
    this.#cutUntilMs[direction] = Math.max(this.#cutUntilMs[direction], untilMs);
  }

  heal(): void {
    this.#cutUntilMs.up = 0;
    this.#cutUntilMs.down = 0;
    this.weather = calm;
  }

  send(direction: Direction, deliver: () => void): void {
    const { minDelayMs, maxDelayMs, drop, duplicate, late, lateMs } = this.weather;
    if (this.#cutUntilMs[direction] > this.#clock.nowMs || this.#random.chance(drop)) return;
    let arrivalMs = this.#clock.nowMs + this.#random.between(minDelayMs, maxDelayMs);
    if (this.#random.chance(late)) arrivalMs += this.#random.between(1, lateMs);
    else {
      arrivalMs = Math.max(arrivalMs, this.#lastMs[direction]);
      this.#lastMs[direction] = arrivalMs;
    }
    this.#clock.at(arrivalMs, deliver);
    if (this.#random.chance(duplicate)) this.#clock.at(arrivalMs + this.#random.between(0, maxDelayMs), deliver);
  }
}
