import type { Ask, Machine, Step } from "../../machine.ts";
import { plants } from "../../plants.ts";
import { type RaftConfig, type Settings, settingsOf } from "./config.ts";
import { answerVote, campaign, countVote, declineVote, isBound, stand, timedOut } from "./election.ts";
import { appendOwn, heartbeat } from "./lead.ts";
import { emptyLog } from "./log.ts";
import { jointEntry, membersProblem } from "./membership.ts";
import { type Durable, durableSchema, type Message, messageSchema, raftLimits, type Snapshot } from "./messages.ts";
import { mayLead, type RaftNode } from "./node.ts";
import { obstacle, propose, takeProposal } from "./proposals.ts";
import { read } from "./reads.ts";
import { takeAppend, takeAppended, takeDiffers, takeReceived, takeSnapshot } from "./replication.ts";
import { awaitLeader, follow, heedClock } from "./roles.ts";
import { configurationsIn } from "./store.ts";
import { handOver, transfer } from "./transfer.ts";
import { Turn } from "./turn.ts";
import { view } from "./view.ts";
import { endWaiting, giveUpLate, wait } from "./waiting.ts";

/**
 * Raft (Ongaro and Ousterhout 2014; Ongaro's thesis) as a machine without I/O: one leader a term, which keeps one log on all
 * nodes. With pre-vote, check-quorum, leadership transfer, learners, joint consensus, snapshots and reads without the log,
 * after etcd's raft. A follower sends proposals on to the leader; what else only a leader can do it refuses and says who leads.
 */
export const raft: Machine<RaftConfig, RaftNode, Message, Durable> = {
  name: "raft",
  message: messageSchema,
  durable: durableSchema,
  start(config, moment, durable): Step<RaftNode, Message, Durable> {
    const settings = settingsOf(config);
    const snapshot = durable?.snapshot ?? firstSnapshot(settings);
    const node = nodeOf(settings, snapshot, durable, moment.nowMs);
    const turn = new Turn(node, moment);
    if (snapshot.index > 0) turn.put({ type: "restore", index: snapshot.index, state: snapshot.state });
    awaitLeader(turn);
    return turn.done();
  },
  step(node, input): Step<RaftNode, Message, Durable> {
    const turn = new Turn(node, input);
    heedClock(turn);
    if (input.type === "message") receive(turn, input.from, input.message);
    else if (input.type === "timer") goOff(turn, input.timer);
    else obey(turn, input.ask);
    endWaiting(turn, node);
    return turn.done();
  },
  view,
};

/** Every group begins with the same one, so that there is always a snapshot. */
const firstSnapshot = ({ members, learners, fold }: Settings): Snapshot => ({
  index: 0,
  term: 0,
  configuration: { voters: [...members], outgoing: [], learners: [...learners] },
  state: fold.initial,
  ids: [],
});

function nodeOf(settings: Settings, snapshot: Snapshot, durable: Durable | undefined, nowMs: number): RaftNode {
  const log = durable?.log ?? emptyLog(0, 0);
  return {
    settings,
    role: "follower",
    term: durable?.term ?? 0,
    votedFor: durable?.votedFor ?? null,
    leader: null,
    log,
    snapshot,
    configurations: configurationsIn(log, snapshot),
    commit: snapshot.index,
    applied: snapshot.index,
    state: snapshot.state,
    heardMs: nowMs,
    // It may have heard from a leader just before it crashed.
    promised: durable !== undefined && !plants.raftPromiseForgotten,
    votes: new Map(),
    alarm: { timer: "election", atMs: nowMs, spanMs: 0 },
    incoming: null,
    waiting: new Map(),
    lead: null,
    because: durable === undefined ? "has just begun" : "has come back",
  };
}

function goOff(turn: Turn, timer: string): void {
  if (timer === "heartbeat") heartbeat(turn);
  if (timer === "proposals") giveUpLate(turn);
  if (timer === "election" && turn.node.role !== "leader") timedOut(turn);
}

/** Terms first: an older one is answered with the newer, a newer one makes a follower (paper, 5.1). */
function receive(turn: Turn, from: string, message: Message): void {
  const { settings, term } = turn.node;
  if (from === settings.id) return;
  if (message.type === "vote" && !message.transfer && isBound(turn.node, turn.nowMs)) return declineVote(turn, from, message);
  if (message.term > term) follow(turn, message.term, `heard of term ${message.term} from ${from}`);
  if (message.term < term) return answerOld(turn, from, message);
  switch (message.type) {
    case "vote":
      return answerVote(turn, from, message);
    case "voted":
      return countVote(turn, from, message);
    case "append":
      return turn.node.role === "leader" ? undefined : takeAppend(turn, from, message);
    case "snapshot":
      return turn.node.role === "leader" ? undefined : takeSnapshot(turn, from, message);
    case "appended":
      return takeAppended(turn, from, message);
    case "differs":
      return takeDiffers(turn, from, message);
    case "received":
      return takeReceived(turn, from, message);
    case "lead":
      return turn.node.role === "follower" && mayLead(turn.node) ? stand(turn, true) : undefined;
    case "propose":
      return takeProposal(turn, message);
  }
}

/** Who asks something in an old term is told the new one; what answers something asked in an old term is nothing any more. */
function answerOld(turn: Turn, from: string, message: Message): void {
  const { term } = turn.node;
  if (message.type === "vote") turn.send(from, { type: "voted", term, campaign: message.campaign, pre: message.pre, granted: false });
  if (message.type === "append" || message.type === "snapshot") turn.send(from, { type: "appended", term, round: 0, index: 0 });
}

function obey(turn: Turn, ask: Ask): void {
  const { node } = turn;
  // Its own vote is promised as well as everybody's.
  if (ask.type === "campaign") return isBound(node, turn.nowMs) ? undefined : campaign(turn);
  if (ask.type === "resign") return handOver(turn, "resigned");
  if (ask.type === "transfer") return transfer(turn, ask.to);
  const refuse = (why: string) => turn.put({ type: "refused", id: ask.id, why });
  if (ask.id === "" || ask.id.length > raftLimits.idLength) return refuse(`an id has 1 to ${raftLimits.idLength} characters`);
  if (ask.type === "propose") return propose(turn, ask);
  if (node.lead === null) return refuse(node.leader === null ? "it does not lead, and knows nobody who does" : `it does not lead; ${node.leader} does`);
  if (ask.type === "read") return read(turn, ask.id);
  const problem = obstacle(node) ?? membersProblem(node, ask);
  if (problem !== undefined) return refuse(problem);
  wait(turn, ask.id, null);
  appendOwn(turn, jointEntry(node, ask));
}
