import type { Stepped } from "../../agents/checker.ts";
import type { NodeView } from "../../model/index.ts";
import type { Clock } from "../clock.ts";
import { Felt } from "../felt.ts";
import type { Weather } from "../network.ts";
import type { Random } from "../random.ts";
import type { NodeFault } from "./faults.ts";
import { Host, type Watch } from "./host.ts";
import { Network } from "./network.ts";
import { NodeClock } from "./node-clock.ts";
import type { ProtocolWorld, WorldOptions } from "./world.ts";

export interface GroupParts<Node, Message, Durable> {
  readonly clock: Clock;
  readonly random: Random;
  readonly agents: readonly string[];
  readonly members: readonly string[];
  readonly liars: ReadonlySet<string>;
  readonly options: WorldOptions;
  readonly weather: Weather;
  readonly watch: Watch<Node, Message, Durable>;
  /** See `HostParts`. */
  readonly parsed: boolean;
  readonly frozen: boolean;
  /** The clocks of nodes begin this far apart at most. */
  readonly apartMs: number;
}

/** Names for so many agents: `a1`, `a2`, ... */
export const namesOf = (count: number) => Array.from({ length: count }, (_, index) => `a${index + 1}`);

/** The nodes of one protocol and the network between them, in virtual time. Nothing happens before `start`. */
export class Group<Config, Node, Message, Durable> {
  readonly network: Network;
  readonly felt = new Felt<NodeFault>();
  readonly hosts: ReadonlyMap<string, Host<Config, Node, Message, Durable>>;
  readonly configs: ReadonlyMap<string, Config>;

  constructor(world: Pick<ProtocolWorld<Config, Node, Message, Durable>, "machine" | "configOf" | "liars">, parts: GroupParts<Node, Message, Durable>) {
    const { clock, random, agents, members, liars, options, weather, watch, parsed, frozen, apartMs } = parts;
    this.network = new Network(agents, clock, random.fork(), weather, this.felt);
    this.configs = new Map(agents.map((agent) => [agent, world.configOf(agent, members, options)]));
    const hosts = new Map<string, Host<Config, Node, Message, Durable>>();
    for (const [agent, config] of this.configs) {
      const lies = liars.has(agent) ? world.liars?.machine(random.word()) : undefined;
      const host = new Host(agent, {
        machine: lies ?? world.machine,
        config,
        clock,
        own: new NodeClock(clock, random.between(0, apartMs)),
        random: random.fork(),
        network: this.network,
        watch,
        deliver: (to: string, from: string, sent: unknown) => hosts.get(to)?.receive(from, sent),
        parsed,
        frozen,
        died: (kill) => this.felt.add(`kill ${kill}`),
      });
      hosts.set(agent, host);
    }
    this.hosts = hosts;
  }

  start(): void {
    for (const host of this.hosts.values()) host.start();
  }

  /** What everybody who is up shows, but for those left out. */
  views(without: ReadonlySet<string> = new Set()): Map<string, NodeView> {
    const views = new Map<string, NodeView>();
    for (const [agent, host] of this.hosts) {
      const view = without.has(agent) ? undefined : host.view;
      if (view !== undefined) views.set(agent, view);
    }
    return views;
  }
}

/** One watch that tells several. */
export function watchAll<Node, Message, Durable>(watches: readonly Watch<Node, Message, Durable>[]): Required<Watch<Node, Message, Durable>> {
  return {
    stepped: (seen: Stepped<Node, Message, Durable>) => {
      for (const watch of watches) watch.stepped?.(seen);
    },
    sent: (sent) => {
      for (const watch of watches) watch.sent?.(sent);
    },
    crashed: (agent, atMs) => {
      for (const watch of watches) watch.crashed?.(agent, atMs);
    },
    restarted: (agent, atMs) => {
      for (const watch of watches) watch.restarted?.(agent, atMs);
    },
    refused: (agent, atMs) => {
      for (const watch of watches) watch.refused?.(agent, atMs);
    },
  };
}
