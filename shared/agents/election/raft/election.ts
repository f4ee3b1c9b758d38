import { plants } from "../../plants.ts";
import { hasQuorum, isVoter, membersOf, tally, votersOf } from "./configuration.ts";
import { appendOwn } from "./lead.ts";
import { lastTerm } from "./log.ts";
import type { Message } from "./messages.ts";
import { configurationOf, mayLead, type RaftNode } from "./node.ts";
import { awaitLeader, follow, heartbeatLater } from "./roles.ts";
import { cutEntries, firstProgress } from "./store.ts";
import type { Turn } from "./turn.ts";

type Vote = Extract<Message, { type: "vote" }>;
type Voted = Extract<Message, { type: "voted" }>;

/** It has heard no leader for long enough: nothing binds it any more. */
export function timedOut(turn: Turn): void {
  turn.set({ promised: false, leader: null });
  campaign(turn);
}

/**
 * Asks first whether a majority would vote for it, without a new term (pre-vote, thesis 9.6): a node that was cut off and
 * comes back deposes nobody.
 */
export function campaign(turn: Turn): void {
  const { node } = turn;
  if (node.role === "leader") return;
  awaitLeader(turn);
  if (!mayLead(node)) return;
  if (plants.raftPreVoteSkipped) return stand(turn, false);
  turn.set({ role: "preCandidate", votes: new Map([[node.settings.id, true]]), because: `asks who would vote for it in term ${node.term + 1}` });
  if (isElected(turn.node)) return stand(turn, false);
  askForVotes(turn, true, false);
}

/** Begins a term and asks for votes in it. `transfer`: the leader wants it, so promises to the leader do not count. */
export function stand(turn: Turn, transfer: boolean): void {
  const { id } = turn.node.settings;
  const term = turn.node.term + 1;
  awaitLeader(turn);
  turn.set({ role: "candidate", term, votedFor: id, leader: null, votes: new Map([[id, true]]), because: `asks for votes in term ${term}` });
  if (isElected(turn.node)) return takeTheLead(turn);
  askForVotes(turn, false, transfer);
}

const isElected = (node: RaftNode) => hasQuorum(configurationOf(node), (agent) => node.votes.get(agent) === true);

function askForVotes(turn: Turn, pre: boolean, transfer: boolean): void {
  const { term, log, settings } = turn.node;
  const message: Vote = { type: "vote", term, campaign: pre ? term + 1 : term, pre, transfer, lastIndex: log.last, lastTerm: lastTerm(log) };
  for (const voter of votersOf(configurationOf(turn.node))) if (voter !== settings.id) turn.send(voter, message);
}

/** Whether it ignores who campaigns: it leads, or a leader may count on its promise (thesis 4.2.3 and 6.4.1). */
export function isBound({ role, promised, heardMs, settings }: RaftNode, nowMs: number): boolean {
  if (plants.raftStickinessIgnored) return false;
  return role === "leader" || (promised && nowMs - heardMs < settings.electionMs);
}

/** A candidate's log is as good as mine when it ends in a later term, or in the same and is not shorter (paper, 5.4.1). */
function isFresh({ log }: RaftNode, { lastIndex, lastTerm: theirs }: Vote): boolean {
  const mine = lastTerm(log);
  return plants.raftFreshnessIgnored || theirs > mine || (theirs === mine && lastIndex >= log.last);
}

/** Terms have been compared by now, and nothing binds it. */
export function answerVote(turn: Turn, from: string, message: Vote): void {
  const { node } = turn;
  const { campaign: asked, pre } = message;
  const free = node.votedFor === null || node.votedFor === from || plants.raftVoteTwice;
  const granted = isFresh(node, message) && (pre ? asked > node.term : asked === node.term && free);
  if (granted && !pre) {
    turn.set({ votedFor: from, because: `voted for ${from} in term ${asked}` });
    awaitLeader(turn);
  }
  turn.send(from, { type: "voted", term: node.term, campaign: asked, pre, granted });
}

/** What it says to who campaigns while it is bound: only that it will not. */
export function declineVote(turn: Turn, from: string, { campaign: asked, pre }: Vote): void {
  turn.send(from, { type: "voted", term: turn.node.term, campaign: asked, pre, granted: false });
}

/** Counts an answer to its own campaign; with a majority it goes on, without hope of one it stops. */
export function countVote(turn: Turn, from: string, { campaign: asked, pre, granted }: Voted): void {
  const { node } = turn;
  if (node.role !== (pre ? "preCandidate" : "candidate") || asked !== (pre ? node.term + 1 : node.term)) return;
  if (!isVoter(configurationOf(node), from) && !plants.raftLearnerCounted) return;
  turn.set({ votes: new Map([...node.votes, [from, granted]]) });
  if (isElected(turn.node)) return pre ? stand(turn, false) : takeTheLead(turn);
  // No majority is left that could vote for it: whoever leads next is awaited.
  if (!hasQuorum(configurationOf(node), (agent) => turn.node.votes.get(agent) !== false)) {
    follow(turn, node.term, `was refused by ${tally(configurationOf(node), (agent) => turn.node.votes.get(agent) === false)} in term ${asked}`);
  }
}

function takeTheLead(turn: Turn): void {
  if (plants.raftLeaderRewrites) cutEntries(turn, turn.node.commit);
  const { node, nowMs } = turn;
  const configuration = configurationOf(node);
  const { id } = node.settings;
  const others = membersOf(configuration).filter((agent) => agent !== id);
  turn.set({
    role: "leader",
    leader: id,
    because: `${tally(configuration, (agent) => node.votes.get(agent) === true)} voted for it in term ${node.term}`,
    lead: {
      progress: new Map(others.map((agent) => [agent, firstProgress(node.log.last, nowMs)])),
      round: 0,
      rounds: [],
      confirmed: null,
      reads: [],
      transfer: null,
      leaseOver: false,
    },
  });
  turn.put({ type: "timer", timer: "election", afterMs: null });
  heartbeatLater(turn);
  appendOwn(turn, { type: "begin", term: node.term });
}
