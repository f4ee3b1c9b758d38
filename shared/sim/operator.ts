import type { OperatorCommand } from "../model/index.ts";
import type { Clock } from "./clock.ts";
import type { Random } from "./random.ts";
import type { Scenario } from "./scenario.ts";
import type { Server } from "./server.ts";

const reason = "drill";

/** Somebody at the panel: frees, expels, freezes, thaws and configures, sometimes by what was true a moment ago. */
export class Operator {
  readonly #name: string;
  readonly #scenario: Scenario;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #server: Server;
  /** Locks seen before: naming one of them later is what a slow hand does. */
  readonly #seen: { resource: string; fence: string }[] = [];
  #acts = 0;
  #over = false;

  constructor(name: string, parts: { scenario: Scenario; clock: Clock; random: Random; server: Server }) {
    this.#name = name;
    this.#scenario = parts.scenario;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#server = parts.server;
  }

  start(): void {
    this.#clock.after(this.#random.between(this.#scenario.minActMs, this.#scenario.maxActMs), () => {
      if (this.#over) return;
      this.#act();
      this.start();
    });
  }

  /** Acts no more; thaws whatever is frozen. */
  drain(): void {
    this.#over = true;
    this.#thawAll();
  }

  #act(): void {
    const state = this.#server.state;
    if (state === undefined) return;
    for (const { resource, fence } of [...state.locks.values()].slice(0, 5)) this.#seen.push({ resource, fence });
    this.#seen.splice(0, Math.max(0, this.#seen.length - 20));
    const resource = this.#random.pick(this.#scenario.resources);
    this.#random.weighted([
      [() => this.#forceRelease(), 6],
      [() => this.#expel(), 2],
      [() => this.#send((id) => ({ id, type: "resource.freeze", resource, reason })), 3],
      [() => this.#thawAll(), 4],
      [() => this.#configure(resource), 3],
    ])();
  }

  #forceRelease(): void {
    if (this.#seen.length === 0) return;
    const named = this.#random.chance(0.7) ? (this.#seen.at(-1) as { resource: string; fence: string }) : this.#random.pick(this.#seen);
    this.#send((id) => ({ id, type: "lock.forceRelease", ...named, reason }));
  }

  #expel(): void {
    const sessions = [...(this.#server.state?.sessions.keys() ?? [])];
    if (sessions.length > 0) this.#send((id) => ({ id, type: "session.expel", session: this.#random.pick(sessions), reason }));
  }

  #configure(resource: string): void {
    const settings = this.#random.pick([
      { lockDelayMs: this.#random.pick([0, 200, 2_000]) },
      { capacity: this.#random.pick([1, 2, 5]) },
      { level: this.#random.pick(["none", "advisory", "optimistic", "sequenced"] as const) },
      { agingStepMs: this.#random.pick([100, 5_000]) },
      { maxHoldMs: 1_000, guarded: this.#random.chance(0.5) },
      null,
    ]);
    this.#send((id) => ({ id, type: "resource.configure", pattern: resource, settings, reason }));
  }

  #thawAll(): void {
    for (const { resource } of [...(this.#server.state?.freezes.values() ?? [])]) this.#send((id) => ({ id, type: "resource.thaw", resource, reason }));
  }

  /** Sends, and now and then sends again under the same id. */
  #send(make: (id: string) => OperatorCommand): void {
    const command = make(`${this.#name}-${++this.#acts}`);
    this.#server.operate(this.#name, command, () => {});
    if (this.#random.chance(0.2)) this.#clock.after(this.#random.between(1, 2_000), () => this.#server.operate(this.#name, command, () => {}));
  }
}
