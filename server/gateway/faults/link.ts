import { isTarget } from "../../../shared/engine/faults/index.ts";
import type { Fault } from "../../../shared/model/index.ts";
import type { Space } from "../../host/space.ts";
import { passageOf, type Way } from "./passage.ts";
import { seededChance } from "./seeded-chance.ts";

/** Messages held back on one link; more are lost, as on any link that is too slow. */
const heldAtMost = 1_000;

/** One agent's connection as faults see it. Where there is none, it costs one look at a map's size. */
export class Link {
  readonly #space: Space;
  readonly #agent: () => string | undefined;
  readonly #chances = new Map<string, () => number>();
  #held = 0;

  constructor(space: Space, agent: () => string | undefined) {
    this.#space = space;
    this.#agent = agent;
  }

  /** Carries a message over the link: at once, later, more than once, or never. */
  carry(way: Way, message: string, deliver: () => void): void {
    const faults = this.faults();
    if (faults.length === 0) return deliver();
    const { lost, delayMs, copies } = passageOf(faults, way, message, this.#space.nowMs(), () => this.#chance(faults));
    if (lost || this.#held >= heldAtMost) return;
    for (let copy = 0; copy < copies; copy++) {
      if (delayMs <= 0) deliver();
      else this.#later(delayMs, deliver);
    }
  }

  /** The faults at this link now. */
  faults(): readonly Fault[] {
    const { faults } = this.#space.state;
    if (faults.size === 0) {
      this.#chances.clear();
      return none;
    }
    const agent = this.#agent();
    return agent === undefined ? none : [...faults.values()].filter((fault) => isTarget(fault.target, agent));
  }

  #later(delayMs: number, deliver: () => void): void {
    this.#held += 1;
    setTimeout(() => {
      this.#held -= 1;
      deliver();
    }, delayMs).unref();
  }

  /** Chance as the first fault's seed has it, drawn on and on while the fault lasts. */
  #chance(faults: readonly Fault[]): number {
    const { fault, seed } = faults[0] as Fault;
    let chance = this.#chances.get(fault);
    if (chance === undefined) {
      chance = seededChance(seed);
      this.#chances.set(fault, chance);
    }
    return chance();
  }
}

const none: readonly Fault[] = [];
