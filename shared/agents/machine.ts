import type { z } from "zod";
import type { NodeView } from "../model/index.ts";

/**
 * A protocol that agents run among themselves, without I/O (DESIGN D5). A node is a value: `step` gives a new one and says
 * what is to be done. Time, chance and messages come in; the simulator hosts a machine in virtual time, the client library
 * over a live connection, and both obey the outputs in their order.
 *
 * `Config` names the node and its peers, `Node` is what it knows, `Message` what nodes say to each other (plain JSON),
 * `Durable` what has to survive a crash (plain JSON).
 */
export interface Machine<Config, Node, Message, Durable = null> {
  readonly name: string;
  /** What its messages and what it persists look like: the live host parses both, for they come from elsewhere. */
  readonly message: z.ZodType<Message>;
  readonly durable: z.ZodType<Durable>;
  /** A node that begins; with `durable` it comes back after a crash with what it had persisted last. */
  start(config: Config, moment: Moment, durable?: Durable): Step<Node, Message, Durable>;
  step(node: Node, input: Input<Message>): Step<Node, Message, Durable>;
  /** What a node shows of itself. `nowMs` is by the node's own clock. */
  view(node: Node, nowMs: number): NodeView;
}

/** When something reaches a node: by its own clock, which may drift, with a number from 0 up to 1 drawn for it. */
export interface Moment {
  readonly nowMs: number;
  readonly chance: number;
}

export type Input<Message> = Moment &
  (
    | { readonly type: "message"; readonly from: string; readonly message: Message }
    /** A timer that was set is over. */
    | { readonly type: "timer"; readonly timer: string }
    | { readonly type: "ask"; readonly ask: Ask }
  );

/** What whoever runs a node may want of it. A machine answers what it does not know with `refused`. */
export type Ask =
  | { readonly type: "campaign" }
  | { readonly type: "resign" }
  /** Leads from now on whom the leader names. */
  | { readonly type: "transfer"; readonly to: string }
  /** A value for the log. Where the protocol says so, who asks again under the same id is told what became of it, and it is done once. */
  | { readonly type: "propose"; readonly id: string; readonly value: string }
  /** What is committed, read without going through the log. */
  | { readonly type: "read"; readonly id: string }
  | { readonly type: "members"; readonly id: string; readonly members: readonly string[]; readonly learners?: readonly string[] };

export type Output<Message, Durable = null> =
  | { readonly type: "send"; readonly to: string; readonly message: Message }
  /**
   * Has to be durable before any output after it is obeyed. All of it, sharing what did not change with what was persisted before:
   * whoever hosts it sees by that what changed (`changesBetween`), and need not keep more.
   */
  | { readonly type: "persist"; readonly durable: Durable }
  /** Sets a timer anew, or takes it back (null). By the node's own clock. */
  | { readonly type: "timer"; readonly timer: string; readonly afterMs: number | null }
  /** Entry `index` is committed: apply it. Once for each index, in order. */
  | { readonly type: "apply"; readonly index: number; readonly value: string }
  /** What all entries up to `index` made, from a snapshot: put it in the place of whatever was applied; `index + 1` is next. */
  | { readonly type: "restore"; readonly index: number; readonly state: string }
  | { readonly type: "answer"; readonly id: string; readonly value: string }
  /** Nothing comes of it, whatever happens. */
  | { readonly type: "refused"; readonly id: string; readonly why: string }
  /** It may have been done, or may yet be: nothing more is told of it. */
  | { readonly type: "unknown"; readonly id: string; readonly why: string };

export interface Step<Node, Message, Durable = null> {
  readonly node: Node;
  readonly outputs: readonly Output<Message, Durable>[];
}
