import type { Clock } from "../clock.ts";
import type { Felt } from "../felt.ts";
import type { Weather } from "../network.ts";
import type { Random } from "../random.ts";
import { Troubles } from "../troubles.ts";
import type { NodeFault } from "./faults.ts";

interface End {
  readonly index: number;
  readonly troubles: Troubles;
  /** Counts its connections: what was on its way when one broke is lost. */
  connection: number;
}

/** Every node with every other: the weather of the run, and the troubles of both ends. Messages of a pair arrive in order but for the late ones. */
export class Network {
  weather: Weather;
  /** Those of one side: nothing comes through between them and the others. */
  partition: ReadonlySet<string> | undefined;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #felt: Felt<NodeFault>;
  readonly #ends = new Map<string, End>();
  readonly #lastMs: Float64Array;
  readonly #count: number;

  constructor(agents: readonly string[], clock: Clock, random: Random, weather: Weather, felt: Felt<NodeFault>) {
    this.#clock = clock;
    this.#random = random;
    this.#felt = felt;
    this.weather = weather;
    this.#count = agents.length;
    this.#lastMs = new Float64Array(agents.length ** 2);
    for (const [index, agent] of agents.entries()) this.#ends.set(agent, { index, troubles: new Troubles(clock), connection: 0 });
  }

  troublesOf(agent: string): Troubles {
    return this.#end(agent).troubles;
  }

  /** The connections of this one break; new ones are there at once. */
  reconnect(agent: string): void {
    this.#end(agent).connection++;
  }

  /** Gives the times of arrival as foreseen: none when it is lost at once. Whoever is not of the group gets nothing. */
  send(from: string, to: string, deliver: () => void): readonly number[] {
    const sender = this.#end(from);
    const receiver = this.#ends.get(to);
    if (receiver === undefined) return [];
    if (sender === receiver) return this.#arrive(this.#clock.nowMs, sender, receiver, to, from, deliver);
    if (this.#isCut(sender, receiver, from, to) || this.#isDropped(sender, receiver)) return [];
    const arriveMs = this.#arrivalMs(sender, receiver);
    const arrivals = this.#arrive(arriveMs, sender, receiver, to, from, deliver);
    const { duplicate, maxDelayMs } = this.weather;
    const doubled = this.#trouble("duplicate", sender, receiver);
    if (!this.#random.chance(Math.max(duplicate, doubled?.strength ?? 0))) return arrivals;
    if (doubled !== undefined) this.#felt.add("duplicate");
    return [...arrivals, ...this.#arrive(arriveMs + this.#random.between(0, maxDelayMs), sender, receiver, to, from, deliver)];
  }

  #arrive(atMs: number, sender: End, receiver: End, to: string, from: string, deliver: () => void): number[] {
    const connections = sender.connection + receiver.connection;
    this.#clock.at(atMs, () => {
      if (sender === receiver) return deliver();
      if (sender.connection + receiver.connection === connections && !this.#isCut(sender, receiver, from, to)) deliver();
    });
    return [atMs];
  }

  #arrivalMs(sender: End, receiver: End): number {
    const { minDelayMs, maxDelayMs, late, lateMs } = this.weather;
    let arriveMs = this.#clock.nowMs + this.#random.between(minDelayMs, maxDelayMs);
    const slow = this.#trouble("slow", sender, receiver);
    const delay = this.#trouble("delay", sender, receiver);
    if (slow !== undefined) this.#felt.add("slow");
    if (delay !== undefined) this.#felt.add("delay");
    arriveMs += (slow?.delayMs ?? 0) + (delay === undefined ? 0 : this.#random.between(0, delay.delayMs));
    const reorder = this.#trouble("reorder", sender, receiver);
    if (reorder !== undefined && this.#random.chance(reorder.strength)) {
      this.#felt.add("reorder");
      return arriveMs + this.#random.between(1, reorder.delayMs);
    }
    if (this.#random.chance(late)) return arriveMs + this.#random.between(1, lateMs);
    const pair = sender.index * this.#count + receiver.index;
    const inOrderMs = Math.max(arriveMs, this.#lastMs[pair] ?? 0);
    this.#lastMs[pair] = inOrderMs;
    return inOrderMs;
  }

  #isCut(sender: End, receiver: End, from: string, to: string): boolean {
    if (sender.troubles.of("cut") || receiver.troubles.of("cut")) return this.#lost("cut");
    if (sender.troubles.of("cutOut")) return this.#lost("cutOut");
    if (receiver.troubles.of("cutIn")) return this.#lost("cutIn");
    if (sender.troubles.isCutFrom(to) || receiver.troubles.isCutFrom(from)) return this.#lost("cutPair");
    if (this.partition !== undefined && this.partition.has(from) !== this.partition.has(to)) return this.#lost("partition");
    return false;
  }

  #isDropped(sender: End, receiver: End): boolean {
    if (this.#random.chance(this.weather.drop)) return true;
    const drop = this.#trouble("drop", sender, receiver);
    return drop !== undefined && this.#random.chance(drop.strength) && this.#lost("drop");
  }

  #trouble(kind: "slow" | "delay" | "reorder" | "duplicate" | "drop", sender: End, receiver: End) {
    return sender.troubles.of(kind) ?? receiver.troubles.of(kind);
  }

  #lost(kind: NodeFault): true {
    this.#felt.add(kind);
    return true;
  }

  #end(agent: string): End {
    const end = this.#ends.get(agent);
    if (end === undefined) throw new Error(`${agent} is not of this group.`);
    return end;
  }
}
