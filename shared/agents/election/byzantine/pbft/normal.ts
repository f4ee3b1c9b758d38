import { type MessageOf, mostPrePrepared, mostSlots, type PbftMessage, type Request, type Slot, sameRequest } from "./messages.ts";
import { isVoting, liarsOf, type PbftNode, primaryOf, quorumOf, type Votes } from "./node.ts";
import type { Turn } from "./turn.ts";

/** More than that wait to be put into the log; others are refused or overlooked. */
export const mostPending = 32;
export const logIsFull = "its log is full";
/** Slots whose votes, or whose outcome, are repeated at a time. */
const repeatedAtOnce = 4;

export const isPrimary = ({ config, view }: PbftNode) => primaryOf(config.members, view) === config.agent;

/** Somebody wants something in the log. Everybody remembers it, so that a primary that ignores it is found out. */
export function wanted(turn: Turn, request: Request): void {
  const { pending, slots } = turn.node;
  const isKnown = pending.some(({ id }) => id === request.id) || slots.some(({ committed }) => committed?.id === request.id);
  if (request.id === "" || isKnown || pending.length >= mostPending || isFull(turn.node)) return;
  turn.set({ pending: [...pending, request] });
  if (pending.length === 0) awaitProgress(turn);
  propose(turn);
}

/** A primary gives each request that is in no slot yet the next one. */
export function propose(turn: Turn): void {
  const { node } = turn;
  if (!isPrimary(node) || !isVoting(node)) return;
  for (const request of node.pending) {
    const seq = nextSeq(turn.node);
    if (seq > mostSlots || turn.node.slots.some((slot) => holds(slot, request.id, node.view))) continue;
    prePrepare(turn, seq, request);
    turn.tellAll({ type: "pre-prepare", view: node.view, seq, request });
    count(turn, seq);
  }
}

/** Every slot is committed: nothing can be waited for any more. */
export const isFull = ({ slots }: PbftNode) => slots.length === mostSlots && slots.every(({ committed }) => committed !== null);

function awaitProgress(turn: Turn): void {
  if (isVoting(turn.node)) turn.wait("primary", turn.node.config.timeoutMs);
}

function nextSeq({ slots, view }: PbftNode): number {
  return 1 + slots.findLastIndex(({ prePrepared, committed }) => committed !== null || prePrepared.at(-1)?.view === view) + 1;
}

/** Vouches for a request in a slot, once in a view. */
export function prePrepare(turn: Turn, seq: number, request: Request): void {
  const { view } = turn.node;
  const others = turn.slot(seq).prePrepared.filter((entry) => !sameRequest(entry.request, request));
  turn.setSlot(seq, { prePrepared: [...others, { view, request }].slice(-mostPrePrepared) });
}

/** What this node vouches for in a slot in the present view. */
export function vouchedFor(turn: Turn, seq: number): Request | undefined {
  const newest = turn.slot(seq).prePrepared.at(-1);
  return newest?.view === turn.node.view ? newest.request : undefined;
}

export function prePrepared(turn: Turn, from: string, { view, seq, request }: MessageOf<"pre-prepare">): void {
  const { node } = turn;
  if (view !== node.view || !isVoting(node) || from !== primaryOf(node.config.members, view)) return;
  const { committed } = turn.slot(seq);
  if (vouchedFor(turn, seq) !== undefined || (committed !== null && !sameRequest(committed, request))) return;
  if (node.slots.some((slot, at) => at !== seq - 1 && holds(slot, request.id, view))) return;
  prePrepare(turn, seq, request);
  turn.tellAll({ type: "prepare", view, seq, request });
  count(turn, seq);
}

/** It is committed there, or vouched for in this view. */
const holds = ({ prePrepared: entries, committed }: Slot, id: string, view: number) =>
  committed?.id === id || (entries.at(-1)?.view === view && entries.at(-1)?.request.id === id);

export function voted(turn: Turn, from: string, { type, view, seq, request }: MessageOf<"prepare"> | MessageOf<"commit">): void {
  if (view !== turn.node.view) return;
  const which = type === "prepare" ? "prepares" : "commits";
  const votes = turn.node[which].get(seq) ?? new Map<string, Request>();
  if (votes.has(from)) return;
  turn.set({ [which]: new Map([...turn.node[which], [seq, new Map([...votes, [from, request]])]]) });
  count(turn, seq);
}

/** Prepared when a quorum vouches for the same, the primary by its pre-prepare; committed when a quorum has prepared it. */
function count(turn: Turn, seq: number): void {
  const { config, view } = turn.node;
  const request = vouchedFor(turn, seq);
  if (request === undefined || !isVoting(turn.node)) return;
  const quorum = quorumOf(config.members.length);
  const primary = primaryOf(config.members, view);
  const vouching = agreeing(turn.node.prepares.get(seq), request).add(config.agent).add(primary);
  if (vouching.size < quorum) return;
  if (turn.slot(seq).prepared?.view !== view) {
    turn.setSlot(seq, { prepared: { view, request } });
    turn.tellAll({ type: "commit", view, seq, request });
  }
  if (turn.slot(seq).committed === null && agreeing(turn.node.commits.get(seq), request).add(config.agent).size >= quorum) commit(turn, seq, request);
}

/** Somebody honest among f + 1 knows it to be committed. */
export function claimed(turn: Turn, from: string, { seq, request }: MessageOf<"committed">): void {
  const { node } = turn;
  if (turn.slot(seq).committed !== null) return;
  const claims: Votes = new Map([...(node.claims.get(seq) ?? []), [from, request]]);
  turn.set({ claims: new Map([...node.claims, [seq, claims]]) });
  if (agreeing(claims, request).size > liarsOf(node.config.members.length)) commit(turn, seq, request);
}

function commit(turn: Turn, seq: number, request: Request): void {
  turn.setSlot(seq, { committed: request });
  turn.set({ pending: turn.node.pending.filter(({ id }) => id !== request.id) });
  awaitProgress(turn);
  applyCommitted(turn);
  if (isFull(turn.node)) close(turn);
}

/** Nothing more fits: what is still wanted never will be there. */
function close(turn: Turn): void {
  for (const id of turn.node.asked) turn.put({ type: "refused", id, why: logIsFull });
  turn.set({ pending: [], asked: [] });
}

/** In order, up to the first slot of which nothing is known yet. */
export function applyCommitted(turn: Turn): void {
  for (;;) {
    const index = turn.node.applied + 1;
    const request = turn.node.slots[index - 1]?.committed ?? undefined;
    if (request === undefined) return;
    turn.put({ type: "apply", index, value: request.value });
    turn.set({ applied: index });
    if (!turn.node.asked.includes(request.id)) continue;
    turn.put({ type: "answer", id: request.id, value: String(index) });
    turn.set({ asked: turn.node.asked.filter((id) => id !== request.id) });
  }
}

/** What may have been lost: what this node said of slots that are not committed yet. */
export function repeat(turn: Turn): void {
  const { node } = turn;
  const { view } = node;
  for (const request of node.pending.slice(0, repeatedAtOnce)) turn.tellAll({ type: "request", request });
  if (!isVoting(node)) return;
  const open = node.slots.flatMap(({ committed }, at) => (committed === null ? [at + 1] : [])).slice(0, repeatedAtOnce);
  for (const seq of open) for (const message of saidOf(turn, seq)) turn.tellAll({ ...message, view, seq });
}

/** Somebody lags behind: what is committed, and what this node said of it in case its word is missing there. */
export function help(turn: Turn, lagging: string, applied: number): void {
  for (let seq = applied + 1; seq <= Math.min(turn.node.slots.length, applied + repeatedAtOnce); seq++) {
    const { committed } = turn.slot(seq);
    if (committed !== null) turn.send(lagging, { type: "committed", seq, request: committed });
  }
}

type Said = MessageOf<"pre-prepare"> | MessageOf<"prepare"> | MessageOf<"commit">;

function saidOf(turn: Turn, seq: number): Said[] {
  const { view } = turn.node;
  const request = vouchedFor(turn, seq);
  if (request === undefined) return [];
  const first: PbftMessage["type"] & Said["type"] = isPrimary(turn.node) ? "pre-prepare" : "prepare";
  const said: Said[] = [{ type: first, view, seq, request }];
  return turn.slot(seq).prepared?.view === view ? [...said, { type: "commit", view, seq, request }] : said;
}

function agreeing(votes: Votes | undefined, request: Request): Set<string> {
  return new Set([...(votes ?? [])].flatMap(([from, voted]) => (sameRequest(voted, request) ? [from] : [])));
}

/** A new view begins with these, one a slot; each is voted on again, whoever has committed it already. */
export function beginWith(turn: Turn, chosen: readonly Request[]): void {
  const { view } = turn.node;
  for (const [at, request] of chosen.entries()) {
    prePrepare(turn, at + 1, request);
    if (!isPrimary(turn.node)) turn.tellAll({ type: "prepare", view, seq: at + 1, request });
    count(turn, at + 1);
  }
}
