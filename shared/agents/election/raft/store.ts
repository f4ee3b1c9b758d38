import { plants } from "../../plants.ts";
import { isJoint, membersOf } from "./configuration.ts";
import { append, cutAfter, cutUpTo, emptyLog, entriesBetween, termAt } from "./log.ts";
import { type Configuration, type Entry, type Log, raftLimits, type Snapshot } from "./messages.ts";
import { configurationOf, type Progress, type RaftNode } from "./node.ts";
import { idsUpTo } from "./snapshots.ts";
import type { Turn } from "./turn.ts";
import { answerApplied } from "./waiting.ts";

/** Takes entries into the log. A configuration among them is in effect at once. */
export function addEntries(turn: Turn, entries: readonly Entry[]): void {
  const { log, configurations } = turn.node;
  if (plants.raftAnsweredUnapplied)
    answerApplied(
      turn,
      entries.flatMap((entry, at) => (entry.type === "value" ? [[entry.id, log.last + 1 + at]] : [])),
    );
  const told = entries.flatMap((entry, at) => (entry.type === "members" ? [{ index: log.last + 1 + at, configuration: entry.configuration }] : []));
  turn.set({ log: append(log, entries), configurations: told.length === 0 ? configurations : [...configurations, ...told] });
  if (told.length > 0) meetMembers(turn);
}

/** Takes what comes after `last` off the log, and the configurations that were told there with it. */
export function cutEntries(turn: Turn, last: number): void {
  const { log, configurations } = turn.node;
  const kept = plants.raftMembersKept ? configurations : configurations.filter(({ index }) => index <= last);
  turn.set({ log: cutAfter(log, last), configurations: kept });
}

/** A leader keeps a record of everybody who gets the log; who leaves gets it for a while longer, to learn of it. */
function meetMembers(turn: Turn): void {
  const { lead, log, settings } = turn.node;
  if (lead === null) return;
  const progress = new Map(lead.progress);
  for (const [agent, known] of progress) progress.set(agent, { ...known, leavesMs: turn.nowMs + 2 * settings.electionMs });
  for (const agent of membersOf(configurationOf(turn.node))) {
    if (agent !== settings.id) progress.set(agent, { ...(progress.get(agent) ?? firstProgress(log.last, turn.nowMs)), leavesMs: null });
  }
  turn.set({ lead: { ...lead, progress } });
}

/** Who has left is sent nothing any more once its time is over. */
export function forgetLeavers(turn: Turn): void {
  const { lead } = turn.node;
  const isGone = (leavesMs: number | null) => leavesMs !== null && leavesMs <= turn.nowMs;
  if (lead === null || ![...lead.progress.values()].some(({ leavesMs }) => isGone(leavesMs))) return;
  turn.set({ lead: { ...lead, progress: new Map([...lead.progress].filter(([, { leavesMs }]) => !isGone(leavesMs))) } });
}

/** What a leader believes of a follower at first: that their logs are the same. It counts as heard, so that it has its time to answer. */
export const firstProgress = (last: number, nowMs: number): Progress => ({
  match: 0,
  next: last + 1,
  mode: "probe",
  waits: false,
  snapshot: null,
  sentMs: 0,
  offset: 0,
  heardMs: nowMs,
  round: 0,
  leavesMs: null,
});

/** Applies what is committed, in order, and answers those who asked this node for it. */
export function applyCommitted(turn: Turn): void {
  const { node } = turn;
  const { settings } = node;
  const last = plants.raftAppliesUncommitted ? node.log.last : node.commit;
  if (node.applied >= last) return;
  const first = plants.raftAppliedAgain ? Math.max(node.applied, node.log.base + 1) : node.applied + 1;
  let state = node.state;
  let index = first;
  const done: (readonly [string, number])[] = [];
  for (const entry of entriesBetween(node.log, first, last)) {
    if (entry.type === "value") {
      state = settings.fold.next(state, entry.value);
      turn.put({ type: "apply", index, value: entry.value });
    }
    // A change of members is done with its second entry.
    if (entry.type === "value" || (entry.type === "members" && !isJoint(entry.configuration))) done.push([entry.id, index]);
    index++;
  }
  turn.set({ applied: last, state });
  answerApplied(turn, done);
  compact(turn);
}

/** Once enough was applied, a snapshot takes the place of all but the newest of it. */
function compact(turn: Turn): void {
  const { node } = turn;
  const { applied, log, snapshot, settings, state, configurations } = node;
  const term = termAt(log, applied);
  if (applied - snapshot.index < settings.snapshotAfter || state.length > raftLimits.stateLength || term === undefined) return;
  const configuration = plants.raftSnapshotForgetsMembers ? (configurations[0]?.configuration ?? snapshot.configuration) : configurationAt(node, applied);
  // Who joins learns who takes part from the first change that its log tells; until then it has nothing to put in a snapshot.
  if (configuration.voters.length === 0) return;
  const index = plants.raftSnapshotAhead ? log.last : applied;
  const kept = Math.max(log.base, applied - Math.floor(settings.snapshotAfter / 2));
  turn.set({
    snapshot: { index, term: termAt(log, index) ?? term, configuration, state, ids: idsUpTo(node, index) },
    log: cutUpTo(log, kept),
    configurations: [{ index: applied, configuration }, ...configurations.filter((told) => told.index > applied)],
  });
}

/** The configuration in effect as of an index. */
function configurationAt({ configurations, snapshot }: RaftNode, index: number): Configuration {
  return configurations.findLast((told) => told.index <= index)?.configuration ?? snapshot.configuration;
}

/** Puts a leader's snapshot in the place of what it covers; what comes after stays where the log has the snapshot's last entry. */
export function installSnapshot(turn: Turn, snapshot: Snapshot): void {
  const { log, configurations } = turn.node;
  const { index, term, configuration, state, ids } = snapshot;
  const agrees = termAt(log, index) === term;
  turn.set({
    snapshot,
    log: agrees ? cutUpTo(log, index) : emptyLog(index, term),
    configurations: [{ index, configuration }, ...(agrees ? configurations.filter((told) => told.index > index) : [])],
    commit: index,
    applied: index,
    state,
    incoming: null,
  });
  turn.put({ type: "restore", index, state });
  answerApplied(turn, ids);
}

/** The configurations that a log tells after a snapshot. */
export function configurationsIn(log: Log, snapshot: Snapshot): RaftNode["configurations"] {
  const told = entriesBetween(log, snapshot.index + 1, log.last).flatMap((entry, at) =>
    entry.type === "members" ? [{ index: snapshot.index + 1 + at, configuration: entry.configuration }] : [],
  );
  return [{ index: snapshot.index, configuration: snapshot.configuration }, ...told];
}
