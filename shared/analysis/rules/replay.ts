import type { Event, Lock, Session } from "../../model/index.ts";
import { emptyState, evolve, fromSnapshot, type State, toSnapshot } from "../../state/index.ts";
import type { CheckerFactory, Fail } from "./checker.ts";
import type { Ledger } from "./ledger.ts";

/** Where there are few records, all of them are compared after so many commands. */
const leastSpacing = 16;

/**
 * JR-3, JR-4: folding all events gives the state that was lived or restored, record by record. And the fold agrees with
 * the ledger, which reads the same events by code of its own.
 */
export const replay: CheckerFactory = (fail) => {
  let folded = emptyState("replay");
  /** All records are compared after as many commands as there are records, those that a command names at once. */
  let due = 0;
  return {
    begin(snapshot) {
      folded = fromSnapshot(snapshot);
    },
    step({ events }, after) {
      // What does not follow on is JR-2's to tell.
      for (const event of events) if (event.position === folded.position + 1) evolve(folded, event);
      if (events.length === 0) return;
      due -= 1;
      const all = due <= 0;
      if (all) due = Math.max(leastSpacing, after.sessions.size + after.locks.size + after.waits.size + after.intents.size);
      compare(folded, after, fail, all ? allOf(after, folded) : namedBy(events, after));
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

/** Which records are looked at. */
interface Named {
  readonly locks: Iterable<string>;
  readonly sessions: Iterable<string>;
  readonly requests: Iterable<number>;
  readonly intents: Iterable<string>;
  readonly groups: Iterable<string>;
}

function allOf(ledger: Ledger, state: State): Named {
  const sessions = new Set([...ledger.sessions.keys(), ...ledger.ages.work.keys(), ...state.work.keys()]);
  return { locks: ledger.locks.keys(), sessions, requests: ledger.waits.keys(), intents: ledger.intents.keys(), groups: ledger.groups.elections.keys() };
}

/** The records that events name, and all that their sessions have. */
function namedBy(events: readonly Event[], ledger: Ledger): Named {
  const named = { locks: new Set<string>(), sessions: new Set<string>(), requests: new Set<number>(), intents: new Set<string>(), groups: new Set<string>() };
  for (const event of events) {
    if ("group" in event) named.groups.add(event.group);
    if ("session" in event) named.sessions.add(event.session);
    if (event.type === "lock.queued") named.sessions.add(event.wait.session);
    if (event.type === "lock.transferred") named.sessions.add(event.to);
    if (event.type === "intent.announced") named.intents.add(event.intent.intent);
    if (event.type === "intent.committed") named.intents.add(event.intent);
    if ("fence" in event) named.locks.add(event.fence);
  }
  for (const fence of [...named.locks]) if (!ledger.locks.has(fence)) named.locks.delete(fence);
  for (const session of named.sessions) {
    for (const lock of ledger.locks.of(session)) named.locks.add(lock.fence);
    for (const wait of ledger.waits.of(session)) named.requests.add(wait.request);
  }
  return named;
}

const tables = ["sessions", "locks", "waits", "intents", "freezes", "versions", "declared", "deadlocks", "faults", "schedules", "quotas"] as const;

function compare(state: State, ledger: Ledger, fail: Fail, named: Named): void {
  for (const table of tables) {
    if (state[table].size !== ledger[table].size)
      fail("JR-3", `there should be ${ledger[table].size} ${table} at ${ledger.position}, the fold has ${state[table].size}`);
  }
  for (const table of ["elections", "observers", "nodes"] as const) {
    if (state[table].size !== ledger.groups[table].size)
      fail("JR-3", `there should be ${ledger.groups[table].size} ${table} at ${ledger.position}, the fold has ${state[table].size}`);
  }
  for (const group of named.groups) compareGroup(group, ledger, state, fail);
  for (const fence of named.locks) {
    const lock = ledger.locks.get(fence);
    const field = lock && differing(lock, state.locks.get(fence), lockFields);
    if (lock !== undefined && field !== undefined)
      fail("JR-3", `${field} of lock ${fence} should be ${lock[field]}, the fold has ${state.locks.get(fence)?.[field]}`);
  }
  for (const id of named.sessions) {
    const session = ledger.sessions.get(id);
    const field = session && differing(session, state.sessions.get(id), sessionFields);
    if (session !== undefined && field !== undefined)
      fail("JR-3", `${field} of ${session.agent} should be ${session[field]}, the fold has ${state.sessions.get(id)?.[field]}`);
    compareWork(id, ledger, state, fail);
  }
  for (const request of named.requests) {
    const rank = ledger.waits.get(request)?.rank;
    const wait = state.waits.get(request);
    if (wait === undefined) fail("JR-3", `request ${request} should wait, the fold has it not`);
    else if (wait.rank !== rank) fail("JR-3", `rank of request ${request} should be ${rank}, the fold has ${wait.rank}`);
  }
  for (const id of named.intents) {
    const intent = ledger.intents.get(id);
    if (intent !== undefined && state.intents.get(id)?.committed !== intent.committed)
      fail("JR-3", `intent ${id} should be ${intent.committed ? "" : "un"}committed, the fold has it otherwise`);
  }
}

function compareGroup(group: string, ledger: Ledger, state: State, fail: Fail): void {
  const [ours, theirs] = [ledger.groups.elections.get(group), state.elections.get(group)];
  if (ours !== undefined) {
    for (const field of ["settings", "leader", "ballot", "coolingUntilMs"] as const) unlike(field, ours[field], theirs?.[field]);
    for (const field of ["configured", "frozen"] as const) unlike(field, ours[field], theirs?.[field] !== undefined);
    unlike("candidates", [...ours.candidates.values()], theirs?.candidates);
    unlike(
      "blocked",
      [...ours.blocked],
      theirs?.blocked.map(({ agent }) => agent),
    );
  }
  unlike("observers", ledger.groups.observers.get(group)?.size, state.observers.get(group)?.size);

  function unlike(field: string, one: unknown, other: unknown): void {
    if (!same(one, other)) fail("JR-3", `${field} of group ${group} should be ${JSON.stringify(one)}, the fold has ${JSON.stringify(other)}`);
  }
}

/** By content; what both took from the same event is the same at once. */
function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  const [ones, others] = [one, other].map((each) => new Map(Object.entries(each).filter(([, item]) => item !== undefined)));
  return ones?.size === others?.size && [...(ones ?? [])].every(([key, item]) => same(item, others?.get(key)));
}

function compareWork(session: string, ledger: Ledger, state: State, fail: Fail): void {
  const [ours, theirs] = [ledger.ages.work.get(session), state.work.get(session)];
  if (ours?.sinceMs === theirs?.sinceMs && ours?.aborts === theirs?.aborts) return;
  fail("WG-5", `the work of ${session} began at ${ours?.sinceMs} and gave way ${ours?.aborts} times, the fold has ${theirs?.sinceMs} and ${theirs?.aborts}`);
}

/** The first field in which the fold's record is another, if any. */
function differing<T extends object, K extends keyof T>(ours: T, theirs: T | undefined, fields: readonly K[]): K | undefined {
  return fields.find((field) => theirs === undefined || ours[field] !== theirs[field]);
}
