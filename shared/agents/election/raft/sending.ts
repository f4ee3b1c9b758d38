import { entriesBetween, termAt } from "./log.ts";
import { type Entry, raftLimits } from "./messages.ts";
import type { Progress } from "./node.ts";
import { textOf } from "./snapshots.ts";
import type { Turn } from "./turn.ts";

/** Changes what the leader knows of a follower. */
export function note(turn: Turn, agent: string, change: Partial<Progress>): void {
  const { lead } = turn.node;
  const known = lead?.progress.get(agent);
  if (lead === null || known === undefined) return;
  turn.set({ lead: { ...lead, progress: new Map(lead.progress).set(agent, { ...known, ...change }) } });
}

/** Sends everybody what is new to them; with `always` a message at least. */
export function sendToAll(turn: Turn, always: boolean): void {
  for (const agent of turn.node.lead?.progress.keys() ?? []) sendTo(turn, agent, always);
}

/**
 * Sends a follower what it lacks, as far as the window of what may be under way is open; with `always` a message at least,
 * as a sign of life. Where entries it lacks are no longer there it gets the snapshot.
 */
export function sendTo(turn: Turn, agent: string, always: boolean): void {
  const { log, settings } = turn.node;
  const progress = turn.node.lead?.progress.get(agent);
  if (progress === undefined || (progress.waits && !always)) return;
  if (progress.mode === "snapshot") {
    if (!always) return;
    // Index 0 agrees everywhere: a bare sign of life.
    if (turn.nowMs - progress.sentMs < settings.electionMs) return sendEntries(turn, agent, 0, 0, []);
    return sendSnapshot(turn, agent, progress.offset);
  }
  const previousIndex = progress.next - 1;
  const previousTerm = termAt(log, previousIndex);
  if (previousTerm === undefined) return sendSnapshot(turn, agent, 0);
  const open = progress.mode === "probe" ? settings.batchEntries : Math.min(settings.batchEntries, progress.match + settings.windowEntries - previousIndex);
  const entries = batchOf(entriesBetween(log, progress.next, previousIndex + open));
  if (entries.length === 0 && !always) return;
  sendEntries(turn, agent, previousIndex, previousTerm, entries);
  if (progress.mode === "probe") return note(turn, agent, { waits: true });
  note(turn, agent, { next: progress.next + entries.length });
  if (entries.length > 0) sendTo(turn, agent, false);
}

function sendEntries(turn: Turn, agent: string, previousIndex: number, previousTerm: number, entries: readonly Entry[]): void {
  const { term, commit, lead } = turn.node;
  turn.send(agent, { type: "append", term, round: lead?.round ?? 0, previousIndex, previousTerm, commit, entries: [...entries] });
}

/**
 * Sends the part of a snapshot that begins there. One that was begun goes on to its end, though there may be a newer one by
 * now: with that in its place each time, whoever is slow would never have any.
 */
export function sendSnapshot(turn: Turn, agent: string, offset: number): void {
  const { term, lead, settings } = turn.node;
  const begun = offset === 0 ? undefined : lead?.progress.get(agent)?.snapshot;
  const snapshot = begun ?? turn.node.snapshot;
  const text = textOf(snapshot);
  const part = partOf(text.slice(offset, offset + settings.partLength));
  const { index, term: snapshotTerm, configuration } = snapshot;
  const head = { index, term: snapshotTerm, configuration };
  turn.send(agent, { type: "snapshot", term, round: lead?.round ?? 0, snapshot: head, offset, length: text.length, part });
  note(turn, agent, { mode: "snapshot", snapshot, waits: false, next: snapshot.index + 1, sentMs: turn.nowMs, offset });
}

/** As much of a text as a message may carry: as JSON it may be several times as long. */
function partOf(text: string): string {
  return JSON.stringify(text).length <= raftLimits.partLength ? text : partOf(text.slice(0, Math.floor(text.length / 2)));
}

/** As many as one message may carry, the first in any case. */
function batchOf(entries: readonly Entry[]): readonly Entry[] {
  let length = 0;
  const end = entries.findIndex((entry, at) => {
    length += JSON.stringify(entry).length;
    return at > 0 && length > raftLimits.batchLength;
  });
  return end === -1 ? entries : entries.slice(0, end);
}
