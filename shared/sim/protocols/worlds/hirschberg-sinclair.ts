import { type HirschbergSinclair, hirschbergSinclairCheckers, hirschbergSinclairRing } from "../../../agents/election/hirschberg-sinclair/index.ts";
import type { RingConfig, RingMessage, RingNode } from "../../../agents/election/ring/index.ts";
import type { Leadership } from "../../../agents/election/term.ts";
import type { ProtocolWorld, WorldOptions } from "../world.ts";
import { ringBoundMs, ringTimesOf } from "./ring.ts";

/** Probes and replies of all phases together go as far as four times round. */
const stretched = (options: WorldOptions): WorldOptions => ({ ...options, maxDelayMs: 4 * options.maxDelayMs });

export const hirschbergSinclairWorld: ProtocolWorld<RingConfig, RingNode<HirschbergSinclair>, RingMessage, Leadership> = {
  name: "hirschberg-sinclair",
  machine: hirschbergSinclairRing,
  sizes: { low: 1, high: 9 },
  configOf: (agent, members, options) => ({
    agent,
    members,
    ...ringTimesOf(members.length, options),
    electionMs: ringTimesOf(members.length, stretched(options)).electionMs,
  }),
  checkers: hirschbergSinclairCheckers,
  workload: (random, { members, quiet }) => (quiet ? undefined : { agent: random.pick(members), ask: { type: "campaign" } }),
  needed: () => 1,
  boundMs: (members, options) => ringBoundMs(members, stretched(options)),
  plants: ["hirschbergTooFar", "hirschbergOneReply"],
};
