import {
  type RendezvousConfig,
  type RendezvousMessage,
  type RendezvousNode,
  rendezvous,
  rendezvousCheckers,
} from "../../../agents/election/rendezvous/index.ts";
import type { NodeView } from "../../../model/index.ts";
import type { ProtocolWorld, WorldOptions } from "../world.ts";

function timesOf({ maxDelayMs }: WorldOptions) {
  return { windowMs: 40 * maxDelayMs, helloMs: 10 * maxDelayMs, forgetMs: 35 * maxDelayMs, listenMs: 3 * maxDelayMs };
}

/** Its promises rest on clocks that agree; those of a group begin a little apart all the same. */
export const rendezvousWorld: ProtocolWorld<RendezvousConfig, RendezvousNode, RendezvousMessage> = {
  name: "rendezvous",
  machine: rendezvous,
  sizes: { low: 1, high: 7 },
  configOf: (agent, members, options) => ({ agent, members, group: "world", weight: 1 + (members.indexOf(agent) % 3) * 4, ...timesOf(options) }),
  checkers: rendezvousCheckers,
  clocks: () => ({ maxDrift: 0, jumps: false }),
  needed: () => 1,
  boundMs(_, options) {
    const { helloMs, forgetMs, listenMs } = timesOf(options);
    // A hello that was held up by faults may still arrive from who is gone.
    return 3 * forgetMs + 2 * helloMs + listenMs;
  },
  agreed,
  turns: true,
  plants: ["rendezvousReshuffled", "rendezvousWeightIgnored", "rendezvousGoneKept"],
};

/** All who are in the same window follow the same, and it is there. */
function agreed(views: ReadonlyMap<string, NodeView>): boolean {
  const leaders = new Map<number, string>();
  for (const { term, leader } of views.values()) {
    if (leader === null || !views.has(leader) || (leaders.get(term) ?? leader) !== leader) return false;
    leaders.set(term, leader);
  }
  return true;
}
