import { expect, test } from "vitest";
import type { NodeView } from "../../model/index.ts";
import { Meter } from "./meter.ts";

const shown = (role: NodeView["role"], term: number, leader: string | null): NodeView => ({
  protocol: "toy",
  role,
  term,
  leader,
  votedFor: null,
  votes: [],
  members: ["a1", "a2", "a3"],
  because: "",
});

test("a group has a leader while a majority follows somebody who is up and believes that it leads", () => {
  const meter = new Meter(3, 0);
  const leaders: (string | undefined)[] = [];
  meter.onLeader = () => leaders.push(meter.leader);
  meter.shows("a1", shown("candidate", 1, null), 10);
  meter.shows("a2", shown("follower", 1, null), 20);
  meter.shows("a1", shown("leader", 1, "a1"), 30);
  expect(meter.leader).toBeUndefined();
  meter.shows("a2", shown("follower", 1, "a1"), 40);
  expect(meter.leader).toBe("a1");
  meter.shows("a1", undefined, 100);
  expect(meter.leader).toBeUndefined();
  meter.end(250);
  expect(meter.leaderlessMs).toBe(40 + 150);
  expect(leaders).toEqual(["a1", undefined]);
});

test("two who lead at once are measured from the later one's beginning to the earlier one's end", () => {
  const meter = new Meter(3, 0);
  meter.shows("a1", shown("leader", 1, "a1"), 10);
  meter.shows("a2", shown("leader", 2, "a2"), 60);
  meter.shows("a3", shown("leader", 3, "a3"), 70);
  meter.shows("a1", shown("follower", 2, "a2"), 80);
  meter.shows("a3", shown("follower", 2, "a2"), 100);
  meter.end(500);
  expect(meter.overlapMs).toBe(40);
});

test("a term in which somebody campaigned and nobody won counts as split once it is over", () => {
  const meter = new Meter(3, 0);
  meter.shows("a1", shown("candidate", 1, null), 10);
  meter.shows("a2", shown("candidate", 1, null), 12);
  expect(meter.splitVotes).toBe(0);
  meter.shows("a2", shown("candidate", 2, null), 50);
  meter.shows("a2", shown("leader", 2, "a2"), 60);
  expect(meter.splitVotes).toBe(1);
  expect(meter.terms).toBe(2);
});
