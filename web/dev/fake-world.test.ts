import { describe, expect, it } from "vitest";
import { eventSchema, snapshotSchema } from "../../shared/model/index.ts";
import { emptyState, evolve, toSnapshot } from "../../shared/state/index.ts";
import { fakeWorld } from "./fake-world.ts";

describe("fake world", () => {
  it("is made of real events that fold to its state", () => {
    const { state, events } = fakeWorld({ agents: 30 });
    const folded = emptyState("main");
    for (const event of events) evolve(folded, eventSchema.parse(event));
    expect(toSnapshot(folded)).toEqual(toSnapshot(state));
    expect(snapshotSchema.safeParse(toSnapshot(state)).error).toBeUndefined();
  });

  it("has somebody waiting and somebody to help", () => {
    const { state } = fakeWorld({ agents: 30 });
    expect(state.waits.size).toBeGreaterThan(1);
    expect([...state.sessions.values()].some(({ connected }) => !connected)).toBe(true);
    expect(state.freezes.size).toBe(1);
  });
});
