import { type RaftConfig, type RaftDurable, type RaftMessage, type RaftNode, raft, raftInvariants } from "../../../agents/election/raft/index.ts";
import { type Plant, plantNotes } from "../../../agents/plants.ts";
import type { NodeView } from "../../../model/index.ts";
import type { Random } from "../../random.ts";
import type { ProtocolWorld, Situation, WorldOptions } from "../world.ts";

/** Much, so that a lease that does not heed it is found soon. */
const driftBound = 0.3;

/** Half of the groups read by lease, and some take snapshots all the time. */
const readsByLease = ({ variant }: WorldOptions) => variant < 0.5;
const electionMsOf = ({ maxDelayMs }: WorldOptions) => 20 * maxDelayMs;

/** Raft with everything it has: values asked of anybody and asked again, reads, hand-overs, changes of members with learners, in clocks that are as wrong as it bears. */
export const raftWorld: ProtocolWorld<RaftConfig, RaftNode, RaftMessage, RaftDurable> = {
  name: "raft",
  machine: raft,
  sizes: { low: 1, high: 7 },
  spares: 3,
  configOf: (id, members, options) => ({
    id,
    // Who is not a member yet waits until a leader tells it who is.
    members: members.includes(id) ? [...members] : [],
    heartbeatMs: 4 * options.maxDelayMs,
    electionMs: electionMsOf(options),
    snapshotAfter: (options.variant * 8) % 1 < 0.6 ? 6 : 512,
    reads: readsByLease(options) ? "lease" : "index",
    driftBound,
    batchEntries: (options.variant * 16) % 1 < 0.5 ? 2 : 64,
    windowEntries: (options.variant * 16) % 1 < 0.5 ? 5 : 256,
    idsKept: (options.variant * 64) % 1 < 0.5 ? 12 : 40,
    partLength: (options.variant * 32) % 1 < 0.5 ? 100 : 8_000,
  }),
  checkers: { raft: raftInvariants },
  clocks: (options) => (readsByLease(options) ? { maxDrift: driftBound, jumps: false } : { maxDrift: 0.5, jumps: true }),
  workload,
  // Whoever may send in the name of a leader or of a candidate is obeyed: the relay lets nobody in who is not of the group.
  fromStranger: ({ type }) => type === "voted" || type === "appended" || type === "differs" || type === "received",
  boundMs: (_, options) => 12 * electionMsOf(options),
  agreed,
  plants: (Object.keys(plantNotes) as Plant[]).filter((name) => name.startsWith("raft")),
};

function workload(random: Random, { agents, members, views, id, changes, quiet }: Situation) {
  const leaders = [...views].filter(([, { role }]) => role === "leader").map(([agent]) => agent);
  const agent = leaders.length > 0 && random.chance(0.9) ? random.pick(leaders) : random.pick(agents);
  const kind = random.weighted([
    ["propose", 10],
    ["read", 6],
    ["transfer", quiet ? 0 : 1],
    ["campaign", quiet ? 0 : 1],
    ["resign", quiet ? 0 : 0.3],
    ["members", quiet || !changes ? 0 : 2],
  ] as const);
  switch (kind) {
    case "propose": {
      // Of anybody; a third of them again, under an id that was asked before, or for a read. What an id wants is always the same.
      const number = Number(id.replace("ask", ""));
      const wanted = random.chance(0.35) ? Math.max(1, number - random.between(1, 24)) : number;
      const ask = { type: "propose" as const, id: `value${wanted}`, value: `${"xyz".charAt(wanted % 3)}=${wanted}` };
      return { agent: random.chance(0.5) ? random.pick(agents) : agent, ask };
    }
    case "read":
      return { agent, ask: { type: "read" as const, id } };
    case "transfer":
      return { agent, ask: { type: "transfer" as const, to: random.pick(agents) } };
    case "campaign":
    case "resign":
      return { agent: kind === "campaign" ? random.pick(agents) : agent, ask: { type: kind } };
    case "members": {
      const voters = agents.filter(() => random.chance(0.6));
      const wanted = voters.length === 0 ? members : voters;
      const learners = agents.filter((other) => !wanted.includes(other) && random.chance(0.5));
      return { agent, ask: { type: "members" as const, id, members: wanted, learners } };
    }
  }
}

/** One leads whom all take for the leader that are members by its word; who was taken out may not know it, and may have gone on to a later term. */
function agreed(views: ReadonlyMap<string, NodeView>): boolean {
  const leaders = [...views].filter(([, { role }]) => role === "leader");
  const [first] = leaders;
  if (first === undefined || leaders.length > 1) return false;
  const [leader, { term, members }] = first;
  return members.every((member) => {
    const view = views.get(member);
    return view === undefined || (view.leader === leader && view.term === term);
  });
}
