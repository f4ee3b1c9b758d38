import { agentIdSchema, limits } from "../../../model/index.ts";
import type { Ask } from "../../machine.ts";
import { plants } from "../../plants.ts";
import { isJoint } from "./configuration.ts";
import { entryAt } from "./log.ts";
import { type Entry, raftLimits } from "./messages.ts";
import { configurationOf, type RaftNode } from "./node.ts";
import { addEntries } from "./store.ts";
import type { Turn } from "./turn.ts";

type MembersAsk = Extract<Ask, { type: "members" }>;

/** Why a change of members cannot begin, in words. */
export function membersProblem({ configurations, commit }: RaftNode, { members, learners = [] }: MembersAsk): string | undefined {
  const newest = configurations.at(-1);
  if (newest !== undefined && (isJoint(newest.configuration) || newest.index > commit) && !plants.raftChangesOverlap) return "a change of members is under way";
  if (members.length === 0) return "somebody has to vote";
  if (members.length + learners.length > limits.membersPerGroup) return `at most ${limits.membersPerGroup} members`;
  // What is no id would be refused by whoever gets the entry, for ever.
  const stranger = [...members, ...learners].find((agent) => !agentIdSchema.safeParse(agent).success);
  if (stranger !== undefined) return `"${stranger.slice(0, 64)}" is no agent's id`;
  if (JSON.stringify([...members, ...learners]).length > raftLimits.groupLength) return `the members' ids have more than ${raftLimits.groupLength} characters`;
  if (new Set([...members, ...learners]).size < members.length + learners.length) return "somebody is named twice";
  return undefined;
}

/**
 * The first of the two entries of a change of members: from here on whatever takes a majority takes one of the old voters
 * and one of the new (joint consensus; paper, 6). Somebody new is best a learner first, until it has the log.
 */
export function jointEntry(node: RaftNode, { id, members, learners = [] }: MembersAsk): Entry {
  return {
    type: "members",
    term: node.term,
    id,
    configuration: { voters: [...members], outgoing: [...configurationOf(node).voters], learners: [...learners] },
  };
}

/** The second one, once the first is committed: the old voters count no more. Whoever leads by then sees to it. */
export function leaveJoint(turn: Turn): boolean {
  const { configurations, commit, term, log } = turn.node;
  const newest = configurations.at(-1);
  if (newest === undefined || !isJoint(newest.configuration) || newest.index > commit) return false;
  const asked = entryAt(log, newest.index);
  const id = asked?.type === "members" ? asked.id : `change-${newest.index}`;
  addEntries(turn, [{ type: "members", term, id, configuration: { ...newest.configuration, outgoing: [] } }]);
  return true;
}
