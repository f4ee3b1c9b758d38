import type { CheckerFactory } from "./checker.ts";

/** A host that is woken later than this has stood still, or its clock jumped: nobody is to blame for that. */
const stallMs = 1_000;

/** SE-4: a heartbeat writes nothing. SE-2: no session expires before its last sign of life and its TTL, nor for a leap of the clock. SE-3: and none lives on after it. */
export const leases: CheckerFactory = (fail) => {
  /** Last sign of life by session, in the server's time. */
  const seenMs = new Map<string, number>();
  let startedMs = 0;
  let leaptMs = 0;
  let stalledUntilMs = 0;
  return {
    event(event, before) {
      if (event.type === "session.joined") seenMs.set(event.session, Math.max(event.atMs, seenMs.get(event.session) ?? 0));
      if (event.type !== "session.ended") return;
      const session = before.sessions.get(event.session);
      const lastMs = Math.max(seenMs.get(event.session) ?? 0, startedMs);
      seenMs.delete(event.session);
      if (event.why !== "expired" || session === undefined) return;
      if (event.atMs < lastMs + session.ttlMs) fail("SE-2", `${event.agent} expired at ${event.atMs}, its lease ran until ${lastMs + session.ttlMs}`);
    },
    fact(fact, now) {
      if (fact.kind === "started") {
        startedMs = fact.atMs;
        leaptMs = 0;
        stalledUntilMs = 0;
        seenMs.clear();
      }
      if (fact.kind === "stalled") stalledUntilMs = Math.max(stalledUntilMs, fact.untilMs);
      if (fact.kind === "leapt") {
        stalledUntilMs = Math.max(stalledUntilMs, fact.toMs);
        for (const session of now.sessions.values()) {
          const lastMs = Math.max(seenMs.get(session.session) ?? 0, startedMs);
          // An earlier leap may have given it a fresh lease, which ends later.
          const latestMs = Math.max(lastMs, leaptMs) + session.ttlMs;
          if (lastMs + session.ttlMs > fact.fromMs && latestMs + stallMs < fact.toMs) seenMs.set(session.session, fact.toMs);
        }
        leaptMs = fact.toMs;
      }
      if (fact.kind === "renewed" && fact.events > 0) fail("SE-4", `a heartbeat of ${fact.session} came to ${fact.events} events`);
      if (fact.kind === "renewed" && now.sessions.has(fact.session)) seenMs.set(fact.session, fact.atMs);
      if (fact.kind !== "awake") return;
      for (const session of now.sessions.values()) {
        // After a stall heartbeats may lie unread: everybody's lease may begin anew.
        const until = Math.max(seenMs.get(session.session) ?? 0, startedMs, stalledUntilMs) + session.ttlMs;
        if (until < fact.atMs) fail("SE-3", `${session.agent} is still there at ${fact.atMs}, its lease ran until ${until}`);
      }
    },
  };
};
