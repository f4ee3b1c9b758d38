import { describe, expect, it } from "vitest";
import { fakeWorld } from "../../dev/fake-world.ts";
import { findThings, matchScore } from "./entries.ts";

describe("palette", () => {
  it("prefers exact names, then beginnings, then beginnings of parts", () => {
    expect(["w1", "w12", "repo/w1", "aw1", "x"].map((text) => matchScore(text, "w1"))).toEqual([0, 1, 2, 3, undefined]);
  });

  it("finds agents and resources, each once, the best first", () => {
    const { state } = fakeWorld({ agents: 24 });
    const found = findThings(state, " W1 ", 5);
    expect(found).toHaveLength(5);
    expect(found[0]).toMatchObject({ kind: "agent", id: "w1" });
    const locks = findThings(state, "engine/locks", 50).map(({ kind, id }) => `${kind} ${id}`);
    expect(new Set(locks).size).toBe(locks.length);
    expect(locks).toContain("resource repo/src/engine/locks.ts");
    expect(findThings(state, "  ", 5)).toEqual([]);
  });
});
