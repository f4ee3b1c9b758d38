import type { Moment, Output, Step } from "../../machine.ts";
import { plants } from "../../plants.ts";
import type { Durable, Message } from "./messages.ts";
import type { RaftNode } from "./node.ts";

/**
 * One step as it is being made: the node as it has become so far and what is to be done. Lives for one call of `step` and
 * is seen by nobody else.
 */
export class Turn {
  node: RaftNode;
  readonly nowMs: number;
  readonly chance: number;
  readonly #before: RaftNode | undefined;
  readonly #outputs: Output<Message, Durable>[] = [];

  constructor(node: RaftNode, { nowMs, chance }: Moment, before: RaftNode | undefined = node) {
    this.node = node;
    this.nowMs = nowMs;
    this.chance = chance;
    this.#before = before;
  }

  set(change: Partial<RaftNode>): void {
    this.node = { ...this.node, ...change };
  }

  put(...outputs: readonly Output<Message, Durable>[]): void {
    this.#outputs.push(...outputs);
  }

  send(to: string, message: Message): void {
    this.put({ type: "send", to, message });
  }

  /** What changed of what has to survive is persisted before anything else is done. */
  done(): Step<RaftNode, Message, Durable> {
    const { node } = this;
    const before = this.#before;
    const same =
      before === undefined || (before.term === node.term && before.votedFor === node.votedFor && before.log === node.log && before.snapshot === node.snapshot);
    if (same) return { node, outputs: this.#outputs };
    const persist = { type: "persist" as const, durable: this.#durable(before) };
    return { node, outputs: plants.raftSentFirst ? [...this.#outputs, persist] : [persist, ...this.#outputs] };
  }

  #durable(before: RaftNode): Durable {
    const { term, votedFor, log, snapshot } = this.node;
    return { term: plants.raftTermForgotten ? before.term : term, votedFor: plants.raftVoteForgotten ? null : votedFor, log, snapshot };
  }
}
