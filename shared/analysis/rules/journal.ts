import type { CheckerFactory } from "./checker.ts";

/** JR-2: positions rise by one, times never go back. JR-8: what is published is the same, in order, once. */
export const journal: CheckerFactory = (fail) => {
  let publishedTo = 0;
  return {
    event(event, before) {
      if (event.position !== before.position + 1) fail("JR-2", `position ${event.position} follows on ${before.position}`);
      if (event.atMs < before.atMs) fail("JR-2", `time goes back from ${before.atMs} to ${event.atMs} at ${event.position}`);
    },
    fact(fact, now) {
      if (fact.kind === "started") publishedTo = fact.position;
      if (fact.kind === "appended" && fact.expected !== now.position)
        fail("JR-2", `an append expects position ${fact.expected}, the journal is at ${now.position}`);
      if (fact.kind !== "published") return;
      for (const event of fact.events) {
        if (event.position !== publishedTo + 1) fail("JR-8", `position ${event.position} was published after ${publishedTo}`);
        publishedTo = event.position;
      }
    },
  };
};
