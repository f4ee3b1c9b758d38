import type { CheckerFactory } from "./checker.ts";
import { blockersOf, settingsOf } from "./uses.ts";

/** WG-8: who holds what somebody more urgent waits for is as urgent wherever it waits itself; a rank only falls, to just that. */
export const inheritance: CheckerFactory = (fail) => ({
  event(event, before) {
    if (event.type !== "lock.inherited") return;
    const [wait, from] = [before.waits.get(event.request), before.waits.get(event.from)];
    if (wait === undefined || from === undefined) return fail("WG-8", `request ${event.request} inherits from ${event.from}, and both must wait`);
    if (event.rank !== from.rank || event.rank >= wait.rank)
      fail("WG-8", `request ${event.request} goes from rank ${wait.rank} to ${event.rank}, it inherits ${from.rank}`);
    if (!from.wants.some((want) => settingsOf(before, want.resource).inherit)) fail("WG-8", `request ${event.from} passes nothing on, it is not set to`);
  },
  step({ events }, after) {
    const moved = new Set<number>();
    const holders = new Set<string>();
    for (const event of events) {
      if (event.type === "lock.queued") moved.add(event.wait.request);
      else if (event.type === "lock.reordered" || event.type === "lock.favoured" || event.type === "lock.inherited") moved.add(event.request);
      else if (event.type === "lock.granted" || event.type === "lock.upgraded") holders.add(event.session);
      else if (event.type === "lock.transferred") holders.add(event.to);
    }
    const waiting = [...after.waits.values()];
    if (moved.size === 0 && !waiting.some((wait) => holders.has(wait.session))) return;
    for (const urgent of waiting) {
      if (!urgent.wants.every((want) => settingsOf(after, want.resource).inherit)) continue;
      const before = new Set(blockersOf(after, { session: urgent.session, wants: urgent.wants, place: urgent }));
      for (const lock of urgent.wants.flatMap((want) => after.locks.near(want.resource))) {
        if (!before.has(`holder ${lock.fence}`) || lock.session === urgent.session) continue;
        // Of units it is not said whose: some of them may be its own.
        if (settingsOf(after, lock.resource).capacity > 1) continue;
        for (const late of waiting) {
          if (late.session !== lock.session || late.rank <= urgent.rank) continue;
          // New settings reach back to nobody: it is looked at where somebody came to wait, to hold, or further ahead.
          if (!moved.has(urgent.request) && !moved.has(late.request) && !holders.has(lock.session)) continue;
          fail("WG-8", `${late.agent} holds ${lock.resource}, for which ${urgent.agent} waits with rank ${urgent.rank}, and waits itself with ${late.rank}`);
        }
      }
    }
  },
});
