import type { Event } from "../../model/index.ts";
import type { CheckerFactory } from "./checker.ts";

/** LK-5: a new fence is above every fence, term and version given before. */
export const fences: CheckerFactory = (fail) => {
  let highest = 0n;
  return {
    begin({ lastFence }) {
      highest = BigInt(lastFence);
    },
    event(event) {
      for (const fence of newFences(event)) {
        if (BigInt(fence) <= highest) fail("LK-5", `${event.type} gives fence ${fence}, but ${highest} was given before`);
        else highest = BigInt(fence);
      }
      const term = event.type === "ballot.opened" ? event.ballot.ballot : event.type === "leader.elected" ? event.leader.term : "0";
      if (BigInt(term) > highest) highest = BigInt(term);
      if (event.type === "version.advanced" && BigInt(event.version) > highest) highest = BigInt(event.version);
    },
  };
};

function newFences(event: Event): string[] {
  if (event.type === "lock.granted") return event.locks.map((lock) => lock.fence);
  return event.type === "lock.upgraded" || event.type === "lock.transferred" ? [event.newFence] : [];
}
