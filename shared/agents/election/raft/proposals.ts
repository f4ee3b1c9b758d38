import type { Ask } from "../../machine.ts";
import { plants } from "../../plants.ts";
import { appendOwn } from "./lead.ts";
import { type Entry, type Message, raftLimits } from "./messages.ts";
import type { RaftNode } from "./node.ts";
import { indexOf } from "./snapshots.ts";
import type { Turn } from "./turn.ts";
import { wait } from "./waiting.ts";

type Proposal = Pick<Extract<Ask, { type: "propose" }>, "id" | "value">;

/**
 * A leader takes a proposal into its log, anybody else sends it to the leader that it knows (as etcd's raft does); whoever
 * was asked answers once it has applied it itself. What it has applied under this id before is answered with that.
 */
export function propose(turn: Turn, { id, value }: Proposal): void {
  const { node, nowMs } = turn;
  const known = indexOf(node, id);
  if (known !== undefined && known <= node.applied && !plants.raftTakenAgain) return turn.put({ type: "answer", id, value: String(known) });
  const isUnderWay = node.waiting.has(id);
  const why = whyNot(node, { id, value });
  // What is asked a second time while the first is under way may be done yet: that is no refusal, whatever becomes of this one.
  if (why !== undefined) return isUnderWay ? undefined : turn.put({ type: "refused", id, why });
  if (node.lead !== null) {
    if (plants.raftAnsweredEarly) turn.put({ type: "answer", id, value: String(node.log.last + 1) });
    wait(turn, id, null);
    return take(turn, { id, value });
  }
  if (node.leader === null) return;
  wait(turn, id, nowMs + node.settings.electionMs);
  turn.send(node.leader, { type: "propose", term: node.term, id, value });
}

/** Why a proposal can come to nothing here, in words. A leader that has it already has no reason to refuse it. */
function whyNot(node: RaftNode, { id, value }: Proposal): string | undefined {
  if (!isShort(node, { id, value })) return `a value has at most ${raftLimits.valueLength} characters, and an entry ${raftLimits.entryLength} as JSON`;
  if (node.waiting.size >= raftLimits.waiting) return "too many proposals wait";
  if (node.lead === null) return node.leader === null ? "it does not lead, and knows nobody who does" : undefined;
  return indexOf(node, id) === undefined ? obstacle(node) : undefined;
}

/** A follower's proposal. What cannot be taken now is lost: it may come again, and then be taken, so nobody is told that it was refused. */
export function takeProposal(turn: Turn, proposal: Extract<Message, { type: "propose" }>): void {
  const { node } = turn;
  if (node.lead !== null && isShort(node, proposal) && obstacle(node) === undefined) take(turn, proposal);
}

/** Into the log, unless it is there: whoever asks again, or is sent twice by the network, has it applied once. */
function take(turn: Turn, proposal: Proposal): void {
  if (indexOf(turn.node, proposal.id) !== undefined && !plants.raftTakenAgain) return;
  appendOwn(turn, entryOf(turn.node, proposal));
}

const entryOf = ({ term }: RaftNode, { id, value }: Proposal): Entry => ({ type: "value", term, id, value });

function isShort(node: RaftNode, proposal: Proposal): boolean {
  return proposal.value.length <= raftLimits.valueLength && JSON.stringify(entryOf(node, proposal)).length <= raftLimits.entryLength;
}

/** Why a leader takes nothing into its log for now, in words. */
export function obstacle({ lead, log, commit }: RaftNode): string | undefined {
  if (lead !== null && lead.transfer !== null) return `it hands over to ${lead.transfer.to}`;
  if (log.last - commit >= raftLimits.uncommitted) return "too much waits to be committed";
  if (log.last - log.base >= raftLimits.logEntries) return "the log is full: the state is too long for a snapshot";
  return undefined;
}
