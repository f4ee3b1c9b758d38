import { plants } from "../../plants.ts";
import { hasQuorum, isVoter, reachedByQuorum } from "./configuration.ts";
import { termAt } from "./log.ts";
import { leaveJoint } from "./membership.ts";
import type { Entry } from "./messages.ts";
import { configurationOf } from "./node.ts";
import { answerReads, beginRound } from "./reads.ts";
import { follow, heartbeatLater } from "./roles.ts";
import { sendToAll } from "./sending.ts";
import { addEntries, applyCommitted, forgetLeavers } from "./store.ts";
import { giveUpTransfer, goOnWithTransfer, handOver } from "./transfer.ts";
import type { Turn } from "./turn.ts";

/** The leader takes an entry into its log and sends it out. */
export function appendOwn(turn: Turn, entry: Entry): void {
  addEntries(turn, [entry]);
  settle(turn, true);
}

/** Whatever follows from what the leader knows by now: what is committed, what comes of that, who can be answered. */
export function settle(turn: Turn, appended: boolean): void {
  if (turn.node.role !== "leader") return;
  const { commit, log } = turn.node;
  do advanceCommit(turn);
  while (leaveJoint(turn));
  const committed = turn.node.commit > commit;
  if (appended || committed || turn.node.log !== log) sendToAll(turn, committed);
  const { configurations, settings } = turn.node;
  const placed = configurations.at(-1);
  if (placed !== undefined && placed.index <= turn.node.commit && !isVoter(placed.configuration, settings.id))
    return handOver(turn, "is no longer a member that votes");
  answerReads(turn);
  goOnWithTransfer(turn);
}

/**
 * What a majority has is committed, when it is of this leader's own term: an older entry that a majority has may still be
 * overwritten (paper, figure 8), and is committed with the first of this term.
 */
function advanceCommit(turn: Turn): void {
  const { node } = turn;
  const index = reachedByQuorum(configurationOf(node), (agent) => (agent === node.settings.id ? node.log.last : (node.lead?.progress.get(agent)?.match ?? 0)));
  if (index <= node.commit) return;
  if (termAt(node.log, index) !== node.term && !plants.raftOldTermCounted) return;
  turn.set({ commit: index });
  applyCommitted(turn);
}

/** Time for a sign of life. A leader that no majority answers steps down: somebody else may lead beyond its sight (check-quorum). */
export function heartbeat(turn: Turn): void {
  const { node, nowMs } = turn;
  if (node.role !== "leader") return;
  const { id, electionMs } = node.settings;
  const hears = (agent: string) => agent === id || nowMs - (node.lead?.progress.get(agent)?.heardMs ?? 0) <= electionMs;
  if (!hasQuorum(configurationOf(node), hears) && !plants.raftQuorumUnchecked) {
    return follow(turn, node.term, `gave up leading term ${node.term}: no majority answered for ${electionMs / 1_000} s`);
  }
  heartbeatLater(turn);
  giveUpTransfer(turn);
  forgetLeavers(turn);
  beginRound(turn);
  settle(turn, false);
}
