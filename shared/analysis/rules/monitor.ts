import type { Breach, Checker, CheckerFactory, Fact, Step } from "./checker.ts";
import { Ledger } from "./ledger.ts";

/** More breaches of one rule tell nothing new: a mistake soon breaks everything after it. */
const breachesPerRule = 3;

/** Runs checkers over a stream of steps and facts. Only what is durable goes in: what a crash takes back never was. */
export class Monitor {
  readonly ledger = new Ledger();
  readonly breaches: Breach[] = [];
  readonly #checkers: readonly Checker[];

  constructor(checkers: Readonly<Record<string, CheckerFactory>>) {
    this.#checkers = Object.entries(checkers).map(([checker, create]) =>
      create((rule, message) => {
        const known = this.breaches.filter((breach) => breach.rule === rule).length;
        if (known < breachesPerRule) this.breaches.push({ rule, checker, message, position: this.ledger.position });
      }),
    );
  }

  step(step: Step): void {
    for (const event of step.events) {
      for (const checker of this.#checkers) checker.event?.(event, this.ledger, step);
      this.ledger.fold(event);
    }
    for (const checker of this.#checkers) checker.step?.(step, this.ledger);
  }

  fact(fact: Fact): void {
    for (const checker of this.#checkers) checker.fact?.(fact, this.ledger);
  }
}
