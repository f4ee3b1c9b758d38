import { isTarget } from "../../../shared/engine/faults/index.ts";
import type { Fault } from "../../../shared/model/index.ts";
import type { Place } from "../connection.ts";
import { cutsOut, passageOf, type Way } from "./passage.ts";
import { seededChance } from "./seeded-chance.ts";

/** Messages held back on one link; more are lost, as on any link that is too slow. */
const heldAtMost = 1_000;

/** One agent's connection as faults see it. Where there is none, it costs one look at a map's size. */
export class Link {
  readonly #place: Place;
  readonly #agent: () => string | undefined;
  readonly #chances = new Map<string, () => number>();
  #held = 0;
  #missed = false;

  constructor(place: Place, agent: () => string | undefined) {
    this.#place = place;
    this.#agent = agent;
  }

  /** A notice was lost here, of which the agent hears nothing until it resumes. */
  get missed(): boolean {
    return this.#missed;
  }

  /** Does a fault still keep notices away? */
  get cuts(): boolean {
    const agent = this.#agent();
    return [...this.#place.space.state.faults.values()].some(
      (fault) => cutsOut.has(fault.kind) && agent !== undefined && (isTarget(fault.target, agent) || isTarget(fault.peer ?? "", agent)),
    );
  }

  /**
   * Carries a message over the link: at once, later, more than once, or never.
   * @param from the session that caused it, where another agent did.
   */
  carry(way: Way, message: string, deliver: () => void, from?: string): void {
    if (from !== undefined && this.#isCutFrom(from)) {
      this.#missed = true;
      return;
    }
    const faults = this.faults();
    if (faults.length === 0) return deliver();
    const { lost, delayMs, copies } = passageOf(faults, way, message, this.#place.space.nowMs(), () => this.#chance(faults));
    if (lost || this.#held >= heldAtMost) {
      this.#missed ||= way === "notice";
      return;
    }
    for (let copy = 0; copy < copies; copy++) {
      if (delayMs <= 0) deliver();
      else this.#later(delayMs, deliver);
    }
  }

  /** The faults at this link now. */
  faults(): readonly Fault[] {
    const { faults } = this.#place.space.state;
    if (faults.size === 0) {
      this.#chances.clear();
      return none;
    }
    const agent = this.#agent();
    return agent === undefined ? none : [...faults.values()].filter((fault) => isTarget(fault.target, agent));
  }

  /** Does a cut between two keep from this agent what that session caused? */
  #isCutFrom(session: string): boolean {
    const { faults, sessions } = this.#place.space.state;
    if (faults.size === 0) return false;
    const other = sessions.get(session)?.agent;
    const agent = this.#agent();
    if (other === undefined || agent === undefined || other === agent) return false;
    const between = ({ target, peer = "" }: Fault, one: string, two: string) => isTarget(target, one) && isTarget(peer, two);
    return [...faults.values()].some((fault) => fault.kind === "cutPair" && (between(fault, agent, other) || between(fault, other, agent)));
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
