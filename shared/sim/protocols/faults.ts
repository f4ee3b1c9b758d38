import type { Clock } from "../clock.ts";
import type { Felt } from "../felt.ts";
import type { Random } from "../random.ts";
import type { NodeKill } from "./host.ts";
import type { Network } from "./network.ts";
import type { NodeClock } from "./node-clock.ts";

/** What can befall nodes (DESIGN section 6): as it is live, and beside it whole partitions, churn, and death at a named point. */
export const nodeFaults = [
  "crash",
  "pause",
  "slow",
  "cut",
  "cutIn",
  "cutOut",
  "cutPair",
  "partition",
  "drop",
  "delay",
  "duplicate",
  "reorder",
  "flap",
  "reconnectStorm",
  "churn",
  "flood",
  "hostileInput",
  "clockDrift",
  "clockJump",
  "kill beforePersist",
  "kill afterPersist",
  "kill midSends",
] as const;

export type NodeFault = (typeof nodeFaults)[number] | "lie";

/** What faults can do to a node. */
export interface Victim {
  readonly agent: string;
  readonly isUp: boolean;
  readonly own: NodeClock;
  crash(): void;
  restart(): void;
  pause(): void;
  resume(): void;
  killAt(kill: NodeKill | undefined): void;
}

export interface Stage {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  readonly victims: readonly Victim[];
  readonly felt: Felt<NodeFault>;
  readonly tap: { again(to: string): void; hostile(to: string): void };
  /** How much clocks may go wrong. */
  readonly clocks: { readonly maxDrift: number; readonly jumps: boolean };
}

export interface Strike {
  readonly kind: NodeFault;
  readonly victims: readonly Victim[];
  /** The other side of a cut between two. */
  readonly peers: readonly Victim[];
  readonly strength: number;
  readonly delayMs: number;
  readonly untilMs: number;
}

/** Makes faults begin and end. What it has begun `heal` ends for all but those who stay as they are. */
export class NodeInjector {
  begun = 0;
  /** The furthest that a clock was set back: timers that were under way are late by as much. */
  setBackMs = 0;
  readonly #stage: Stage;
  readonly #ends = new Map<number, { readonly victims: readonly Victim[]; readonly end: () => void }>();
  /** Who stays down, or away, to the end. */
  #left: ReadonlySet<string> = new Set();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Ends every fault; who is in `left` is down from now on. */
  heal(left: ReadonlySet<string>): void {
    this.#left = left;
    for (const fault of [...this.#ends.keys()]) this.#end(fault);
    for (const victim of this.#stage.victims) {
      this.#stage.network.troublesOf(victim.agent).clear();
      // What is late by then would not be on time.
      this.#stage.network.reconnect(victim.agent);
      if (left.has(victim.agent)) victim.crash();
      else victim.restart();
    }
  }

  begin({ kind, victims, peers, strength, delayMs, untilMs }: Strike): void {
    const { network, felt, clock, random, clocks } = this.#stage;
    const fault = ++this.begun;
    const each = (go: (victim: Victim) => void) => {
      for (const victim of victims) go(victim);
    };
    const until = (end: () => void) => {
      this.#ends.set(fault, { victims, end });
      clock.at(untilMs, () => this.#end(fault));
    };
    const again = (everyMs: number, go: () => void) => {
      if (clock.nowMs >= untilMs || !this.#ends.has(fault)) return;
      go();
      clock.after(Math.max(1, everyMs), () => again(everyMs, go));
    };
    const rise = () => each((victim) => this.#rise(victim));
    const reconnect = () =>
      each((victim) => {
        felt.add(kind);
        network.reconnect(victim.agent);
      });
    switch (kind) {
      case "crash":
        each((victim) => this.#fell(victim, kind));
        return until(rise);
      case "churn":
        until(rise);
        return again(delayMs, () =>
          each((victim) => {
            if (!random.chance(strength)) return;
            if (victim.isUp) this.#fell(victim, kind);
            else this.#rise(victim);
          }),
        );
      case "pause":
        each((victim) => {
          if (victim.isUp) felt.add(kind);
          victim.pause();
        });
        return until(() => each((victim) => victim.resume()));
      case "partition":
        network.partition = new Set(victims.map(({ agent }) => agent));
        return until(() => {
          network.partition = undefined;
        });
      case "reconnectStorm":
        return reconnect();
      case "flap":
        until(() => {});
        return again(delayMs, reconnect);
      case "flood":
        until(() => {});
        return again(delayMs / 10, () => each((victim) => this.#stage.tap.again(victim.agent)));
      case "hostileInput":
        until(() => {});
        return again(delayMs / 4, () => each((victim) => this.#stage.tap.hostile(victim.agent)));
      case "clockDrift": {
        const by = clocks.maxDrift * strength * random.pick([1, -1]);
        if (by === 0) return;
        felt.add(kind);
        each(({ own }) => own.drift(by));
        return until(() => each(({ own }) => own.drift(0)));
      }
      case "clockJump": {
        if (!clocks.jumps) return;
        const byMs = random.pick([1, 10]) * delayMs * random.pick([1, -1]);
        felt.add(kind);
        // Back at once, or back at the end.
        this.setBackMs = Math.max(this.setBackMs, Math.abs(byMs));
        each(({ own }) => own.jump(byMs));
        return until(() => each(({ own }) => own.jump(-byMs)));
      }
      case "kill beforePersist":
      case "kill afterPersist":
      case "kill midSends":
        each((victim) => victim.killAt(kind.slice(5) as NodeKill));
        return until(() =>
          each((victim) => {
            victim.killAt(undefined);
            this.#rise(victim);
          }),
        );
      case "lie":
        return;
      case "cutPair": {
        const cut = (ones: readonly Victim[], others: readonly Victim[]) => {
          const names = new Set(others.map(({ agent }) => agent));
          for (const { agent } of ones) network.troublesOf(agent).add(`${fault}`, { kind, strength, delayMs, untilMs, peers: names });
        };
        return cut(victims, peers);
      }
      default:
        return each(({ agent }) => network.troublesOf(agent).add(`${fault}`, { kind, strength, delayMs, untilMs }));
    }
  }

  #fell(victim: Victim, kind: NodeFault): void {
    if (victim.isUp) this.#stage.felt.add(kind);
    victim.crash();
  }

  #rise(victim: Victim): void {
    if (!this.#left.has(victim.agent)) victim.restart();
  }

  #end(fault: number): void {
    const found = this.#ends.get(fault);
    this.#ends.delete(fault);
    found?.end();
  }
}

/** Plans the faults of a run: kinds that strike again and again at random distances and heal by themselves. */
export function strikeNodes(
  injector: NodeInjector,
  stage: Stage,
  habits: { readonly kinds: readonly NodeFault[]; readonly unitMs: number; readonly untilMs: number },
): void {
  const { clock, random, victims } = stage;
  const { kinds, unitMs, untilMs } = habits;
  if (kinds.length === 0) return;
  const strike = () => {
    if (clock.nowMs >= untilMs) return;
    const some = victims.filter(() => random.chance(0.4));
    injector.begin({
      kind: random.pick(kinds),
      victims: random.chance(0.4) && some.length > 0 ? some : [random.pick(victims)],
      peers: [random.pick(victims)],
      strength: random.pick([0.1, 0.5, 1]),
      delayMs: Math.ceil(unitMs * random.pick([0.05, 0.3, 1])),
      untilMs: Math.min(untilMs, clock.nowMs + Math.ceil(unitMs * random.pick([0.3, 1, 3, 8]))),
    });
    plan();
  };
  const plan = () => clock.after(Math.ceil(unitMs * (0.1 + random.unit() * 2)), strike);
  plan();
}
