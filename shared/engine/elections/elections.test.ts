import { describe, expect, test } from "vitest";
import { rendezvousLeader } from "../../model/index.ts";
import { TestSpace } from "../testing/space.ts";
import { stories } from "./testing/stories.ts";
import { play } from "./testing/story.ts";

describe("stories of a group", () => {
  test.each(stories)("%s", (_, story) => {
    expect(play(story)).toBe(story);
  });
});

test("EL-8: the leader changes with the window, to whom the public function names", () => {
  const space = new TestSpace();
  for (const agent of ["a", "b", "c"]) space.join(agent);
  const settings = { policy: "rendezvous", windowMs: 1_000 };
  space.operator({ type: "election.configure", group: "g", settings, reason: "r" } as never);
  for (const agent of ["a", "b", "c"]) space.agent(agent, { type: "election.campaign", group: "g", weight: agent === "c" ? 3 : 1 });
  const members = ["a", "b", "c"].map((agent) => ({ agent, weight: agent === "c" ? 3 : 1 }));
  const led = new Set<string>();
  for (let window = 0; window < 20; window++) {
    const agent = space.state.elections.get("g")?.leader?.agent ?? "";
    expect(agent).toBe(rendezvousLeader({ group: "g", windowMs: 1_000 }, members, space.nowMs));
    led.add(agent);
    space.pass(1_000);
  }
  expect(led.size).toBeGreaterThan(1);
});

test("EL-18: a message goes to whoever is here, and to nobody else", () => {
  const space = new TestSpace();
  for (const agent of ["a", "b"]) space.join(agent);
  const say = (to: string) => space.agent("a", { type: "message.send", group: "g", to, kind: "plan", body: "{}" });
  expect(say("b").events).toMatchObject([{ type: "message.sent", to: "b", agent: "a" }]);
  expect(say("z")).toMatchObject({ events: [], error: { code: "notFound" } });
});

test("JR-10: a group that nobody needs is forgotten, one that somebody set up is not", () => {
  const space = new TestSpace();
  for (const agent of ["a", "b"]) space.join(agent);
  const settings = { policy: "priority", delayMs: 500 };
  space.agent("a", { type: "election.campaign", group: "g", settings });
  expect(space.state.elections.get("g")?.settings).toMatchObject(settings);
  space.agent("b", { type: "election.campaign", group: "g", settings: { policy: "quorum" } });
  expect(space.state.elections.get("g")?.settings.policy).toBe("priority");
  for (const agent of ["a", "b"]) space.agent(agent, { type: "election.resign", group: "g" });
  expect(space.state.elections.size).toBe(0);
  space.operator({ type: "election.block", group: "g", agent: "a", reason: "r" });
  expect(space.state.elections.size).toBe(1);
  space.operator({ type: "election.unblock", group: "g", agent: "a", reason: "r" });
  expect([space.state.elections.size, space.state.timers.size]).toEqual([0, 0]);
});
