import type { Input, Machine } from "../../../machine.ts";
import { refuse, still } from "../../step.ts";
import { mostSlots, type PbftDurable, type PbftMessage, pbftDurableSchema, pbftMessageSchema } from "./messages.ts";
import { isVoting, type PbftConfig, type PbftNode, primaryOf } from "./node.ts";
import { applyCommitted, claimed, help, logIsFull, mostPending, prePrepared, repeat, voted, wanted } from "./normal.ts";
import { Turn } from "./turn.ts";
import { pbftView } from "./view.ts";
import { acknowledged, awaitPrimary, catchUp, changed, giveUp, newView, tellChange } from "./view-change.ts";

/**
 * The view change of Castro and Liskov, "Practical Byzantine fault tolerance", OSDI 1999, with as much of the rest as it takes
 * to see that what was committed survives it. Of 3f + 1 members f may lie in any way. View v is led by member v mod n; when
 * its primary is silent, or nothing gets done under it, members ask for the next view, and a quorum of 2f + 1 makes one.
 *
 * Members know who sent what, and cannot prove it to others: view changes are acknowledged among all instead of signed (as
 * in their paper of 2002). Ours are the status that everybody sends, which shows that a primary lives and who lags behind, and
 * that the log is kept short and whole instead of being cut off at checkpoints. It is safe however late messages are; it
 * gets on once they arrive in time.
 */
export const pbft: Machine<PbftConfig, PbftNode, PbftMessage, PbftDurable> = {
  name: "pbft",
  message: pbftMessageSchema,
  durable: pbftDurableSchema,
  start(config, { nowMs }, durable = { view: 0, wanted: 0, slots: [], newView: [] }) {
    const turn = new Turn({ ...blank, ...durable, config, statusDueMs: nowMs + config.statusMs, because: `it comes up in view ${durable.view}` }, nowMs);
    applyCommitted(turn);
    if (isVoting(turn.node)) turn.wait("primary", config.timeoutMs);
    turn.put({ type: "timer", timer: "status", afterMs: config.statusMs });
    return turn.done();
  },
  step(node, input) {
    const turn = new Turn(node, input.nowMs);
    switch (input.type) {
      case "message":
        if (!node.config.members.includes(input.from) || input.from === node.config.agent) return still(node);
        heard(turn, input);
        return turn.done();
      case "timer":
        if (input.timer === "status") tellStatus(turn);
        else if (input.timer === node.alarm?.what) timeOut(turn);
        return turn.done();
      case "ask":
        if (input.ask.type !== "propose") return refuse(node, input.ask, "it only proposes; who leads follows from the view");
        if (node.pending.length >= mostPending || node.slots.length >= mostSlots) return refuse(node, input.ask, logIsFull);
        turn.set({ asked: [...node.asked, input.ask.id].slice(-mostPending) });
        turn.tellAll({ type: "request", request: { id: input.ask.id, value: input.ask.value } });
        wanted(turn, { id: input.ask.id, value: input.ask.value });
        return turn.done();
    }
  },
  view: pbftView,
};

const blank = {
  applied: 0,
  pending: [],
  asked: [],
  prepares: new Map(),
  commits: new Map(),
  claims: new Map(),
  statuses: new Map(),
  changes: new Map(),
  acks: new Map(),
  passedOn: new Map(),
  alarm: undefined,
} as const;

function heard(turn: Turn, { from, message }: Extract<Input<PbftMessage>, { type: "message" }>): void {
  switch (message.type) {
    case "request":
      return wanted(turn, message.request);
    case "pre-prepare":
      return prePrepared(turn, from, message);
    case "prepare":
    case "commit":
      return voted(turn, from, message);
    case "committed":
      return claimed(turn, from, message);
    case "status":
      return statusOf(turn, from, message);
    case "view-change":
      return changed(turn, from, message);
    case "view-change-ack":
      return acknowledged(turn, from, message);
    case "new-view":
      return newView(turn, from, message);
  }
}

function statusOf(turn: Turn, from: string, { view, votes, applied }: Extract<PbftMessage, { type: "status" }>): void {
  const { node } = turn;
  turn.set({ statuses: new Map([...node.statuses, [from, { view, votes, atMs: turn.nowMs }]]) });
  if (applied < node.applied) help(turn, from, applied);
  if (view < node.view) catchUp(turn, from);
  if (view === node.view && votes && from === primaryOf(node.config.members, view)) alive(turn);
}

/** The primary lives. Only when nothing is waiting for it does that satisfy. */
function alive(turn: Turn): void {
  const { node } = turn;
  if (isVoting(node) && node.pending.length === 0) turn.wait("primary", node.config.timeoutMs);
}

function tellStatus(turn: Turn): void {
  const { node, nowMs } = turn;
  const { statusMs, agent, members } = node.config;
  turn.set({ statusDueMs: nowMs + statusMs });
  turn.put({ type: "timer", timer: "status", afterMs: statusMs });
  turn.tellAll({ type: "status", view: node.view, votes: isVoting(node), applied: node.applied });
  if (!isVoting(node) && node.changes.get(agent)?.view !== node.wanted) giveUp(turn, node.wanted, "it wanted that before it went down");
  else if (!isVoting(node)) tellChange(turn);
  repeat(turn);
  awaitPrimary(turn);
  if (primaryOf(members, node.view) === agent) alive(turn);
}

function timeOut(turn: Turn): void {
  const { node } = turn;
  const primary = primaryOf(node.config.members, node.wanted);
  turn.set({ alarm: undefined });
  giveUp(turn, node.wanted + 1, isVoting(node) ? `${primary} gets nothing done, or is silent` : `${primary} did not begin view ${node.wanted}`);
}
