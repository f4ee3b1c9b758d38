import type { Group } from "../protocols/group.ts";
import { majorityOf } from "./parameters.ts";

type Tell = (what: string) => void;

/** Somebody dies. Gives what brings it back. */
export function kill<Config, Node, Message, Durable>(group: Group<Config, Node, Message, Durable>, agent: string, tell: Tell): () => void {
  tell(`${agent} dies`);
  group.hosts.get(agent)?.crash();
  return () => {
    tell(`${agent} comes back`);
    group.hosts.get(agent)?.restart();
  };
}

/** The leader is cut off, with as many others as leave a bare majority on the other side. Gives what heals the cut. */
export function cutOff<Config, Node, Message, Durable>(
  group: Group<Config, Node, Message, Durable>,
  leader: string,
  members: readonly string[],
  tell: Tell,
): () => void {
  const others = members.filter((member) => member !== leader);
  const side = [leader, ...others.slice(0, members.length - majorityOf(members.length) - 1)];
  tell(`${side.join(", ")} cut off from the others`);
  group.network.partition = new Set(side);
  return () => {
    tell("the cut is healed");
    group.network.partition = undefined;
  };
}
