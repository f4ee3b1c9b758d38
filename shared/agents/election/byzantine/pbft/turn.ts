import type { Output, Step } from "../../../machine.ts";
import { arm } from "../../alarm.ts";
import { keptFirst } from "../../step.ts";
import { mostSlots, type PbftDurable, type PbftMessage, type Slot } from "./messages.ts";
import type { PbftNode } from "./node.ts";

const emptySlot: Slot = { prePrepared: [], prepared: null, committed: null };

/** One step as it is being made: the node as it has become so far and what is to be done. Lives for one call of `step`. */
export class Turn {
  node: PbftNode;
  readonly nowMs: number;
  readonly #outputs: Output<PbftMessage, PbftDurable>[] = [];
  readonly #before: PbftNode;

  constructor(node: PbftNode, nowMs: number) {
    this.node = node;
    this.nowMs = nowMs;
    this.#before = node;
  }

  set(change: Partial<PbftNode>): void {
    this.node = { ...this.node, ...change };
  }

  put(output: Output<PbftMessage, PbftDurable>): void {
    this.#outputs.push(output);
  }

  send(to: string, message: PbftMessage): void {
    this.put({ type: "send", to, message });
  }

  tellAll(message: PbftMessage): void {
    const { agent, members } = this.node.config;
    for (const member of members) if (member !== agent) this.send(member, message);
  }

  wait(what: string, spanMs: number): void {
    const { alarm, outputs } = arm(this.node.alarm, what, spanMs, this.nowMs);
    this.set({ alarm });
    for (const output of outputs) this.put(output);
  }

  waitNoMore(): void {
    if (this.node.alarm === undefined) return;
    this.put({ type: "timer", timer: this.node.alarm.what, afterMs: null });
    this.set({ alarm: undefined });
  }

  slot(seq: number): Slot {
    return this.node.slots[seq - 1] ?? emptySlot;
  }

  setSlot(seq: number, change: Partial<Slot>): void {
    if (seq < 1 || seq > mostSlots) return;
    const slots = [...this.node.slots];
    while (slots.length < seq) slots.push(emptySlot);
    slots[seq - 1] = { ...this.slot(seq), ...change };
    this.set({ slots });
  }

  /** What it vouches for is durable before anybody hears of it. */
  done(): Step<PbftNode, PbftMessage, PbftDurable> {
    const { node } = this;
    const { view, wanted, slots, newView } = node;
    const isSame = view === this.#before.view && wanted === this.#before.wanted && slots === this.#before.slots;
    if (!isSame) this.put({ type: "persist", durable: { view, wanted, slots, newView } });
    return keptFirst({ node, outputs: this.#outputs });
  }
}

export function without<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Map<Key, Value> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
