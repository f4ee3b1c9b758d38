import { plants } from "../../plants.ts";
import { reachedByQuorum } from "./configuration.ts";
import { termAt } from "./log.ts";
import { raftLimits } from "./messages.ts";
import { configurationOf, type RaftNode } from "./node.ts";
import { sendToAll } from "./sending.ts";
import type { Turn } from "./turn.ts";

/**
 * Reads without the log (thesis, 6.4). Safe is the read-index: what is committed is told once a majority has answered a round
 * that began after the read came, so nobody else can have led by then. By lease nobody is asked while the promises of the
 * last round hold.
 */
export function read(turn: Turn, id: string): void {
  const { node } = turn;
  if (node.lead === null) return;
  if (holdsLease(node, turn.nowMs) || plants.raftReadUnconfirmed) {
    if (knowsCommit(node)) return turn.put({ type: "answer", id, value: node.state });
  }
  if (node.lead.reads.length >= raftLimits.reads) return turn.put({ type: "refused", id, why: "too many reads wait" });
  // One round at a time: who comes meanwhile goes with the next.
  turn.set({ lead: { ...node.lead, reads: [...node.lead.reads, { id, round: node.lead.round + 1 }] } });
  answerReads(turn);
}

/** Calls for a sign of life from everybody. */
export function beginRound(turn: Turn): void {
  const { lead } = turn.node;
  if (lead === null) return;
  const round = lead.round + 1;
  turn.set({ lead: { ...lead, round, rounds: [...lead.rounds, { round, atMs: turn.nowMs }] } });
  sendToAll(turn, true);
}

/** Answers the reads whose round a majority has answered, and begins a round for those that came too late for the last. */
export function answerReads(turn: Turn): void {
  confirm(turn);
  const { lead } = turn.node;
  if (lead === null || lead.reads.length === 0) return;
  if (lead.rounds.length === 0 && lead.reads.some(({ round }) => round > lead.round)) {
    beginRound(turn);
    confirm(turn);
  }
  const { lead: now, state } = turn.node;
  if (now === null || !knowsCommit(turn.node)) return;
  const isSafe = (round: number) => round <= (now.confirmed?.round ?? 0);
  for (const { id, round } of now.reads) if (isSafe(round)) turn.put({ type: "answer", id, value: state });
  turn.set({ lead: { ...now, reads: now.reads.filter(({ round }) => !isSafe(round)) } });
}

/** Sees which rounds a majority has answered. */
function confirm(turn: Turn): void {
  const { node } = turn;
  const { lead } = node;
  if (lead === null) return;
  const reached = reachedByQuorum(configurationOf(node), (agent) => (agent === node.settings.id ? lead.round : (lead.progress.get(agent)?.round ?? 0)));
  const confirmed = lead.rounds.findLast(({ round }) => round <= reached);
  if (confirmed !== undefined) turn.set({ lead: { ...lead, confirmed, rounds: lead.rounds.filter(({ round }) => round > reached) } });
}

/** Until an entry of its own term is committed a leader does not know how much is (thesis, 6.4). */
const knowsCommit = ({ log, commit, term }: RaftNode) => plants.raftReadBeforeOwnTerm || termAt(log, commit) === term;

/**
 * Whoever answered the last round votes for nobody until an election timeout after it began, at the soonest; their clocks may
 * run fast and this one slow, each by `driftBound`.
 */
export function holdsLease({ lead, settings }: RaftNode, nowMs: number): boolean {
  if (settings.reads !== "lease" || lead === null || lead.confirmed === null) return false;
  if (lead.leaseOver && !plants.raftLeaseOutlivesTransfer) return false;
  const sinceMs = nowMs - lead.confirmed.atMs;
  return sinceMs >= 0 && sinceMs < leaseMs(settings);
}

/** How long, by the leader's clock, a lease lasts from the beginning of the round that confirmed it. */
export function leaseMs({ electionMs, driftBound }: RaftNode["settings"]): number {
  return plants.raftLeaseUnbounded ? electionMs : (electionMs * (1 - driftBound)) / (1 + driftBound);
}
