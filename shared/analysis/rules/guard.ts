import type { CheckerFactory } from "./checker.ts";

/** LK-6: a guard accepts no fence below the highest it has accepted, and refuses no other. */
export const guard: CheckerFactory = (fail) => {
  const highest = new Map<string, bigint>();
  return {
    fact(fact) {
      if (fact.kind !== "wrote") return;
      const fence = BigInt(fact.fence);
      const known = highest.get(fact.resource) ?? 0n;
      if (fact.accepted && fence < known) fail("LK-6", `the guard of ${fact.resource} accepted ${fence} after ${known}`);
      if (!fact.accepted && fence >= known) fail("LK-6", `the guard of ${fact.resource} refused ${fence}, its highest is ${known}`);
      if (fact.accepted && fence > known) highest.set(fact.resource, fence);
    },
  };
};
