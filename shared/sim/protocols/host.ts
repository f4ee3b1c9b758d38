import { changesBetween, changesSchema, withChanges } from "../../agents/changes.ts";
import type { Stepped } from "../../agents/checker.ts";
import type { Ask, Input, Machine, Output, Step } from "../../agents/machine.ts";
import type { NodeView } from "../../model/index.ts";
import type { Clock } from "../clock.ts";
import type { Random } from "../random.ts";
import type { Network } from "./network.ts";
import type { NodeClock } from "./node-clock.ts";

/** Where a node can die while its outputs are obeyed. */
export type NodeKill = "beforePersist" | "afterPersist" | "midSends";

/** A message that left. */
export interface Sent<Message> {
  readonly from: string;
  readonly to: string;
  readonly message: Message;
  readonly atMs: number;
  /** When it is going to arrive: never when it is lost at once, more than once when it is doubled. */
  readonly arriveMs: readonly number[];
}

/** Sees what the nodes of a group do, in the order in which it happens. */
export interface Watch<Node, Message, Durable> {
  stepped?(seen: Stepped<Node, Message, Durable>): void;
  /** Before the step that it belongs to is told. */
  sent?(sent: Sent<Message>): void;
  crashed?(agent: string, atMs: number): void;
  restarted?(agent: string, atMs: number): void;
  /** Something malformed came in and went no further. */
  refused?(agent: string, atMs: number): void;
}

export interface HostParts<Config, Node, Message, Durable> {
  readonly machine: Machine<Config, Node, Message, Durable>;
  readonly config: Config;
  readonly clock: Clock;
  readonly own: NodeClock;
  readonly random: Random;
  readonly network: Network;
  readonly watch: Watch<Node, Message, Durable>;
  readonly deliver: (to: string, from: string, sent: unknown) => void;
  /** Whether messages and what is durable really become text and come back through their schemas, as they do in real life. */
  readonly parsed: boolean;
  /** Whether a node is frozen after every step: what a machine changes in place throws then. */
  readonly frozen: boolean;
  readonly died: (kill: NodeKill) => void;
}

interface Timer {
  /** By the node's own clock. */
  readonly deadlineMs: number;
  /** Told from one that was set before under the same name. */
  readonly order: number;
}

/** Runs one node in virtual time: obeys its outputs in their order, keeps its timers by its own clock, and what it persisted over a crash. */
export class Host<Config, Node, Message, Durable> {
  readonly agent: string;
  readonly own: NodeClock;
  readonly #parts: HostParts<Config, Node, Message, Durable>;
  readonly #timers = new Map<string, Timer>();
  #node: Node | undefined;
  /** As it would be read from where a live node keeps it when parsed, the value itself otherwise. */
  #durable: unknown;
  /** The value itself, while it is up: from it on a live node keeps what changed. */
  #kept: Durable | undefined;
  #order = 0;
  #waiting: (() => void)[] | undefined;
  #killAt: NodeKill | undefined;

  constructor(agent: string, parts: HostParts<Config, Node, Message, Durable>) {
    this.agent = agent;
    this.#parts = parts;
    this.own = parts.own;
    this.own.onSet = () => {
      for (const [name, timer] of this.#timers) this.#await(name, timer);
    };
  }

  get isUp(): boolean {
    return this.#node !== undefined;
  }

  get isPaused(): boolean {
    return this.#waiting !== undefined;
  }

  /** What it shows; nothing while it is down. */
  get view(): NodeView | undefined {
    return this.#node === undefined ? undefined : this.#parts.machine.view(this.#node, this.own.nowMs);
  }

  /** Own time from now until each of its timers. */
  get timersLeftMs(): number[] {
    return [...this.#timers.values()].map(({ deadlineMs }) => Math.max(0, deadlineMs - this.own.nowMs));
  }

  /** How often it persisted. */
  persisted = 0;

  /** What a node that is started now would come back with. */
  get durable(): Durable | undefined {
    if (this.#durable === undefined) return undefined;
    return this.#parts.parsed ? this.#parts.machine.durable.parse(this.#durable) : (this.#durable as Durable);
  }

  start(): void {
    if (this.#node !== undefined) return;
    const { machine, config } = this.#parts;
    const durable = this.durable;
    const moment = this.#moment();
    this.#took({ ...moment, type: "start", durable }, machine.start(config, moment, durable));
  }

  crash(): void {
    if (this.#node === undefined) return;
    this.#node = undefined;
    this.#kept = undefined;
    this.#timers.clear();
    this.#waiting = undefined;
    this.#parts.watch.crashed?.(this.agent, this.#parts.clock.nowMs);
  }

  restart(): void {
    if (this.#node !== undefined) return;
    this.#parts.watch.restarted?.(this.agent, this.#parts.clock.nowMs);
    this.start();
  }

  /** It dies when it next comes to this point; null: it does not. */
  killAt(kill: NodeKill | undefined): void {
    this.#killAt = kill;
  }

  /** It stands still: what comes in waits, and its timers, while time goes on. */
  pause(): void {
    if (this.#node !== undefined) this.#waiting ??= [];
  }

  resume(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    for (const go of waiting ?? []) this.#whenAwake(go);
  }

  /** A message as it came over the network. */
  receive(from: string, sent: unknown): void {
    this.#whenAwake(() => {
      const { machine, parsed, watch, clock } = this.#parts;
      if (!parsed) return this.#input({ ...this.#moment(), type: "message", from, message: sent as Message });
      const read = machine.message.safeParse(sent);
      if (read.success) this.#input({ ...this.#moment(), type: "message", from, message: read.data });
      else watch.refused?.(this.agent, clock.nowMs);
    });
  }

  ask(ask: Ask): void {
    this.#whenAwake(() => this.#input({ ...this.#moment(), type: "ask", ask }));
  }

  #whenAwake(go: () => void): void {
    if (this.#node === undefined) return;
    if (this.#waiting !== undefined) this.#waiting.push(go);
    else go();
  }

  #input(input: Input<Message>): void {
    const before = this.#node;
    if (before === undefined) return;
    this.#took(input, this.#parts.machine.step(before, input), before);
  }

  #took(input: Stepped<Node, Message, Durable>["input"], { node, outputs }: Step<Node, Message, Durable>, before?: Node): void {
    const { watch, clock, frozen } = this.#parts;
    this.#node = frozen ? freeze(node) : node;
    const obeyed = this.#obey(outputs);
    const seen = { agent: this.agent, before, after: node, input, outputs: obeyed, atMs: clock.nowMs };
    if (obeyed.length === outputs.length) return watch.stepped?.(seen);
    watch.stepped?.({ ...seen, died: true });
    this.crash();
  }

  /** Those that were obeyed: all, or as far as it came. */
  #obey(outputs: readonly Output<Message, Durable>[]): readonly Output<Message, Durable>[] {
    let sent = 0;
    let persisted = false;
    for (const [index, output] of outputs.entries()) {
      if (this.#killAt !== undefined && this.#dies(this.#killAt, output, sent, persisted)) return outputs.slice(0, index);
      switch (output.type) {
        case "send":
          sent++;
          this.#send(output.to, output.message);
          break;
        case "persist":
          persisted = true;
          this.persisted++;
          this.#durable = this.#parts.parsed ? this.#asRead(output.durable) : output.durable;
          break;
        case "timer":
          this.#setTimer(output.timer, output.afterMs);
          break;
        default:
          break;
      }
    }
    return outputs;
  }

  /** The whole the first time since it started, then what changed; over text both. */
  #asRead(durable: Durable): unknown {
    const last = this.#kept;
    this.#kept = durable;
    if (last === undefined) return JSON.parse(JSON.stringify(durable));
    return withChanges(this.#durable, changesSchema.parse(JSON.parse(JSON.stringify(changesBetween(last, durable)))));
  }

  #dies(kill: NodeKill, output: Output<Message, Durable>, sent: number, persisted: boolean): boolean {
    const isThere = { beforePersist: output.type === "persist", afterPersist: persisted, midSends: sent > 0 && output.type === "send" }[kill];
    if (!isThere) return false;
    this.#killAt = undefined;
    this.#parts.died(kill);
    return true;
  }

  #send(to: string, message: Message): void {
    const { clock, network, deliver, parsed, watch } = this.#parts;
    const text = parsed ? JSON.stringify(message) : undefined;
    const arriveMs = network.send(this.agent, to, () => deliver(to, this.agent, text === undefined ? message : JSON.parse(text)));
    watch.sent?.({ from: this.agent, to, message, atMs: clock.nowMs, arriveMs });
  }

  #setTimer(name: string, afterMs: number | null): void {
    if (afterMs === null) {
      this.#timers.delete(name);
      return;
    }
    const timer = { deadlineMs: this.own.nowMs + afterMs, order: ++this.#order };
    this.#timers.set(name, timer);
    this.#await(name, timer);
  }

  #await(name: string, timer: Timer): void {
    this.#parts.clock.at(this.own.whenReads(timer.deadlineMs), () => {
      const isDue = () => this.#timers.get(name) === timer && this.own.nowMs >= timer.deadlineMs;
      if (!isDue()) return;
      this.#whenAwake(() => {
        if (!isDue()) return;
        this.#timers.delete(name);
        this.#input({ ...this.#moment(), type: "timer", timer: name });
      });
    });
  }

  #moment(): { nowMs: number; chance: number } {
    return { nowMs: this.own.nowMs, chance: this.#parts.random.unit() };
  }
}

/** Plain objects and lists; what is frozen already is so all the way down. */
function freeze<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
  return value;
}
