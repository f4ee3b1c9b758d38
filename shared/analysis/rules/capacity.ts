import type { CheckerFactory } from "./checker.ts";
import { settingsOf } from "./uses.ts";

/** LK-3: a semaphore is never given out beyond its capacity; it is taken exclusively and has no parts. */
export const capacity: CheckerFactory = (fail) => ({
  step({ events }, after) {
    for (const event of events) {
      if (event.type !== "lock.granted") continue;
      for (const granted of event.locks) {
        const { capacity } = settingsOf(after, granted.resource);
        if (granted.level !== "sequenced" || capacity === 1) continue;
        if (granted.mode === "shared") fail("LK-3", `semaphore ${granted.resource} was taken shared by ${granted.agent}`);
        let used = 0;
        for (const lock of after.locks.near(granted.resource)) if (lock.resource === granted.resource && lock.level === "sequenced") used += lock.weight;
        if (used > capacity) fail("LK-3", `${used} units of ${granted.resource} are out, its capacity is ${capacity}`);
      }
    }
  },
});
