import { type BullyConfig, type BullyMessage, type BullyNode, bully, bullyCheckers } from "../../../agents/election/bully/index.ts";
import type { Leadership } from "../../../agents/election/term.ts";
import { agreedLeader } from "../agreement.ts";
import type { ProtocolWorld, WorldOptions } from "../world.ts";

function timesOf({ maxDelayMs }: WorldOptions) {
  const answerMs = 3 * maxDelayMs;
  return { heartbeatMs: 4 * maxDelayMs, timeoutMs: 12 * maxDelayMs, answerMs, coordinatorMs: 2 * answerMs };
}

/** One node alone is enough, for bully takes whoever is silent for dead. The highest that is up has to lead. */
export const bullyWorld: ProtocolWorld<BullyConfig, BullyNode, BullyMessage, Leadership> = {
  name: "bully",
  machine: bully,
  sizes: { low: 1, high: 7 },
  configOf: (agent, members, options) => ({ agent, members, ...timesOf(options) }),
  checkers: bullyCheckers,
  workload: (random, { members, quiet }) => (quiet ? undefined : { agent: random.pick(members), ask: { type: "campaign" } }),
  needed: () => 1,
  boundMs(_, options) {
    const { timeoutMs, answerMs, coordinatorMs } = timesOf(options);
    // What was held up by faults arrives, then somebody notices, then those above ask one after the other.
    return 3 * (timeoutMs + answerMs + coordinatorMs);
  },
  agreed: (views) => agreedLeader(views) === [...views.keys()].sort().at(-1),
  plants: ["bullyLowestWins", "bullyAnswerIgnored", "bullyReturnerYields", "bullyStaleAccepted", "bullyNumberReused"],
};
