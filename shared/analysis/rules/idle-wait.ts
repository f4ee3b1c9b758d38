import type { CheckerFactory } from "./checker.ts";
import { blockersOf } from "./uses.ts";

/** LK-21: whoever waits after a command has something before it. */
export const idleWait: CheckerFactory = (fail) => ({
  step({ events }, after) {
    if (events.length === 0) return;
    for (const wait of after.waits.values()) {
      if (blockersOf(after, { session: wait.session, wants: wait.wants, place: wait }).size > 0) continue;
      fail(
        "LK-21",
        `request ${wait.request} of ${wait.agent} for ${wait.wants.map((want) => want.resource).join(", ")} waits for nothing after ${events[0]?.type}`,
      );
    }
  },
});
