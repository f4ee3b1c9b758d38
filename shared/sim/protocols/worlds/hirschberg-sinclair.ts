import { type HirschbergSinclair, hirschbergSinclairCheckers, hirschbergSinclairRing } from "../../../agents/election/hirschberg-sinclair/index.ts";
import type { RingConfig, RingMessage, RingNode } from "../../../agents/election/ring/index.ts";
import type { Leadership } from "../../../agents/election/term.ts";
import type { ProtocolWorld, WorldOptions } from "../world.ts";
import { ringBoundMs, ringTimesOf } from "./ring.ts";

/** Probes and replies of all phases go there and back before the last goes round. */
function timesOf(members: number, options: WorldOptions) {
  const times = ringTimesOf(members, options);
  return { ...times, electionMs: 2 * times.electionMs };
}

export const hirschbergSinclairWorld: ProtocolWorld<RingConfig, RingNode<HirschbergSinclair>, RingMessage, Leadership> = {
  name: "hirschberg-sinclair",
  machine: hirschbergSinclairRing,
  sizes: { low: 1, high: 9 },
  configOf: (agent, members, options) => ({ agent, members, ...timesOf(members.length, options) }),
  checkers: hirschbergSinclairCheckers,
  workload: (random, { members, quiet }) => (quiet ? undefined : { agent: random.pick(members), ask: { type: "campaign" } }),
  needed: () => 1,
  boundMs: (members, options) => ringBoundMs(timesOf(members, options)),
  plants: ["hirschbergTooFar", "hirschbergOneReply"],
};
