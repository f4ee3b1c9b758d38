import type { ProtocolCheckerFactory } from "../../agents/checker.ts";
import type { Ask, Machine } from "../../agents/machine.ts";
import type { Plant } from "../../agents/plants.ts";
import type { NodeView } from "../../model/index.ts";
import type { Random } from "../random.ts";

/** What a world's configurations are made from. */
export interface WorldOptions {
  /** Longest time that a message takes when nothing is wrong: timeouts have to be longer. */
  readonly maxDelayMs: number;
  /** One number from 0 up to 1 for the whole group: a world that has variants, such as with and without a lease, picks by it. */
  readonly variant: number;
}

/** What the group looks like when the world thinks of something to ask. Nodes that are down have no view. */
export interface Situation {
  readonly agents: readonly string[];
  readonly members: readonly string[];
  readonly views: ReadonlyMap<string, NodeView>;
  /** A name for what is asked; each comes once. */
  readonly id: string;
  /** Members may be changed in this run. */
  readonly changes: boolean;
  /** Every fault is over, and whoever leads has to stay: ask nothing that moves a leader. */
  readonly quiet: boolean;
}

/**
 * A protocol as the simulator hosts it: the machine, how its nodes are configured, which checkers watch it, what it is
 * asked to do, and what may be expected of it once every fault is over. Each world is a file of `worlds/`, listed in
 * `worlds.ts` with `hosted(world)`.
 */
export interface ProtocolWorld<Config, Node, Message, Durable = null> {
  /** As the command line knows it: `raft`, `bully`. */
  readonly name: string;
  readonly machine: Machine<Config, Node, Message, Durable>;
  /** Fewest and most members that make sense: runs draw between them. */
  readonly sizes: { readonly low: number; readonly high: number };
  /** Of more members than this nobody waits for the end, for the messages grow too fast. Left out: any number. */
  readonly mostCompared?: number;
  /** So many agents are there beside the members, for changes of members. None when left out. */
  readonly spares?: number;
  configOf(agent: string, members: readonly string[], options: WorldOptions): Config;
  readonly checkers: Readonly<Record<string, ProtocolCheckerFactory<Config, Node, Message, Durable>>>;
  /** What its promises take for granted of clocks; left out, they may drift by a half and jump. */
  clocks?(options: WorldOptions): { readonly maxDrift: number; readonly jumps: boolean };
  /** Something to ask somebody, now and then while it is busy; undefined for nothing this time. Left out: nothing is ever asked. */
  workload?(random: Random, situation: Situation): { readonly agent: string; readonly ask: Ask } | undefined;
  /** The same protocol as somebody lies in it, and how many of so many members may lie. Left out: liars make no sense here. */
  readonly liars?: { atMost(members: number): number; machine(seed: number): Machine<Config, Node, Message, Durable> };
  /** Whether a stranger may send this, as a member did before, and nothing may come of it. Left out: any message. */
  fromStranger?(message: Message): boolean;
  /** So many of so many members have to be up and connected for a leader. Left out: a majority. */
  needed?(members: number): number;
  /** EL-46: once every fault is over it takes this long at most until `agreed` holds, and from then on it holds. */
  boundMs(members: number, options: WorldOptions): number;
  /** For how long faults strike. Left out: three times the bound, in which a leader could be lost and found again twice. */
  stormMs?(options: WorldOptions): number;
  /**
   * Whether honest nodes that are up agree on who leads. Left out: exactly one says that it leads, and every
   * member that is up takes it for the leader in the same term. While it is watched, who says that it leads has to stay.
   */
  agreed?(views: ReadonlyMap<string, NodeView>, members: readonly string[]): boolean;
  /** Leaders take turns by the clock: who says that it leads need not stay. */
  readonly turns?: true;
  /** The mistakes of `shared/agents/plants.ts` that can be planted here. */
  readonly plants?: readonly Plant[];
}
