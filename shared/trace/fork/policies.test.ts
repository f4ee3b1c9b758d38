import { expect, test } from "vitest";
import { TestSpace } from "../../engine/testing/space.ts";
import { traceOf } from "../seek/reader.ts";
import { comparePolicies } from "./policies.ts";

test("a recording under every policy: each row is measured, and the deadlock is only where it is let happen", () => {
  const space = new TestSpace();
  space.configure("**", { policy: "detect", automatic: "live" });
  for (const agent of ["w1", "w2"]) space.join(agent);
  for (let round = 0; round < 5; round++) {
    const ask = (agent: string, resource: string): void => {
      space.nowMs += 100;
      space.acquire(agent, resource, { id: `${agent} ${resource} ${round}` });
    };
    const giveBack = (agent: string): void => {
      space.nowMs += 100;
      const held = [...(space.state.bySession.get(`s-${agent}`)?.locks ?? [])].flatMap((fence) => space.state.locks.get(fence) ?? []);
      for (const { resource, fence } of held) space.release(agent, resource, fence);
    };
    ask("w1", "a");
    ask("w2", "b");
    ask("w1", "b");
    ask("w2", "a");
    // The victim first, so that the other gets what it waits for.
    const victim = space.events.findLast((event) => event.type === "lock.dequeued");
    giveBack(victim?.agent === "w1" ? "w1" : "w2");
    giveBack(victim?.agent === "w1" ? "w2" : "w1");
  }
  const recorded = space.events.filter((event) => event.type === "deadlock.detected").length;
  expect(recorded).toBe(5);
  const source = traceOf({ engine: "test", space: "test", name: "test", base: "0".repeat(64) }, undefined, space.decisions);
  const run = comparePolicies(source, { at: 0, pattern: "**", seed: 1, engine: "test" });
  let turn = run.next();
  while (turn.done !== true) turn = run.next();
  const rows = new Map(turn.value.map((row) => [row.name, row]));
  expect([...rows.keys()]).toEqual(["as recorded", "detect", "woundWait", "waitDie", "ordered", "timeout"]);
  expect(rows.get("as recorded")?.figures).toMatchObject({ deadlocks: 5, aborted: 5 });
  for (const name of ["woundWait", "waitDie", "ordered"]) expect(rows.get(name)?.figures.deadlocks, name).toBe(0);
  for (const { figures } of turn.value) expect(figures.grants).toBeGreaterThan(0);
});
