import { plants } from "../../plants.ts";
import { isJoint } from "./configuration.ts";
import { entriesBetween } from "./log.ts";
import type { Entry } from "./messages.ts";
import { configurationOf, type RaftNode } from "./node.ts";
import type { Turn } from "./turn.ts";

/** Sets the time anew after which it campaigns, drawn between one election timeout and two so that seldom two do at once. */
export function awaitLeader(turn: Turn): void {
  const { electionMs } = turn.node.settings;
  const spanMs = Math.round(electionMs * (1 + turn.chance));
  turn.set({ alarm: { timer: "election", atMs: turn.nowMs + spanMs, spanMs } });
  turn.put({ type: "timer", timer: "election", afterMs: spanMs });
}

/** Sets the time anew after which a leader calls for signs of life. */
export function heartbeatLater(turn: Turn): void {
  const spanMs = turn.node.settings.heartbeatMs;
  turn.set({ alarm: { timer: "heartbeat", atMs: turn.nowMs + spanMs, spanMs } });
  turn.put({ type: "timer", timer: "heartbeat", afterMs: spanMs });
}

/** When the clock was set back, what was set by it would come too late: it is set anew. */
export function heedClock(turn: Turn): void {
  const { alarm, heardMs } = turn.node;
  if (alarm.atMs - turn.nowMs <= alarm.spanMs) return;
  turn.set({ heardMs: Math.min(heardMs, turn.nowMs) });
  if (alarm.timer === "heartbeat") heartbeatLater(turn);
  else awaitLeader(turn);
}

/** Becomes, or stays, a follower, in this term or a later one. Who led tells those who wait that it cannot answer them. */
export function follow(turn: Turn, term: number, because: string): void {
  const { node } = turn;
  if (plants.raftHigherTermShrugged && node.role === "leader" && term > node.term) return turn.set({ term, votedFor: null });
  const newTerm = term > node.term ? { term, votedFor: null } : {};
  turn.set({ ...newTerm, role: "follower", leader: null, votes: new Map(), lead: null, because });
  if (node.role !== "leader") return;
  turn.set({ heardMs: turn.nowMs, promised: false });
  for (const id of unanswered(node)) turn.put({ type: "refused", id, why: "it no longer leads, and whether this is committed is not known" });
  for (const { id } of node.lead?.reads ?? []) turn.put({ type: "refused", id, why: "it no longer leads" });
  turn.put({ type: "timer", timer: "heartbeat", afterMs: null });
  awaitLeader(turn);
}

/** What was asked of this leader and is not committed; a change of members is under way until its second entry is. */
function unanswered(node: RaftNode): Set<string> {
  const changing = isJoint(configurationOf(node)) ? (node.configurations.at(-1)?.index ?? 0) : node.commit + 1;
  const first = Math.min(node.commit + 1, changing);
  return new Set(entriesBetween(node.log, first, node.log.last).flatMap((entry, at) => (isOpen(node, entry, first + at) ? [entry.id] : [])));
}

function isOpen(node: RaftNode, entry: Entry, index: number): entry is Exclude<Entry, { type: "begin" }> {
  return entry.type !== "begin" && entry.term === node.term && (index > node.commit || entry.type === "members");
}

/** Takes the sender for the leader of this term, and promises to vote for nobody for a while. */
export function hear(turn: Turn, leader: string): void {
  const { node } = turn;
  if (node.role !== "follower") follow(turn, node.term, `${leader} leads term ${node.term}`);
  turn.set({ leader, heardMs: turn.nowMs, promised: true, because: `${leader} leads term ${node.term}` });
  awaitLeader(turn);
}
