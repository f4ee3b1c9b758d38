import { plants } from "../../plants.ts";
import { configurationOf } from "./node.ts";
import { follow } from "./roles.ts";
import { sendTo } from "./sending.ts";
import type { Turn } from "./turn.ts";

/**
 * Who leads names who shall lead next (thesis, 3.10): nothing new is taken into the log until that one has all of it and was
 * told to campaign, for an election timeout at most.
 */
export function transfer(turn: Turn, to: string): void {
  const { node, nowMs } = turn;
  const { lead, settings } = node;
  if (lead === null || to === settings.id || !configurationOf(node).voters.includes(to)) return;
  turn.set({ lead: { ...lead, transfer: { to, untilMs: nowMs + settings.electionMs, told: false } }, because: `hands over to ${to}` });
  sendTo(turn, to, false);
  goOnWithTransfer(turn);
}

/** Tells who shall lead to campaign, once it has the whole log. */
export function goOnWithTransfer(turn: Turn): void {
  const { lead, log } = turn.node;
  const under = lead?.transfer ?? null;
  if (lead === null || under === null || under.told) return;
  if (lead.progress.get(under.to)?.match !== log.last && !plants.raftTransferEarly) return;
  tellToLead(turn, under.to);
  turn.set({ lead: { ...lead, transfer: { ...under, told: true }, leaseOver: true } });
}

/** The others' promises do not hold against whom the leader told to campaign. */
function tellToLead(turn: Turn, to: string): void {
  turn.send(to, { type: "lead", term: turn.node.term });
}

/** Goes on leading when who shall lead did not take over in time. */
export function giveUpTransfer(turn: Turn): void {
  const { lead } = turn.node;
  if (lead === null || lead.transfer === null || turn.nowMs < lead.transfer.untilMs || plants.raftTransferEndless) return;
  turn.set({ lead: { ...lead, transfer: null }, because: `leads on: ${lead.transfer.to} did not take over in time` });
}

/** Stops leading at once; who has the whole log, if anybody, is told to lead. */
export function handOver(turn: Turn, why: string): void {
  const { lead, log, term } = turn.node;
  if (lead === null) return;
  const heir = configurationOf(turn.node).voters.find((agent) => lead.progress.get(agent)?.match === log.last);
  if (heir !== undefined) tellToLead(turn, heir);
  follow(turn, term, why);
}
