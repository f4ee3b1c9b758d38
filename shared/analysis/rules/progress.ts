import type { CheckerFactory } from "./checker.ts";

/** LK-22: once nobody holds on to anything, no request is left waiting. */
export const progress: CheckerFactory = (fail) => ({
  fact(fact, now) {
    if (fact.kind === "starved")
      fail("LK-22", `${fact.agent} got what it asked for ${fact.rounds} times from ${fact.sinceMs} to ${fact.atMs}, healthy as it is`);
    if (fact.kind !== "settled") return;
    for (const wait of now.waits.values()) {
      fail(
        "LK-22",
        `request ${wait.request} of ${wait.agent} for ${wait.wants.map((want) => want.resource).join(", ")} waits since ${wait.queuedMs}, at ${fact.atMs} still without an end`,
      );
    }
  },
});
