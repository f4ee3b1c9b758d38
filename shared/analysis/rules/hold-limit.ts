import type { CheckerFactory } from "./checker.ts";
import { settingsOf } from "./uses.ts";

/** LK-14: a hold has the shorter of the limits asked for and set, and ends by it, not before it. */
export const holdLimit: CheckerFactory = (fail) => ({
  event(event, before, { command }) {
    if (event.type === "lock.granted") {
      const acquire = command?.from === "agent" && command.command.type === "lock.acquire" ? command.command : undefined;
      const asked = event.request === undefined ? acquire?.holdMs : before.waits.get(event.request)?.holdMs;
      if (event.request === undefined && acquire === undefined) return;
      for (const lock of event.locks) {
        const limit = Math.min(asked ?? Number.POSITIVE_INFINITY, settingsOf(before, lock.resource).maxHoldMs ?? Number.POSITIVE_INFINITY);
        const expected = limit === Number.POSITIVE_INFINITY ? undefined : event.atMs + limit;
        if (lock.holdUntilMs !== expected) fail("LK-14", `${lock.resource} may be held until ${lock.holdUntilMs ?? "ever"}, expected ${expected ?? "ever"}`);
      }
    }
    if (event.type === "lock.released" && event.why === "overheld") {
      const until = before.locks.get(event.fence)?.holdUntilMs;
      if (until === undefined || event.atMs < until) fail("LK-14", `${event.resource} was taken as overheld at ${event.atMs}, its limit is ${until ?? "none"}`);
    }
  },
  fact(fact, now) {
    if (fact.kind !== "awake") return;
    for (const lock of now.locks.values()) {
      const overheld = lock.coolingUntilMs === undefined && lock.holdUntilMs !== undefined && lock.holdUntilMs < fact.atMs;
      if (overheld) fail("LK-14", `${lock.resource} is still held at ${fact.atMs}, its limit was ${lock.holdUntilMs}`);
    }
  },
});
