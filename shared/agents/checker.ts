import type { Input, Moment, Output } from "./machine.ts";

/**
 * One step of a node, as whoever runs it saw it. A node that starts has no `before` and no input; `durable` is what it
 * comes back with. `outputs` are those that were obeyed: a crash may have come between two of them, `crashed` follows then.
 * `atMs` is the same time for all, unlike the node's own `nowMs`.
 */
export interface Stepped<Node, Message, Durable = null> {
  readonly agent: string;
  readonly before: Node | undefined;
  readonly after: Node;
  readonly input: Input<Message> | (Moment & { readonly type: "start"; readonly durable: Durable | undefined });
  readonly outputs: readonly Output<Message, Durable>[];
  readonly atMs: number;
  /** It died before the rest was obeyed: of `after` only that counts which it persisted or told in `outputs`. */
  readonly died?: true;
}

/** Who is there: every agent that may take part, those that are members from the beginning, and who of them lies. */
export interface Cast<Config> {
  readonly agents: readonly string[];
  readonly members: readonly string[];
  readonly liars: ReadonlySet<string>;
  readonly configs: ReadonlyMap<string, Config>;
}

/**
 * Watches what every node of a group does and says when a rule of SPEC.md is broken. It sees all of them at once, which no
 * node can. Liars' steps come too: what they do breaks no rule, what others make of it may.
 */
export interface ProtocolChecker<Node, Message, Durable = null> {
  stepped(seen: Stepped<Node, Message, Durable>): void;
  /** It is gone, with everything that it had not persisted. */
  crashed?(agent: string, atMs: number): void;
  /** It comes back: its step of starting is next. */
  restarted?(agent: string, atMs: number): void;
  /** Every fault is over and everybody is there, connected and on time from now on. */
  healed?(atMs: number): void;
  done?(atMs: number): void;
}

/** `fail` takes a rule's number, such as `EL-1`, and what is wrong in words. */
export type ProtocolCheckerFactory<Config, Node, Message, Durable = null> = (
  fail: (rule: string, message: string) => void,
  cast: Cast<Config>,
) => ProtocolChecker<Node, Message, Durable>;
