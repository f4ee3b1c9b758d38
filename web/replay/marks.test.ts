import { expect, test } from "vitest";
import { TestSpace } from "../../shared/engine/testing/space.ts";
import type { Event, Finding } from "../../shared/model/index.ts";
import { NodeLeads } from "../projections/node-terms.ts";
import { indexPart } from "./index-part.ts";
import { jumpKindOf, spotOf } from "./marks.ts";
import { TraceIndex } from "./trace-index.ts";

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

test("the strip marks where an agent's own node begins to lead, once, and one jumps there", () => {
  const space = new TestSpace();
  space.join("w1");
  for (const [role, term] of [
    ["follower", 1],
    ["leader", 2],
    ["leader", 2],
    ["leader", 3],
    ["follower", 4],
  ] as const) {
    const view = { protocol: "raft", role, term, leader: null, votedFor: null, votes: [], members: ["w1"], because: "a test" };
    space.agent("w1", { type: "node.tell", group: "log", view });
  }
  const nodes = new NodeLeads();
  // In parts, as a trace is read.
  const parts = [indexPart(space.events.slice(0, 3), nodes), indexPart(space.events.slice(3), nodes)];
  expect(parts.flatMap(({ spots }) => spots.map(({ words }) => words))).toEqual([
    "w1 leads log, by its node of raft in term 2",
    "w1 leads log, by its node of raft in term 3",
  ]);
  const index = new TraceIndex();
  for (const part of parts) index.append(part);
  expect([index.next(0, 1, "term"), index.next(3, 1, "term"), index.next(5, 1, "term"), index.next(6, -1, "term")]).toEqual([3, 5, undefined, 5]);
});

test("who was kept out counts as a loss; a deposed leader as an act", () => {
  const who = { session: "s-w1", agent: "w1", position: 3, atMs: 3, group: "g", term: "1" };
  expect(jumpKindOf({ ...who, type: "leader.refused", command: "c", leader: "w2", current: "2" } as Event)).toBe("taken");
  const actor = { principal: "dana", role: "operator" } as const;
  expect(jumpKindOf({ ...who, type: "leader.ended", why: "deposed", ledMs: 5, actor, reason: "a test" } as Event)).toBe("act");
  expect(jumpKindOf({ ...who, type: "leader.ended", why: "resigned", ledMs: 5 } as Event)).toBeUndefined();
});
