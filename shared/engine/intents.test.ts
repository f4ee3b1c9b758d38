import { expect, test } from "vitest";
import { TestSpace } from "./testing/space.ts";

const plan = (resource: string, startsInMs = 0) => ({ uses: [{ resource, mode: "exclusive" }], startsInMs, lastsMs: 1_000 });

function announced(space: TestSpace, agent: string, resource: string, startsInMs?: number) {
  const { result } = space.agent(agent, { type: "intent.announce", ...plan(resource, startsInMs), reason: "refactoring" });
  if (result?.status !== "announced") throw new Error(`${agent} could not announce`);
  return result;
}

function spaceOf(...agents: string[]): TestSpace {
  const space = new TestSpace();
  for (const agent of agents) space.join(agent);
  return space;
}

test("IN-6 an intent neither keeps anybody out nor lets its owner in", () => {
  const space = spaceOf("a", "b", "c");
  const { intent } = announced(space, "a", "repo");
  space.agent("a", { type: "intent.commit", intent });
  space.acquire("b", "repo/src");
  expect(space.held("repo/src")).toEqual(["b"]);
  expect(space.acquire("a", "repo", { waitMs: 0 }).error?.code).toBe("busy");
});

test("IN-5 a check says what an announcement would be told, and changes nothing", () => {
  const space = spaceOf("a", "b", "c");
  space.acquire("b", "repo/src");
  announced(space, "c", "repo/docs");
  const before = JSON.stringify(space.restarted().intents.size);
  const { position } = space.state;
  const check = space.agent("a", { type: "intent.check", ...plan("repo") });
  expect([space.state.position, JSON.stringify(space.restarted().intents.size)]).toEqual([position, before]);
  const told = announced(space, "a", "repo").conflicts;
  expect(check.result?.status === "checked" && check.result.conflicts).toEqual(told);
  expect(told.map((conflict) => conflict.kind)).toEqual(["intent", "holder"]);
});

test("IN-1 of two that conflict only the first is committed, and the other when it is over", () => {
  const space = spaceOf("a", "b");
  const first = announced(space, "a", "repo");
  const second = announced(space, "b", "repo/src");
  space.agent("a", { type: "intent.commit", intent: first.intent });
  const commit = { type: "intent.commit", intent: second.intent } as const;
  expect(space.agent("b", commit).error?.code).toBe("conflict");
  space.agent("a", { type: "intent.fulfil", intent: first.intent });
  expect(space.agent("b", commit).error).toBeUndefined();
});

test("IN-2 IN-3 an intent ends once: with its window when nothing ended it before", () => {
  const space = spaceOf("a");
  const { intent } = announced(space, "a", "repo", 500);
  space.pass(1_499);
  expect(space.state.intents.size).toBe(1);
  space.pass(1);
  expect(space.state.intents.size).toBe(0);
  expect(space.agent("a", { type: "intent.withdraw", intent }).error?.code).toBe("notFound");
});
