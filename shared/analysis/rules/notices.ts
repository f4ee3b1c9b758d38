import type { Event } from "../../model/index.ts";
import type { CheckerFactory, Told } from "./checker.ts";
import type { Ledger } from "./ledger.ts";
import { plansMeet, toldAtMost } from "./plans.ts";
import { clash } from "./uses.ts";

/** Notices that say what happened to a session's own things: just these are counted one for one. */
const counted = ["granted", "upgraded", "dequeued", "revoked", "received", "ended", "leader", "ballot"];

/** IN-4, LE-2: whoever's intent or unguarded work meets something new is told. SE-11: whoever is granted, handed or deprived of something is told once, and nobody is told what did not happen. */
export const notices: CheckerFactory = (fail) => {
  const expected = new Map<string, number>();
  return {
    step({ events }, after) {
      for (const event of events) {
        for (const key of conflictsToTell(event, after)) expected.set(key, 1);
        for (const key of leadersToTell(event, after)) expected.set(key, (expected.get(key) ?? 0) + 1);
        const key = expectation(event, after);
        if (key !== undefined) expected.set(key, (expected.get(key) ?? 0) + 1);
      }
    },
    fact(fact) {
      if (fact.kind === "started") expected.clear();
      if (fact.kind === "awake" && expected.size > 0) {
        for (const key of expected.keys()) fail(ruleOf(key), `nobody was told: ${key}`);
        expected.clear();
      }
      if (fact.kind !== "notified") return;
      for (const notice of fact.notices) {
        const key = keyOf(fact.session, notice);
        if (notice.type === "conflict") expected.delete(key);
        if (!counted.includes(notice.type)) continue;
        const left = expected.get(key);
        if (left === undefined) fail(ruleOf(key), `told for nothing: ${key}`);
        else if (left > 1) expected.set(key, left - 1);
        else expected.delete(key);
      }
    },
  };
};

/** Whose intents a new intent or lock meets, and beside whose locks it stands where nobody is kept out. */
function* conflictsToTell(event: Event, after: Ledger): Generator<string> {
  const locks = event.type === "lock.granted" ? event.locks : [];
  const begun = locks.map((lock) => ({ session: lock.session, uses: [lock], startMs: event.atMs, endMs: event.atMs + 1 }));
  for (const plan of event.type === "intent.announced" ? [event.intent] : begun) {
    const met = [...after.intents.values()].filter((other) => plansMeet(plan, other));
    if (met.length <= toldAtMost) for (const other of met) yield keyOf(other.session, { type: "conflict", subject: other.intent });
  }
  for (const lock of locks) {
    if (lock.level === "sequenced") continue;
    for (const other of after.locks.near(lock.resource)) {
      const beside = other.session !== lock.session && other.coolingUntilMs === undefined && clash(other, lock);
      if (beside) yield keyOf(other.session, { type: "conflict", subject: other.fence });
    }
  }
}

/** Who campaigns in a group or observes it, leads or led: for another leader. Members of these: for a ballot. */
function* leadersToTell(event: Event, after: Ledger): Generator<string> {
  if (event.type !== "leader.elected" && event.type !== "leader.ended" && event.type !== "ballot.opened") return;
  const { group } = event;
  const listeners = new Set([...(after.groups.elections.get(group)?.candidates.keys() ?? []), ...(after.groups.observers.get(group) ?? [])]);
  if (event.type === "ballot.opened") {
    for (const session of listeners)
      if (event.ballot.electorate.includes(after.sessions.get(session)?.agent ?? "")) yield keyOf(session, { type: "ballot", group, ballot: event.ballot });
    return;
  }
  const [leader, ended] = event.type === "leader.elected" ? [event.leader, event.after] : [null, event];
  for (const party of [leader, ended]) if (party && after.sessions.has(party.session)) listeners.add(party.session);
  for (const session of listeners) yield keyOf(session, { type: "leader", group, leader, ...(ended && { ended }) });
}

/** Which rule promises this notice: the names of intents begin with a letter, those of locks do not. */
function ruleOf(key: string): string {
  if (key.startsWith("leader ") || key.startsWith("ballot ")) return "EL-15";
  if (!key.startsWith("conflict")) return "SE-11";
  return /^[0-9]+$/.test(key.slice(key.lastIndexOf(" ") + 1)) ? "LE-2" : "IN-4";
}

function keyOf(session: string, notice: Told): string {
  if (notice.type === "leader") return `leader ${session} ${notice.group} now ${notice.leader?.term ?? "none"}, ended ${notice.ended?.term ?? "none"}`;
  if (notice.type === "ballot") return `ballot ${session} ${notice.group} ${notice.ballot?.ballot}`;
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
