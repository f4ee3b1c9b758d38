import { plants } from "../../../plants.ts";
import { choose, digestOf } from "./choice.ts";
import type { MessageOf, Showing, Shown } from "./messages.ts";
import { type Change, liarsOf, primaryOf, quorumOf } from "./node.ts";
import { beginWith, propose } from "./normal.ts";
import type { Turn } from "./turn.ts";

/** A view that fails makes the next one wait twice as long, up to so many times. */
const mostDoublings = 3;

/** How long a member waits for the primary of a view to begin it, at most: by its own clock, in ms. */
export const longestWaitMs = (timeoutMs: number) => timeoutMs * 2 ** mostDoublings;

/** Gives up the primary, and votes in no view below this one any more. */
export function giveUp(turn: Turn, view: number, why: string): void {
  const { members, agent } = turn.node.config;
  turn.set({ wanted: view, because: `it wants view ${view} under ${primaryOf(members, view)}: ${why}` });
  turn.waitNoMore();
  changed(turn, agent, { type: "view-change", view, ...showingOf(turn) });
  tellChange(turn);
}

export function tellChange(turn: Turn): void {
  const { wanted, changes, config } = turn.node;
  const own = changes.get(config.agent);
  if (own?.view !== wanted) return;
  turn.tellAll({ type: "view-change", view: wanted, prepared: own.prepared, prePrepared: own.prePrepared });
  for (const [from, { view, digest }] of changes)
    if (view === wanted && from !== config.agent) turn.tellAll({ type: "view-change-ack", view, of: from, digest });
}

function showingOf({ node: { slots } }: Turn): Showing {
  return {
    prepared: slots.flatMap(({ prepared }, at) => (prepared === null ? [] : [{ ...prepared, seq: at + 1 }])),
    prePrepared: slots.flatMap(({ prePrepared }, at) => prePrepared.map((entry) => ({ ...entry, seq: at + 1 }))),
  };
}

/** Somebody gives up its primary. When f + 1 do, somebody honest has a reason, and this node does so too. */
export function changed(turn: Turn, from: string, { view, prepared, prePrepared }: MessageOf<"view-change">): void {
  const { changes, config } = turn.node;
  const last = changes.get(from);
  if (view <= turn.node.view || (last !== undefined && view <= last.view)) return;
  const change: Change = { from, view, prepared, prePrepared, digest: digestOf({ prepared, prePrepared }) };
  turn.set({ changes: new Map([...changes, [from, change]]) });
  if (from !== config.agent) turn.tellAll({ type: "view-change-ack", view, of: from, digest: change.digest });
  const higher = [...turn.node.changes.values()].map((other) => other.view).filter((other) => other > turn.node.wanted);
  if (higher.length > liarsOf(config.members.length)) giveUp(turn, Math.min(...higher), `${higher.length} others gave up theirs`);
  lead(turn);
}

export function acknowledged(turn: Turn, from: string, { view, of, digest }: MessageOf<"view-change-ack">): void {
  if (view <= turn.node.view || from === of) return;
  turn.set({ acks: new Map([...turn.node.acks, [`${from} ${of}`, `${view} ${digest}`]]) });
  lead(turn);
}

/** With a quorum that wants the same view its primary has to begin it within the time; else the next one. */
export function awaitPrimary(turn: Turn): void {
  const { wanted, view, changes, config, alarm } = turn.node;
  if (wanted === view || alarm !== undefined) return;
  const count = [...changes.values()].filter((change) => change.view === wanted).length;
  if (count >= quorumOf(config.members.length)) turn.wait("view-change", config.timeoutMs * 2 ** Math.min(mostDoublings, wanted - view));
}

/** The primary of the view that is wanted begins it, once a quorum has shown enough, and has seen each other's. */
function lead(turn: Turn): void {
  awaitPrimary(turn);
  const { wanted, view, changes, config } = turn.node;
  if (wanted === view || primaryOf(config.members, wanted) !== config.agent) return;
  const quorum = quorumOf(config.members.length);
  const shown = [...changes.values()]
    .filter((change) => change.view === wanted && vouching(turn, change).size >= quorum)
    .map(({ from, prepared, prePrepared }): Shown => ({ from, prepared, prePrepared }));
  if (choose(config.members, shown) === undefined) return;
  turn.tellAll({ type: "new-view", view: wanted, shown });
  enter(turn, wanted, shown);
}

/** Who has seen this view change of that member, itself among them. */
function vouching({ node: { acks, changes, config } }: Turn, { from, view, digest }: { from: string; view: number; digest: string }): Set<string> {
  const seen = new Set(config.members.filter((member) => acks.get(`${member} ${from}`) === `${view} ${digest}`));
  const own = changes.get(from);
  return own?.view === view && own.digest === digest ? seen.add(from).add(config.agent) : seen;
}

/**
 * Somebody says that a view has begun, its primary or one who is in it already. This node enters when it can verify that
 * what the view begins with was shown: it saw each view change itself, or f + 1 say that they did; or f + 1 are in the view.
 */
export function newView(turn: Turn, from: string, { view, shown }: MessageOf<"new-view">): void {
  const { node } = turn;
  const { members } = node.config;
  if (view <= node.view || new Set(shown.map((one) => one.from)).size < shown.length || shown.some((one) => !members.includes(one.from))) return;
  const digest = digestOf({ prepared: [], prePrepared: [] }) + shown.map((one) => one.from + digestOf(one)).join("");
  turn.set({ passedOn: new Map([...node.passedOn, [from, { view, digest, shown }]]) });
  const isVouched = [...turn.node.passedOn.values()].filter((other) => other.view === view && other.digest === digest).length > liarsOf(members.length);
  const isPrimarys = from === primaryOf(members, view) && view >= node.wanted && shown.every((one) => isShown(turn, view, one));
  if (isVouched || isPrimarys || plants.pbftNewViewUnverified) enter(turn, view, shown);
}

function isShown(turn: Turn, view: number, one: Shown): boolean {
  const digest = digestOf(one);
  const own = turn.node.changes.get(one.from);
  if (own?.view === view && own.digest === digest) return true;
  return vouching(turn, { from: one.from, view, digest }).size > liarsOf(turn.node.config.members.length);
}

function enter(turn: Turn, view: number, shown: readonly Shown[]): void {
  const { members, timeoutMs, agent } = turn.node.config;
  const chosen = choose(members, shown) ?? (plants.pbftNewViewUnverified ? [] : undefined);
  if (chosen === undefined) return;
  const primary = primaryOf(members, view);
  const because = `${shown.length} of ${members.length} wanted view ${view}, and ${primary === agent ? "it" : primary} is its primary`;
  const isVotingThere = view >= turn.node.wanted;
  turn.set({ view, wanted: Math.max(view, turn.node.wanted), prepares: new Map(), commits: new Map(), newView: [...shown], because });
  if (!isVotingThere) return;
  turn.wait("primary", timeoutMs);
  beginWith(turn, chosen);
  propose(turn);
}

/**
 * Who is in an earlier view is told of this one, and what this node knows of the view changes that it began with: it repeats
 * them no more since it is in the view itself, and without them nobody else can verify it (seed 2197).
 */
export function catchUp(turn: Turn, lagging: string): void {
  const { view, newView: shown, changes, config } = turn.node;
  if (view === 0) return;
  for (const { from, prepared, prePrepared } of shown) {
    const digest = digestOf({ prepared, prePrepared });
    const seen = changes.get(from);
    if (from === config.agent) turn.send(lagging, { type: "view-change", view, prepared, prePrepared });
    // A primary has seen each of them before it began, also where it was down since then.
    else if (primaryOf(config.members, view) === config.agent || (seen?.view === view && seen.digest === digest))
      turn.send(lagging, { type: "view-change-ack", view, of: from, digest });
  }
  turn.send(lagging, { type: "new-view", view, shown: [...shown] });
}
