import type { FaultKind } from "../model/index.ts";
import type { Clock } from "./clock.ts";

/** One fault as its victim feels it. */
export interface Trouble {
  readonly kind: FaultKind;
  readonly strength: number;
  readonly delayMs: number;
  readonly untilMs: number;
  /** The other sides of a cut between two. */
  readonly peers?: ReadonlySet<string>;
}

/** What one client and its link suffer from at present. Each is over at its end, or when it is stopped. */
export class Troubles {
  readonly #clock: Clock;
  readonly #byFault = new Map<string, Trouble>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(fault: string, trouble: Trouble): void {
    this.#byFault.set(fault, trouble);
  }

  end(fault: string): void {
    this.#byFault.delete(fault);
  }

  clear(): void {
    this.#byFault.clear();
  }

  /** Is the way between this one and another cut? */
  isCutFrom(peer: string): boolean {
    for (const { kind, peers, untilMs } of this.#byFault.values()) if (kind === "cutPair" && untilMs > this.#clock.nowMs && peers?.has(peer)) return true;
    return false;
  }

  /** The strongest trouble of a kind that lasts still. */
  of(kind: FaultKind): Trouble | undefined {
    if (this.#byFault.size === 0) return undefined;
    let found: Trouble | undefined;
    for (const [fault, trouble] of this.#byFault) {
      if (trouble.untilMs <= this.#clock.nowMs) this.#byFault.delete(fault);
      else if (trouble.kind === kind && (found === undefined || trouble.strength > found.strength)) found = trouble;
    }
    return found;
  }
}
