import type { CheckerFactory } from "./checker.ts";
import { settingsOf } from "./uses.ts";

const badEnds = ["expired", "expelled", "forced", "overheld", "replaced"];

/** LK-13: a lock that ended badly cools for its lock-delay, unless a guard makes that needless; no other lock does. */
export const lockDelay: CheckerFactory = (fail) => ({
  event(event, before) {
    if (event.type === "lock.released") {
      const lock = before.locks.get(event.fence);
      if (lock === undefined) return;
      const delayMs = settingsOf(before, lock.resource).lockDelayMs;
      const cools = badEnds.includes(event.why) && lock.level === "sequenced" && !lock.guarded && delayMs > 0;
      const expected = cools ? event.atMs + delayMs : undefined;
      if (event.coolingUntilMs !== expected) {
        fail("LK-13", `${lock.resource} ended as ${event.why} and cools until ${event.coolingUntilMs ?? "never"}, expected ${expected ?? "never"}`);
      }
    }
    if (event.type === "lock.delayEnded") {
      const until = before.locks.get(event.fence)?.coolingUntilMs;
      if (until === undefined || event.atMs < until) fail("LK-13", `the lock-delay of ${event.resource} ended at ${event.atMs}, not at ${until ?? "all due"}`);
    }
  },
  fact(fact, now) {
    if (fact.kind !== "awake") return;
    for (const lock of now.locks.values()) {
      if (lock.coolingUntilMs !== undefined && lock.coolingUntilMs < fact.atMs)
        fail("LK-13", `${lock.resource} still cools at ${fact.atMs}, its delay ended at ${lock.coolingUntilMs}`);
    }
  },
});
