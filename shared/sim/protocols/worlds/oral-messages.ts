import { fickle, lying } from "../../../agents/election/byzantine/liar.ts";
import { type OralConfig, type OralMessage, type OralNode, oralCheckers, oralMessages } from "../../../agents/election/byzantine/oral-messages/index.ts";
import type { NodeView } from "../../../model/index.ts";
import type { ProtocolWorld, WorldOptions } from "../world.ts";

const liarsAmong = (members: number) => Math.floor((members - 1) / 3);

/** Clocks of a group begin up to a second apart. */
function timesOf(liars: number, { maxDelayMs }: WorldOptions) {
  const roundMs = 1_000 + 2 * maxDelayMs;
  return { roundMs, epochMs: (liars + 3) * roundMs };
}

const forge = (message: OralMessage, to: string, draw: number): OralMessage => ({
  ...message,
  value: draw < 0.3 ? null : draw < 0.6 ? to : (message.path[0] ?? null),
});

export const oralMessagesWorld: ProtocolWorld<OralConfig, OralNode, OralMessage> = {
  name: "oral-messages",
  machine: oralMessages,
  sizes: { low: 4, high: 7 },
  mostCompared: 10,
  configOf: (agent, members, options) => ({ agent, members, liars: liarsAmong(members.length), ...timesOf(liarsAmong(members.length), options) }),
  checkers: oralCheckers,
  clocks: () => ({ maxDrift: 0, jumps: false }),
  workload: (random, { members }) => ({ agent: random.pick(members), ask: { type: "transfer", to: random.pick(members) } }),
  liars: { atMost: liarsAmong, machine: () => lying(oralMessages, () => fickle(forge)) },
  boundMs(members, options) {
    return 4 * timesOf(liarsAmong(members), options).epochMs;
  },
  agreed,
  turns: true,
  plants: ["oralTooFewRounds", "oralDefaultOwn"],
};

/** Everybody has decided on the newest epoch or the one before it, and all on the same one the same. */
function agreed(views: ReadonlyMap<string, NodeView>): boolean {
  const newest = Math.max(...[...views.values()].map(({ term }) => term));
  const leaders = new Map<number, string | null>();
  for (const { term, leader } of views.values()) {
    if (term < newest - 1) return false;
    const first = leaders.get(term);
    if (first !== undefined && first !== leader) return false;
    leaders.set(term, leader);
  }
  return true;
}
