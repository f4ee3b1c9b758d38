import { plants } from "../../plants.ts";
import { settle } from "./lead.ts";
import { termAt } from "./log.ts";
import type { Log, Message } from "./messages.ts";
import { hear } from "./roles.ts";
import { note, sendSnapshot, sendTo } from "./sending.ts";
import { fromText, textOf } from "./snapshots.ts";
import { addEntries, applyCommitted, cutEntries, installSnapshot } from "./store.ts";
import type { Turn } from "./turn.ts";

type Of<Type extends Message["type"]> = Extract<Message, { type: Type }>;

/** A leader's entries: taken where the logs agree on the one before them (paper, 5.3), refused with where they may agree otherwise. */
export function takeAppend(turn: Turn, from: string, message: Of<"append">): void {
  hear(turn, from);
  const { term, log, commit } = turn.node;
  const { round, previousIndex, previousTerm, entries } = message;
  // What is committed is the same in every later leader's log: there is nothing to compare.
  if (previousIndex < commit) return turn.send(from, { type: "appended", term, round, index: commit });
  if (termAt(log, previousIndex) !== previousTerm) {
    const index = Math.max(0, lastUpTo(log, Math.min(previousIndex - 1, log.last), previousTerm));
    return turn.send(from, { type: "differs", term, round, at: previousIndex, index, indexTerm: termAt(log, index) ?? 0 });
  }
  const last = previousIndex + entries.length;
  const known = entries.findIndex((entry, at) => termAt(log, previousIndex + 1 + at) !== entry.term);
  if (known !== -1) {
    if (!plants.raftConflictKept) cutEntries(turn, previousIndex + known);
    addEntries(turn, entries.slice(known));
  }
  commitUpTo(turn, Math.min(message.commit, plants.raftCommitUnbounded ? turn.node.log.last : last));
  turn.send(from, { type: "appended", term, round, index: last });
}

/** The last index up to `index` whose term is at most `term`: beyond it the logs cannot agree. Before the log nothing is known. */
function lastUpTo(log: Log, index: number, term: number): number {
  let at = index;
  while (at >= log.base && (termAt(log, at) ?? 0) > term) at--;
  return at;
}

function commitUpTo(turn: Turn, index: number): void {
  if (index <= turn.node.commit) return;
  turn.set({ commit: index });
  applyCommitted(turn);
}

/**
 * A part of a snapshot: what does not follow on what is there already is asked for again. Put in its place once it is whole;
 * where that makes no snapshot it is forgotten, and begun anew with the part that the leader sends next.
 */
export function takeSnapshot(turn: Turn, from: string, { round, snapshot, offset, length, part }: Of<"snapshot">): void {
  hear(turn, from);
  const { term, incoming, commit } = turn.node;
  const { index } = snapshot;
  if (index <= commit) return turn.send(from, { type: "appended", term, round, index: commit });
  // Nodes that kept no ids before have other texts for the same entries: shorter ones.
  const goesOn = incoming !== null && incoming.index === index && incoming.term === snapshot.term && incoming.length === length;
  const known = goesOn ? incoming.text : "";
  const text = offset === known.length ? known + part : known;
  if (text.length >= length && offset === known.length) {
    const content = fromText(text);
    if (content === undefined) return turn.set({ incoming: null });
    installSnapshot(turn, { ...snapshot, ...content });
    return turn.send(from, { type: "appended", term, round, index });
  }
  turn.set({ incoming: { index, term: snapshot.term, length, text } });
  turn.send(from, { type: "received", term, round, index, offset: text.length });
}

/** Sends the next part of the snapshot that is being sent; what is said of another one is old. */
export function takeReceived(turn: Turn, from: string, { round, index, offset }: Of<"received">): void {
  const progress = turn.node.lead?.progress.get(from);
  if (progress === undefined) return;
  const { snapshot } = progress;
  if (snapshot?.index === index && offset !== progress.offset && offset < textOf(snapshot).length) sendSnapshot(turn, from, offset);
  answered(turn, from, round);
}

/** A follower's log agrees with the leader's up to `index`. */
export function takeAppended(turn: Turn, from: string, { round, index }: Of<"appended">): void {
  const progress = turn.node.lead?.progress.get(from);
  if (progress === undefined || index > turn.node.log.last) return;
  const match = Math.max(progress.match, index);
  const next = progress.mode === "stream" ? Math.max(progress.next, match + 1) : match + 1;
  // A snapshot has arrived, or is not needed any more, when the log follows on.
  const follows = progress.mode !== "snapshot" || match >= turn.node.log.base;
  note(turn, from, follows ? { match, next, mode: "stream", snapshot: null, waits: false } : { match });
  // It has the one that it was sent, and the log has gone on without it meanwhile.
  if (!follows && match >= (progress.snapshot?.index ?? 0)) sendSnapshot(turn, from, 0);
  answered(turn, from, round);
}

/**
 * The logs differ at `at`: goes back to the last entry whose term is at most that of the follower's hint, a term at a time
 * instead of an entry (paper, 5.3). An answer to an older message says nothing new.
 */
export function takeDiffers(turn: Turn, from: string, { round, at, index, indexTerm }: Of<"differs">): void {
  const progress = turn.node.lead?.progress.get(from);
  if (progress === undefined) return;
  const isNews = progress.mode === "probe" ? at === progress.next - 1 : progress.mode === "stream" && at > progress.match;
  if (isNews) {
    const agrees = lastUpTo(turn.node.log, Math.min(index, at - 1), indexTerm);
    note(turn, from, { mode: "probe", waits: false, next: Math.max(progress.match, agrees) + 1 });
  }
  answered(turn, from, round);
}

/** Whatever a follower answers, it takes this node for the leader of its term. */
function answered(turn: Turn, from: string, round: number): void {
  const known = turn.node.lead?.progress.get(from)?.round ?? 0;
  note(turn, from, { heardMs: turn.nowMs, round: Math.max(known, round) });
  settle(turn, false);
  sendTo(turn, from, false);
}
