import type { Snapshot } from "../../model/index.ts";
import type { Breach, Checker, CheckerFactory, Fact, Step } from "./checker.ts";
import { Ledger } from "./ledger.ts";

/** More breaches of one rule tell nothing new: a mistake soon breaks everything after it. */
const breachesPerRule = 3;

/** Runs checkers over a stream of steps and facts. Only what is durable goes in: what a crash takes back never was. */
export class Monitor {
  readonly ledger = new Ledger();
  readonly breaches: Breach[] = [];
  readonly #all: readonly Checker[];
  readonly #onEvent: readonly Required<Pick<Checker, "event">>[];
  readonly #onStep: readonly Required<Pick<Checker, "step">>[];
  readonly #onFact: readonly Required<Pick<Checker, "fact">>[];

  constructor(checkers: Readonly<Record<string, CheckerFactory>>) {
    this.#all = Object.entries(checkers).map(([checker, create]) =>
      create((rule, message) => this.#add({ rule, checker, message, position: this.ledger.position })),
    );
    this.#onEvent = this.#all.filter((checker): checker is Checker & Required<Pick<Checker, "event">> => checker.event !== undefined);
    this.#onStep = this.#all.filter((checker): checker is Checker & Required<Pick<Checker, "step">> => checker.step !== undefined);
    this.#onFact = this.#all.filter((checker): checker is Checker & Required<Pick<Checker, "fact">> => checker.fact !== undefined);
  }

  /** For a stream that does not begin with its space. Before anything else. */
  begin(snapshot: Snapshot): void {
    this.ledger.begin(snapshot);
    for (const checker of this.#all) checker.begin?.(snapshot);
  }

  step(step: Step): void {
    for (const event of step.events) {
      for (const checker of this.#onEvent) checker.event(event, this.ledger, step);
      this.ledger.fold(event);
    }
    for (const checker of this.#onStep) checker.step(step, this.ledger);
  }

  fact(fact: Fact): void {
    for (const checker of this.#onFact) checker.fact(fact, this.ledger);
  }

  #add(breach: Breach): void {
    if (this.breaches.filter(({ rule }) => rule === breach.rule).length < breachesPerRule) this.breaches.push(breach);
  }
}
