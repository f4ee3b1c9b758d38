import type { Plant } from "../../agents/plants.ts";
import { runWorld, type WorldRunOptions, type WorldRunResult } from "./run.ts";
import type { ProtocolWorld } from "./world.ts";

/** A world whose own types nobody outside of it needs. */
export interface HostedWorld {
  readonly name: string;
  readonly plants: readonly Plant[];
  run(seed: number, options?: WorldRunOptions): WorldRunResult;
}

export function hosted<Config, Node, Message, Durable>(world: ProtocolWorld<Config, Node, Message, Durable>): HostedWorld {
  return { name: world.name, plants: world.plants ?? [], run: (seed, options) => runWorld(world, seed, options) };
}

/** Every world of a protocol that the simulator knows. */
export const worlds: readonly HostedWorld[] = [];
