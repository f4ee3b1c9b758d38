import fc from "fast-check";
import { expect, test } from "vitest";
import { hasQuorum, membersOf, reachedByQuorum, tally } from "./configuration.ts";
import type { Configuration } from "./messages.ts";

const agents = ["a", "b", "c", "d", "e"];
const group = fc.subarray(agents, { minLength: 1 });

/** Every set of agents that is a quorum. */
function quorumsOf(configuration: Configuration): string[][] {
  const sets = Array.from({ length: 2 ** agents.length }, (_, bits) => agents.filter((_agent, at) => (bits >> at) % 2 === 1));
  return sets.filter((set) => hasQuorum(configuration, (agent) => set.includes(agent)));
}

test("EL-30 any two quorums have somebody in common, also over every step of a change of members", () => {
  fc.assert(
    fc.property(group, group, (old, next) => {
      const steps: Configuration[] = [
        { voters: old, outgoing: [], learners: [] },
        { voters: next, outgoing: old, learners: [] },
        { voters: next, outgoing: [], learners: [] },
      ];
      for (const [at, one] of steps.entries())
        for (const other of steps.slice(at, at + 2))
          for (const quorum of quorumsOf(one)) for (const beside of quorumsOf(other)) expect(quorum.some((agent) => beside.includes(agent))).toBe(true);
    }),
    { numRuns: 40 },
  );
});

test("what a quorum has reached is the highest figure that a quorum has", () => {
  fc.assert(
    fc.property(group, fc.subarray(agents), fc.array(fc.nat(9), { minLength: 5, maxLength: 5 }), (voters, outgoing, figures) => {
      const configuration = { voters, outgoing, learners: [] };
      const figureOf = (agent: string) => figures[agents.indexOf(agent)] ?? 0;
      const reached = reachedByQuorum(configuration, figureOf);
      expect(hasQuorum(configuration, (agent) => figureOf(agent) >= reached)).toBe(true);
      expect(hasQuorum(configuration, (agent) => figureOf(agent) > reached)).toBe(false);
    }),
  );
});

test("learners are members and no quorum, and nobody is a quorum of nobody", () => {
  const configuration = { voters: ["a", "b", "c"], outgoing: [], learners: ["d", "e"] };
  expect(membersOf(configuration)).toEqual(["a", "b", "c", "d", "e"]);
  expect(hasQuorum(configuration, (agent) => agent !== "b" && agent !== "c")).toBe(false);
  expect(hasQuorum({ voters: [], outgoing: [], learners: ["d"] }, () => true)).toBe(false);
  expect(tally({ voters: ["a", "b", "c"], outgoing: ["a", "d"], learners: [] }, (agent) => agent < "c")).toBe("2 of 3 and 1 of 2");
});
