import type { CheckerFactory } from "./checker.ts";

/** SE-1: one live session an agent. SE-5: nothing of a session outlives it. SE-10: progress never falls. */
export const sessions: CheckerFactory = (fail) => ({
  event(event, before, { command }) {
    if (event.type === "session.joined") {
      for (const session of before.sessions.values()) {
        if (session.agent === event.agent) fail("SE-1", `${event.agent} joins as ${event.session} while ${session.session} is there`);
      }
    }
    if (event.type === "session.declared") {
      const session = before.sessions.get(event.session);
      if (session !== undefined && event.progress < session.progress)
        fail("SE-10", `progress of ${event.agent} falls from ${session.progress} to ${event.progress}`);
      const own = command?.from === "agent" && command.session === event.session;
      if (command !== undefined && !own) fail("SE-10", `${event.agent} was declared ${event.state} by somebody else`);
    }
  },
  step({ events }, after) {
    for (const event of events) {
      if (event.type !== "session.ended") continue;
      for (const lock of after.locks.of(event.session)) {
        if (lock.coolingUntilMs === undefined) fail("SE-5", `${event.agent} ended as ${event.why} and still holds ${lock.resource} as ${lock.fence}`);
      }
      for (const wait of after.waits.of(event.session)) fail("SE-5", `${event.agent} ended as ${event.why} and still waits as ${wait.request}`);
      for (const intent of after.intents.values()) {
        if (intent.session === event.session) fail("SE-5", `${event.agent} ended as ${event.why} and still intends ${intent.intent}`);
      }
    }
  },
});
