import type { Lock, Session } from "../../model/index.ts";
import { emptyState, evolve, fromSnapshot, type State, toSnapshot } from "../../state/index.ts";
import type { CheckerFactory, Fail } from "./checker.ts";
import type { Ledger } from "./ledger.ts";

/**
 * JR-3, JR-4: folding all events gives the state that was lived or restored, record by record. And the fold agrees with
 * the ledger, which reads the same events by code of its own.
 */
export const replay: CheckerFactory = (fail) => {
  let folded = emptyState("replay");
  return {
    begin(snapshot) {
      folded = fromSnapshot(snapshot);
    },
    step({ events }, after) {
      // What does not follow on is JR-2's to tell.
      for (const event of events) if (event.position === folded.position + 1) evolve(folded, event);
      if (events.length > 0) compare(folded, after, fail);
    },
    fact(fact) {
      if (fact.kind !== "state" || fact.snapshot.position !== folded.position) return;
      const ours = { ...toSnapshot(folded), space: fact.snapshot.space };
      for (const [key, value] of Object.entries(ours)) {
        const theirs = JSON.stringify(fact.snapshot[key as keyof typeof ours]);
        const text = JSON.stringify(value);
        if (text !== theirs)
          fail(fact.origin === "checkpoint" ? "JR-4" : "JR-3", `${key} of the ${fact.origin} at ${folded.position} is ${theirs}, the events fold to ${text}`);
      }
    },
  };
};

const lockFields = [
  "resource",
  "mode",
  "weight",
  "level",
  "session",
  "agent",
  "holds",
  "guarded",
  "holdUntilMs",
  "coolingUntilMs",
  "version",
] as const satisfies (keyof Lock)[];
const sessionFields = ["agent", "connected", "state", "progress"] as const satisfies (keyof Session)[];

function compare(state: State, ledger: Ledger, fail: Fail): void {
  for (const table of ["sessions", "locks", "waits", "intents", "freezes", "versions", "declared", "deadlocks", "faults", "schedules", "quotas"] as const) {
    if (state[table].size !== ledger[table].size)
      fail("JR-3", `there should be ${ledger[table].size} ${table} at ${ledger.position}, the fold has ${state[table].size}`);
  }
  for (const lock of ledger.locks.values()) {
    const field = differing(lock, state.locks.get(lock.fence), lockFields);
    if (field !== undefined) fail("JR-3", `${field} of lock ${lock.fence} should be ${lock[field]}, the fold has ${state.locks.get(lock.fence)?.[field]}`);
  }
  for (const session of ledger.sessions.values()) {
    const field = differing(session, state.sessions.get(session.session), sessionFields);
    if (field !== undefined)
      fail("JR-3", `${field} of ${session.agent} should be ${session[field]}, the fold has ${state.sessions.get(session.session)?.[field]}`);
  }
  for (const { request, rank } of ledger.waits.values()) {
    const wait = state.waits.get(request);
    if (wait === undefined) fail("JR-3", `request ${request} should wait, the fold has it not`);
    else if (wait.rank !== rank) fail("JR-3", `rank of request ${request} should be ${rank}, the fold has ${wait.rank}`);
  }
  for (const session of new Set([...ledger.ages.work.keys(), ...state.work.keys()])) {
    const [ours, theirs] = [ledger.ages.work.get(session), state.work.get(session)];
    const same = ours !== undefined && ours.sinceMs === theirs?.sinceMs && ours.aborts === theirs.aborts;
    if (!same)
      fail(
        "WG-5",
        `the work of ${session} began at ${ours?.sinceMs} and gave way ${ours?.aborts} times, the fold has ${theirs?.sinceMs} and ${theirs?.aborts}`,
      );
  }
  for (const intent of ledger.intents.values()) {
    if (state.intents.get(intent.intent)?.committed !== intent.committed) {
      fail("JR-3", `intent ${intent.intent} should be ${intent.committed ? "" : "un"}committed, the fold has it otherwise`);
    }
  }
}

/** The first field in which the fold's record is another, if any. */
function differing<T extends object, K extends keyof T>(ours: T, theirs: T | undefined, fields: readonly K[]): K | undefined {
  return fields.find((field) => theirs === undefined || ours[field] !== theirs[field]);
}
