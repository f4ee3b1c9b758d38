import { type ChangRoberts, type RingConfig, type RingMessage, type RingNode, ring, ringCheckers } from "../../../agents/election/ring/index.ts";
import type { Leadership } from "../../../agents/election/term.ts";
import type { ProtocolWorld, WorldOptions } from "../world.ts";

/** A lap passes over everybody but one at worst. */
export function ringTimesOf(members: number, { maxDelayMs }: WorldOptions) {
  const ackMs = 3 * maxDelayMs;
  const lapMs = members * (ackMs + maxDelayMs);
  return { heartbeatMs: 4 * maxDelayMs, timeoutMs: 4 * maxDelayMs + 2 * lapMs, electionMs: 3 * lapMs, ackMs };
}

/** Whatever is under way runs out, then somebody notices, then two elections get in each other's way. */
export function ringBoundMs({ timeoutMs, electionMs }: { readonly timeoutMs: number; readonly electionMs: number }): number {
  return 2 * timeoutMs + 3 * electionMs;
}

/** One node alone is enough: a ring closes around those that are silent. */
export const ringWorld: ProtocolWorld<RingConfig, RingNode<ChangRoberts>, RingMessage, Leadership> = {
  name: "ring",
  machine: ring,
  sizes: { low: 1, high: 7 },
  configOf: (agent, members, options) => ({ agent, members, ...ringTimesOf(members.length, options) }),
  checkers: ringCheckers,
  workload: (random, { members, quiet }) => (quiet ? undefined : { agent: random.pick(members), ask: { type: "campaign" } }),
  needed: () => 1,
  boundMs: (members, options) => ringBoundMs(ringTimesOf(members, options)),
  plants: ["ringLowerPassed", "ringElectedGoesOn", "ringOwnIdUnknown"],
};
