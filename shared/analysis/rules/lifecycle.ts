import type { Event } from "../../model/index.ts";
import type { CheckerFactory } from "./checker.ts";
import type { Ledger } from "./ledger.ts";
import { settingsOf } from "./uses.ts";

/**
 * LK-23: events only name what is there, and nothing begins twice. LK-8: a grant gives the whole request.
 * SE-6: who is granted is alive. SE-9: nothing comes of a session that is not there.
 */
export const lifecycle: CheckerFactory = (fail) => ({
  event(event, before, { command }) {
    for (const problem of unknownNames(event, before)) fail("LK-23", `${event.type} at ${event.position} ${problem}`);
    const actor = actorOf(event);
    if (actor !== undefined && !before.sessions.has(actor)) {
      fail(event.type === "lock.granted" ? "SE-6" : "SE-9", `${event.type} for session ${actor}, which is not there`);
    }
    if (event.type !== "lock.granted") return;
    const acquire = command?.from === "agent" && command.command.type === "lock.acquire" ? command.command.wants : undefined;
    const wants = event.request === undefined ? acquire : before.waits.get(event.request)?.wants;
    if (wants === undefined) return;
    const recorded = wants.filter((want) => settingsOf(before, want.resource).level !== "none");
    const expected = recorded.map((want) => want.resource).sort();
    const given = [
      ...event.locks.map((lock) => lock.resource),
      ...(event.reentered ?? []).map((fence) => before.locks.get(fence)?.resource ?? `fence ${fence}`),
    ].sort();
    if (expected.join() !== given.join()) fail("LK-8", `asked for ${expected.join(", ")} and got ${given.join(", ")}`);
  },
});

/** The session in whose favour the event is; ends need none. */
function actorOf(event: Event): string | undefined {
  switch (event.type) {
    case "lock.granted":
    case "lock.upgraded":
    case "lock.downgraded":
    case "lock.counted":
    case "session.connected":
    case "session.disconnected":
    case "session.declared":
    case "intent.committed":
      return event.session;
    case "lock.queued":
      return event.wait.session;
    case "lock.transferred":
      return event.to;
    case "intent.announced":
      return event.intent.session;
    default:
      return undefined;
  }
}

function* unknownNames(event: Event, before: Ledger): Generator<string> {
  switch (event.type) {
    case "session.joined":
      if (before.sessions.has(event.session)) yield `begins session ${event.session} a second time`;
      return;
    case "session.ended":
      if (!before.sessions.has(event.session)) yield `ends session ${event.session}, which is not there`;
      return;
    case "lock.queued":
      if (before.waits.has(event.wait.request)) yield `queues request ${event.wait.request} a second time`;
      return;
    case "lock.granted":
    case "lock.upgraded":
      if (event.request !== undefined && before.waits.get(event.request)?.session !== event.session)
        yield `names request ${event.request}, which does not wait`;
      if (event.type === "lock.granted") {
        for (const { fence } of event.locks) if (before.locks.has(fence)) yield `gives fence ${fence} a second time`;
        for (const fence of event.reentered ?? [])
          if (before.locks.get(fence)?.session !== event.session) yield `counts fence ${fence}, which ${event.session} does not hold`;
      }
      if (event.type === "lock.upgraded") yield* unheld(event.fence, before);
      return;
    case "lock.dequeued":
      if (before.waits.get(event.request)?.session !== event.session) yield `names request ${event.request}, which does not wait`;
      return;
    case "lock.counted":
    case "lock.released":
    case "lock.downgraded":
    case "lock.transferred":
      yield* unheld(event.fence, before);
      return;
    case "lock.delayEnded":
      if (before.locks.get(event.fence)?.coolingUntilMs === undefined) yield `names fence ${event.fence}, which does not cool`;
      return;
    case "intent.announced":
      if (before.intents.has(event.intent.intent)) yield `announces ${event.intent.intent} a second time`;
      return;
    case "intent.committed":
    case "intent.ended":
      if (before.intents.get(event.intent)?.session !== event.session) yield `names intent ${event.intent}, which ${event.session} does not have`;
      return;
    default:
      return;
  }
}

function* unheld(fence: string, before: Ledger): Generator<string> {
  const lock = before.locks.get(fence);
  if (lock === undefined) yield `names fence ${fence}, which is not there`;
  else if (lock.coolingUntilMs !== undefined) yield `names fence ${fence}, which has ended and cools down`;
}
