import type { CheckerFactory } from "./checker.ts";

/**
 * SE-7: when the server ends a session for silence, its client has stopped being certain of its locks. EL-16: it is certain
 * that it leads no longer than that.
 */
export const certainty: CheckerFactory = (fail) => {
  const certainUntilMs = new Map<string, number>();
  return {
    event(event) {
      if (event.type !== "session.ended") return;
      const until = certainUntilMs.get(event.session) ?? 0;
      certainUntilMs.delete(event.session);
      if (event.why === "expired" && until > event.atMs) fail("SE-7", `${event.agent} expired at ${event.atMs} while its client is certain until ${until}`);
    },
    fact(fact, now) {
      if (fact.kind === "certain" && now.sessions.has(fact.session)) certainUntilMs.set(fact.session, fact.untilMs);
      if (fact.kind !== "leads" || fact.atMs < (certainUntilMs.get(fact.session) ?? Number.POSITIVE_INFINITY)) return;
      fail(
        "EL-16",
        `${fact.agent} leads ${fact.group} in term ${fact.term} at ${fact.atMs}, and is not certain of its lease since ${certainUntilMs.get(fact.session)}`,
      );
    },
  };
};
