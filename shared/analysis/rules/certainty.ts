import type { CheckerFactory } from "./checker.ts";

const rememberedSessions = 1_000;

/** SE-7, EL-16: when the server ends a session for silence, its client has stopped being certain of its locks, and of leading. */
export const certainty: CheckerFactory = (fail) => {
  const certainUntilMs = new Map<string, number>();
  /** Sessions that ended for silence lately. */
  const expired = new Set<string>();
  return {
    event(event) {
      if (event.type !== "session.ended") return;
      const until = certainUntilMs.get(event.session) ?? 0;
      certainUntilMs.delete(event.session);
      if (event.why === "expired") expired.add(event.session);
      if (expired.size > rememberedSessions) expired.delete(expired.values().next().value as string);
      if (event.why === "expired" && until > event.atMs) fail("SE-7", `${event.agent} expired at ${event.atMs} while its client is certain until ${until}`);
    },
    fact(fact, now) {
      if (fact.kind === "leads" && expired.has(fact.session))
        fail("EL-16", `${fact.agent} is certain that it leads ${fact.group} in term ${fact.term}, and its session has expired`);
      if (fact.kind === "certain" && now.sessions.has(fact.session)) certainUntilMs.set(fact.session, fact.untilMs);
    },
  };
};
