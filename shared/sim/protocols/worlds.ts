import type { Plant } from "../../agents/plants.ts";
import type { ProtocolWorld } from "./world.ts";
import { bullyWorld } from "./worlds/bully.ts";
import { hirschbergSinclairWorld } from "./worlds/hirschberg-sinclair.ts";
import { oralMessagesWorld } from "./worlds/oral-messages.ts";
import { pbftWorld } from "./worlds/pbft.ts";
import { raftWorld } from "./worlds/raft.ts";
import { rendezvousWorld } from "./worlds/rendezvous.ts";
import { ringWorld } from "./worlds/ring.ts";

/** A world whose own types nobody outside of it needs. */
export interface HostedWorld {
  readonly name: string;
  readonly plants: readonly Plant[];
  /** See `ProtocolWorld`. */
  readonly mostCompared: number;
  /** Hands the world, with its types, to whoever takes any. */
  open<Result>(use: WorldUse<Result>): Result;
}

export type WorldUse<Result> = <Config, Node, Message, Durable>(world: ProtocolWorld<Config, Node, Message, Durable>) => Result;

export function hosted<Config, Node, Message, Durable>(world: ProtocolWorld<Config, Node, Message, Durable>): HostedWorld {
  return { name: world.name, plants: world.plants ?? [], mostCompared: world.mostCompared ?? Number.POSITIVE_INFINITY, open: (use) => use(world) };
}

/** Every world of a protocol that the simulator knows. */
export const worlds: readonly HostedWorld[] = [
  hosted(raftWorld),
  hosted(bullyWorld),
  hosted(ringWorld),
  hosted(hirschbergSinclairWorld),
  hosted(rendezvousWorld),
  hosted(oralMessagesWorld),
  hosted(pbftWorld),
];

/** Throws when there is none of that name. */
export function worldNamed(name: string): HostedWorld {
  const world = worlds.find((one) => one.name === name);
  if (world === undefined) throw new Error(`There is no world ${name}.`);
  return world;
}
