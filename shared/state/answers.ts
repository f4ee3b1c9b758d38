import { type Cause, type Event, type Grant, type Lock, limits, type Result } from "../model/index.ts";
import { plants } from "./plants.ts";
import type { State } from "./state.ts";

/** The result of a command that this sender sent before, or undefined. */
export function answerBefore(state: State, sender: string, id: string): Result | undefined {
  return plants.answerForgotten ? undefined : state.answers.get(sender)?.get(id)?.result;
}

/** Keeps what a command came to, read off its events, so that a retry after a restart gets the same. */
export function rememberAnswer(state: State, event: Event, cause: Cause): void {
  // A session that ended has nobody left to retry.
  if (event.type === "session.ended") return;
  let answers = state.answers.get(cause.sender);
  if (answers === undefined) {
    answers = new Map();
    state.answers.set(cause.sender, answers);
  }
  const result = resultOf(state, event) ?? answers.get(cause.id)?.result ?? { status: "done" };
  answers.set(cause.id, { result, atMs: event.atMs });
  if (answers.size <= limits.answersPerSender || plants.answersPiledUp) return;
  for (const oldest of answers.keys()) {
    answers.delete(oldest);
    break;
  }
}

/**
 * The answers that a retry can still ask for. A client sends again when it resumes, so within its lease: what is older than
 * two leases and a minute is history.
 */
export function retriableAnswers(state: State): [string, [string, Result, number][]][] {
  const kept: [string, [string, Result, number][]][] = [];
  for (const [sender, answers] of state.answers) {
    const since = state.atMs - 2 * (state.sessions.get(sender)?.ttlMs ?? limits.ttlMaxMs) - 60_000;
    const recent: [string, Result, number][] = [];
    for (const [id, { result, atMs }] of answers) if (atMs >= since) recent.push([id, result, atMs]);
    if (recent.length > 0) kept.push([sender, recent]);
  }
  return kept;
}

/** A lock as its holder gets to know it. */
export function toGrant(lock: Lock): Grant {
  const grant: Grant = { resource: lock.resource, fence: lock.fence, level: lock.level, guarded: lock.guarded };
  if (lock.holdUntilMs !== undefined) grant.holdUntilMs = lock.holdUntilMs;
  if (lock.version !== undefined) grant.version = lock.version;
  return grant;
}

function resultOf(state: State, event: Event): Result | undefined {
  switch (event.type) {
    case "lock.granted": {
      const locks = event.locks.map(toGrant);
      for (const fence of event.reentered ?? []) {
        const lock = state.locks.get(fence);
        if (lock !== undefined) locks.push(toGrant(lock));
      }
      return event.conflicts === undefined ? { status: "granted", locks } : { status: "granted", locks, conflicts: event.conflicts };
    }
    case "lock.queued":
      return { status: "queued", request: event.wait.request, blockers: event.blockers };
    case "lock.upgraded":
    case "lock.transferred":
      return { status: "fenced", fence: event.newFence };
    case "wait.declared":
      return { status: "declared", declared: event.wait.declared };
    case "intent.announced":
      return { status: "announced", intent: event.intent.intent, conflicts: event.conflicts };
    case "leader.elected":
      return event.after?.why === "handedOver" ? { status: "leads", leader: event.leader } : undefined;
    case "ballot.opened":
    case "candidate.entered":
    case "group.observed":
      return { status: "leads", leader: state.elections.get(event.group)?.leader ?? null };
    case "version.advanced":
      return { status: "written", version: event.version };
    case "version.conflicted":
      return { status: "compensate", current: event.current, winner: event.winner };
    default:
      return undefined;
  }
}
