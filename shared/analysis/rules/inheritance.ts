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
    // New settings reach back to nobody: it is looked at where somebody came to wait, came further ahead, or came to hold something.
    const queued = new Set<number>();
    const ahead = new Set<number>();
    const gained = new Set<string>();
    for (const event of events) {
      if (event.type === "lock.queued") queued.add(event.wait.request);
      else if (event.type === "lock.reordered" || event.type === "lock.favoured") ahead.add(event.request);
      else if (event.type === "lock.granted") for (const { fence } of event.locks) gained.add(fence);
      else if (event.type === "lock.upgraded" || event.type === "lock.transferred") gained.add(event.newFence);
    }
    if (queued.size + ahead.size + gained.size === 0) return;
    const waiting = [...after.waits.values()];
    for (const urgent of waiting) {
      if (!urgent.wants.every((want) => settingsOf(after, want.resource).inherit)) continue;
      const before = new Set(blockersOf(after, { session: urgent.session, wants: urgent.wants, place: urgent }));
      for (const lock of urgent.wants.flatMap((want) => after.locks.near(want.resource))) {
        if (!before.has(`holder ${lock.fence}`) || lock.session === urgent.session) continue;
        // Of units it is not said whose: some of them may be its own.
        if (settingsOf(after, lock.resource).capacity > 1) continue;
        for (const own of waiting) {
          if (own.session !== lock.session || own.rank <= urgent.rank) continue;
          if (![urgent, own].some(({ request }) => queued.has(request)) && !ahead.has(urgent.request) && !gained.has(lock.fence)) continue;
          fail("WG-8", `${own.agent} holds ${lock.resource}, for which ${urgent.agent} waits with rank ${urgent.rank}, and waits itself with ${own.rank}`);
        }
      }
    }
  },
});
