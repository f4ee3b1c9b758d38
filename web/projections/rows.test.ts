import { describe, expect, it } from "vitest";
import { parseFilter } from "../app/filter.ts";
import { fakeWorld } from "../dev/fake-world.ts";
import { agentRows, intentRows, lockRows } from "./rows.ts";

const all = parseFilter("");

describe("rows", () => {
  const { state } = fakeWorld({ agents: 40 });

  it("has one row for each lock and each wanted resource, with unique keys", () => {
    const rows = lockRows(state, all);
    const wants = [...state.waits.values()].reduce((sum, wait) => sum + wait.wants.length, 0);
    expect(rows).toHaveLength(state.locks.size + wants);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  });

  it("numbers the queue from its head", () => {
    const queue = lockRows(state, all).filter(({ status, resource }) => status === "waiting" && resource === "repo/src/engine/locks.ts");
    expect(queue.map(({ queue: place }) => place).sort((left, right) => left - right)).toEqual(queue.map((_, index) => index + 1));
    expect(queue.length).toBeGreaterThan(1);
  });

  it("filters as the other views do", () => {
    const mine = lockRows(state, parseFilter("agent:w1 path:repo/src"));
    expect(mine.length).toBeGreaterThan(0);
    expect(mine.every(({ resource }) => resource.startsWith("repo/src"))).toBe(true);
    expect(agentRows(state, parseFilter("agent:w40")).map(({ agent }) => agent)).toEqual(["w40"]);
    expect(agentRows(state, all)).toHaveLength(40);
    expect(intentRows(state, all)).toHaveLength(state.intents.size);
  });
});
