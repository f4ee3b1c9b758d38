import { expect, test } from "vitest";
import { defaultElectionSettings as defaults } from "../../model/index.ts";
import { TestSpace } from "../testing/space.ts";

const group = "team/log";
const send = (space: TestSpace, from: string, to: string) => space.agent(from, { type: "message.send", group, to, kind: "raft", body: "{}" });

test("EL-18: what is said to somebody who is not here is refused and not written", () => {
  const space = new TestSpace();
  space.join("a");
  const position = space.state.position;
  expect(send(space, "a", "b").error).toMatchObject({ code: "notFound", field: "to" });
  expect(space.state.position).toBe(position);
  space.join("b");
  expect(send(space, "a", "b").events).toMatchObject([{ type: "message.sent", agent: "a", to: "b", kind: "raft" }]);
});

test("EL-18: in a group whose members are named nobody else speaks", () => {
  const space = new TestSpace();
  for (const agent of ["a", "b", "stranger"]) space.join(agent);
  expect(send(space, "stranger", "a").error).toBeUndefined();
  space.operator({ type: "election.configure", group, settings: { ...defaults, members: ["a", "b"] }, reason: "the log is theirs" });
  expect(send(space, "stranger", "a").error).toMatchObject({ code: "conflict", field: "group" });
  expect(send(space, "b", "a").error).toBeUndefined();
});
