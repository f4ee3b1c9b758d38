import type { CheckerFactory, Told } from "./checker.ts";

/** EL-18: what one agent says to another is told to it alone, in the journal's order, once. */
export const messages: CheckerFactory = (fail) => {
  /** By session, what it is still to hear. */
  const open = new Map<string, string[]>();
  return {
    event(event, before) {
      if (event.type === "message.sent") {
        const session = [...before.sessions.values()].find(({ agent }) => agent === event.to)?.session;
        if (session === undefined) return fail("EL-18", `${event.agent} says something to ${event.to}, who is not here`);
        const waiting = open.get(session) ?? [];
        open.set(session, waiting);
        waiting.push(textOf({ ...event, from: event.agent }));
      }
    },
    fact(fact, now) {
      if (fact.kind === "awake") {
        for (const [session, [next]] of open) if (next !== undefined && now.sessions.has(session)) fail("EL-18", `${session} was not told ${next}`);
      }
      // What was not told when the server died nobody hears any more.
      if (fact.kind === "awake" || fact.kind === "started") open.clear();
      if (fact.kind !== "notified") return;
      for (const notice of fact.notices) {
        if (notice.type !== "message") continue;
        const next = open.get(fact.session)?.shift();
        if (next !== textOf(notice)) fail("EL-18", `${fact.session} was told ${textOf(notice)}, what is for it is ${next ?? "nothing"}`);
      }
    },
  };
};

function textOf({ group, from, kind, body }: Pick<Told, "group" | "from" | "kind" | "body">): string {
  return JSON.stringify([group, from, kind, body]);
}
