import { expect, test } from "vitest";
import { TestSpace } from "../../shared/engine/testing/space.ts";
import { TermHistory } from "./term-history.ts";

function led(): { space: TestSpace; history: TermHistory } {
  const space = new TestSpace();
  for (const agent of ["w1", "w2"]) {
    space.join(agent);
    space.agent(agent, { type: "election.campaign", group: "g" });
  }
  space.pass(5_000);
  space.agent("w1", { type: "election.resign", group: "g" });
  space.agent("w2", { type: "election.resign", group: "g" });
  const history = new TermHistory();
  history.take(space.events);
  return { space, history };
}

test("each term has its leader, its beginning and how it ended, newest first", () => {
  const { history } = led();
  expect(history.list().map(({ agent, end }) => [agent, end?.why])).toEqual([
    ["w2", "resigned"],
    ["w1", "resigned"],
  ]);
  expect(history.list()[1]?.end?.ledMs).toBe(5_000);
});

test("the list stays the same until something changes, and begins anew when asked to", () => {
  const { space, history } = led();
  const before = history.list();
  history.take([]);
  expect(history.list()).toBe(before);
  space.agent("w1", { type: "election.campaign", group: "g" });
  history.take(space.events.slice(-2));
  expect(history.list()[0]).toMatchObject({ agent: "w1", group: "g" });
  expect(history.list()[0]?.end).toBeUndefined();
  history.reset();
  expect(history.list()).toEqual([]);
});
