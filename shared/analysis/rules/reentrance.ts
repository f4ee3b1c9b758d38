import type { CheckerFactory } from "./checker.ts";

/** LK-9: what was taken several times ends with the last release. LK-10, LK-11: only a shared lock is upgraded, only an exclusive one downgraded. */
export const reentrance: CheckerFactory = (fail) => ({
  event(event, before) {
    if (event.type === "lock.granted") {
      for (const fence of event.reentered ?? []) {
        if (before.locks.get(fence)?.coolingUntilMs !== undefined) fail("LK-9", `${event.agent} counts fence ${fence}, which was taken away from it`);
      }
      return;
    }
    if (event.type !== "lock.counted" && event.type !== "lock.released" && event.type !== "lock.upgraded" && event.type !== "lock.downgraded") return;
    const lock = before.locks.get(event.fence);
    if (lock === undefined) return;
    if (event.type === "lock.counted" && event.holds !== lock.holds - 1)
      fail("LK-9", `${lock.resource} was held ${lock.holds} times and is held ${event.holds} times after a release`);
    if (event.type === "lock.released" && event.why === "released" && lock.holds > 1)
      fail("LK-9", `${lock.resource} ended with its first release, it was taken ${lock.holds} times`);
    if (event.type === "lock.upgraded" && lock.mode !== "shared") fail("LK-10", `${lock.resource} was upgraded, but it is ${lock.mode}`);
    if (event.type === "lock.downgraded" && lock.mode !== "exclusive") fail("LK-11", `${lock.resource} was downgraded, but it is ${lock.mode}`);
  },
});
