import type { Event } from "../../model/index.ts";
import type { CheckerFactory, Told } from "./checker.ts";
import { plansMeet } from "./intents.ts";
import type { Ledger } from "./ledger.ts";

/** Notices that say what happened to a session's own things: just these are counted one for one. */
const counted = ["granted", "upgraded", "dequeued", "revoked", "received", "ended"];

/** An announcement is told to no more than this. */
const conflictsTold = 20;

/** IN-4: whoever's intent meets a new one is told. SE-11: whoever is granted, handed or deprived of something is told once, and nobody is told what did not happen. */
export const notices: CheckerFactory = (fail) => {
  const expected = new Map<string, number>();
  return {
    step({ events }, after) {
      for (const event of events) {
        if (event.type === "intent.announced") {
          const met = [...after.intents.values()].filter((other) => plansMeet(event.intent, other));
          if (met.length <= conflictsTold) for (const other of met) expected.set(keyOf(other.session, { type: "conflict", subject: other.intent }), 1);
        }
        const key = expectation(event, after);
        if (key !== undefined) expected.set(key, (expected.get(key) ?? 0) + 1);
      }
    },
    fact(fact) {
      if (fact.kind === "started") expected.clear();
      if (fact.kind === "awake" && expected.size > 0) {
        for (const key of expected.keys()) fail(key.startsWith("conflict") ? "IN-4" : "SE-11", `nobody was told: ${key}`);
        expected.clear();
      }
      if (fact.kind !== "notified") return;
      for (const notice of fact.notices) {
        const key = keyOf(fact.session, notice);
        if (notice.type === "conflict") expected.delete(key);
        if (!counted.includes(notice.type)) continue;
        const left = expected.get(key);
        if (left === undefined) fail("SE-11", `told for nothing: ${key}`);
        else if (left > 1) expected.set(key, left - 1);
        else expected.delete(key);
      }
    },
  };
};

function keyOf(session: string, notice: Told): string {
  return `${notice.type} ${session} ${notice.command ?? notice.fence ?? notice.lock?.fence ?? notice.subject ?? ""}`;
}

function expectation(event: Event, after: Ledger): string | undefined {
  switch (event.type) {
    case "lock.granted":
    case "lock.upgraded":
      return event.request === undefined
        ? undefined
        : keyOf(event.session, { type: event.type === "lock.granted" ? "granted" : "upgraded", command: event.command });
    case "lock.dequeued":
      return event.why !== "cancelled" && after.sessions.has(event.session) ? keyOf(event.session, { type: "dequeued", command: event.command }) : undefined;
    case "lock.released":
      return event.why !== "released" && after.sessions.has(event.session) ? keyOf(event.session, { type: "revoked", fence: event.fence }) : undefined;
    case "lock.transferred":
      return keyOf(event.to, { type: "received", lock: { fence: event.newFence } });
    case "session.ended":
      return event.why === "left" ? undefined : keyOf(event.session, { type: "ended" });
    default:
      return undefined;
  }
}
