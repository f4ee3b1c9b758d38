import { limits } from "../../model/index.ts";
import type { CheckerFactory } from "./checker.ts";
import { agingStepMs } from "./uses.ts";

/** LK-19: rank is the time of queuing less what priority is worth. Waits are immutable, so it cannot change later. */
export const rank: CheckerFactory = (fail) => ({
  event(event, before) {
    if (event.type !== "lock.queued") return;
    const { wait } = event;
    const step = agingStepMs(before, wait.wants);
    const expected = wait.queuedMs - wait.priority * step;
    if (wait.rank !== expected) fail("LK-19", `request ${wait.request} has rank ${wait.rank}, expected ${expected}`);
    if (wait.queuedMs !== event.atMs) fail("LK-19", `request ${wait.request} was queued at ${event.atMs}, it says ${wait.queuedMs}`);
    if (Math.abs(wait.priority) > limits.priority) fail("LK-19", `request ${wait.request} has priority ${wait.priority}`);
  },
});
