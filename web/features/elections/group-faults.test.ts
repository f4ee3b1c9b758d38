import { expect, test } from "vitest";
import { TestSpace } from "../../../shared/engine/testing/space.ts";
import { membersOf } from "./group-faults.ts";

test("the members of a group are all that campaign, vote or run a node, each once, w2 before w10", () => {
  const space = new TestSpace();
  for (const agent of ["w2", "w10"]) space.join(agent);
  space.operator({ type: "election.configure", group: "g", settings: { policy: "quorum", members: ["w2", "w3"] } as never, reason: "a test" });
  space.agent("w10", { type: "election.campaign", group: "g" });
  const view = { protocol: "raft", role: "follower", term: 1, leader: null, votedFor: null, votes: [], members: ["w2", "w4"], because: "" };
  space.agent("w2", { type: "node.tell", group: "g", view });
  expect(membersOf(space.state.elections.get("g"), [...space.state.nodes.values()])).toEqual(["w2", "w3", "w4", "w10"]);
  expect(membersOf(undefined, [])).toEqual([]);
});
