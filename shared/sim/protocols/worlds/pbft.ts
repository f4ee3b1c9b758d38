import { fickle, lying } from "../../../agents/election/byzantine/liar.ts";
import {
  liarsOf,
  longestWaitMs,
  type PbftConfig,
  type PbftDurable,
  type PbftMessage,
  type PbftNode,
  pbft,
  pbftCheckers,
  primaryOf,
  quorumOf,
} from "../../../agents/election/byzantine/pbft/index.ts";
import type { NodeView } from "../../../model/index.ts";
import type { ProtocolWorld, WorldOptions } from "../world.ts";

function timesOf({ maxDelayMs }: WorldOptions) {
  return { statusMs: 6 * maxDelayMs, timeoutMs: 18 * maxDelayMs };
}

export const pbftWorld: ProtocolWorld<PbftConfig, PbftNode, PbftMessage, PbftDurable> = {
  name: "pbft",
  machine: pbft,
  sizes: { low: 4, high: 7 },
  mostCompared: 40,
  configOf: (agent, members, options) => ({ agent, members, ...timesOf(options) }),
  checkers: pbftCheckers,
  workload: (random, { members, quiet, id }) =>
    quiet || random.chance(0.7) ? undefined : { agent: random.pick(members), ask: { type: "propose", id, value: `v${random.between(1, 9)}` } },
  liars: { atMost: liarsOf, machine: () => lying(pbft, () => fickle(forge)) },
  needed: quorumOf,
  boundMs(members, options) {
    // What is still waited for out of the storm, then each view under a liar that is never begun or gets nothing done, then
    // the first under somebody honest. Waits may have grown to their longest before the calm, and shrink only in a view.
    const { timeoutMs } = timesOf(options);
    return (2 + liarsOf(members)) * (longestWaitMs(timeoutMs) + timeoutMs);
  },
  // Most views take one timeout or two: the bound is that of the unluckiest.
  stormMs: (options) => 30 * timesOf(options).timeoutMs,
  agreed,
  plants: ["pbftSmallQuorum", "pbftPreparedForgotten", "pbftNewViewUnverified"],
};

/** Forges values, views, and what was prepared. */
function forge(message: PbftMessage, to: string, draw: number): PbftMessage {
  const request = { id: `forged${Math.floor(draw * 3)}`, value: to };
  switch (message.type) {
    case "request":
    case "pre-prepare":
    case "prepare":
    case "commit":
    case "committed":
      return { ...message, request };
    case "status":
      return { ...message, view: message.view + Math.floor(draw * 3), votes: draw < 0.5 };
    case "view-change":
      return draw < 0.5
        ? { ...message, prepared: [], prePrepared: [] }
        : { ...message, prepared: [{ view: message.view - 1, seq: 1, request }], prePrepared: [{ view: message.view - 1, seq: 1, request }] };
    case "view-change-ack":
      return { ...message, digest: "0".repeat(64) };
    case "new-view":
      return { ...message, shown: message.shown.map((one) => ({ ...one, prepared: [] })) };
  }
}

/** Under a liar nothing is promised but that it can be given up; under anybody else all are in the same view. */
function agreed(views: ReadonlyMap<string, NodeView>, members: readonly string[]): boolean {
  const shown = [...views.values()];
  if (shown.some(({ term }) => !views.has(primaryOf(members, term)))) return true;
  return shown.every(({ term, leader }) => term === shown[0]?.term && leader === primaryOf(members, term));
}
