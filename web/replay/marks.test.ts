import { expect, test } from "vitest";
import { TestSpace } from "../../shared/engine/testing/space.ts";
import type { Event, Finding } from "../../shared/model/index.ts";
import { jumpKindOf, spotOf } from "./marks.ts";

const found: Finding = { finding: "splitBrain g", kind: "splitBrain", agents: ["w1", "w2"], resources: ["g"], because: [], sinceMs: 0 };

test("one jumps from leader to leader, and a split brain is an anomaly that lasts", () => {
  const space = new TestSpace();
  for (const agent of ["w1", "w2"]) {
    space.join(agent);
    space.agent(agent, { type: "election.campaign", group: "g" });
  }
  space.agent("w1", { type: "election.resign", group: "g" });
  const spots = space.events.flatMap((event) => spotOf(event) ?? []).filter(({ kind }) => kind === "term");
  expect(spots.map(({ words }) => words)).toEqual(["w1 leads g, term 1", "w2 leads g, term 2"]);
  const raised = { type: "finding.raised", position: 9, atMs: 9, found } as Event;
  expect(spotOf(raised)).toMatchObject({ kind: "anomaly", lasts: "finding splitBrain g", words: "Split brain: w1 and w2 believe that they lead g." });
});

test("who was kept out counts as a loss; a deposed leader as an act", () => {
  const who = { session: "s-w1", agent: "w1", position: 3, atMs: 3, group: "g", term: "1" };
  expect(jumpKindOf({ ...who, type: "leader.refused", command: "c", leader: "w2", current: "2" } as Event)).toBe("taken");
  const actor = { principal: "dana", role: "operator" } as const;
  expect(jumpKindOf({ ...who, type: "leader.ended", why: "deposed", ledMs: 5, actor, reason: "a test" } as Event)).toBe("act");
  expect(jumpKindOf({ ...who, type: "leader.ended", why: "resigned", ledMs: 5 } as Event)).toBeUndefined();
});
