import { plants } from "../../plants.ts";
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

/** Becomes, or stays, a follower, in this term or a later one. Who led tells those who wait to read that it cannot answer them. */
export function follow(turn: Turn, term: number, because: string): void {
  const { node } = turn;
  if (plants.raftHigherTermShrugged && node.role === "leader" && term > node.term) return turn.set({ term, votedFor: null });
  const newTerm = term > node.term ? { term, votedFor: null } : {};
  turn.set({ ...newTerm, role: "follower", leader: null, votes: new Map(), lead: null, because });
  if (node.role !== "leader") return;
  turn.set({ heardMs: turn.nowMs, promised: false });
  for (const { id } of node.lead?.reads ?? []) turn.put({ type: "refused", id, why: "it no longer leads" });
  turn.put({ type: "timer", timer: "heartbeat", afterMs: null });
  awaitLeader(turn);
}

/** Takes the sender for the leader of this term, and promises to vote for nobody for a while. */
export function hear(turn: Turn, leader: string): void {
  const { node } = turn;
  if (node.role !== "follower") follow(turn, node.term, `${leader} leads term ${node.term}`);
  turn.set({ leader, heardMs: turn.nowMs, promised: true, because: `${leader} leads term ${node.term}` });
  awaitLeader(turn);
}
