import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TestSpace } from "../../shared/engine/testing/space.ts";
import type { Event } from "../../shared/model/index.ts";
import { emptyState, evolve, fromSnapshot, type State, toSnapshot } from "../../shared/state/index.ts";
import { changesBetween } from "./changes-between.ts";
import { sampleEvents, takeEvents } from "./lanes-sample.ts";

const events = takeEvents(sampleEvents({ agents: 6, resources: 9, trouble: true, seed: 5 }), 2_000);
const at = (position: number): State => {
  const state = emptyState("main");
  for (const event of events.slice(0, position)) evolve(state, event);
  return state;
};

/** Keys of what the first table has and the second has not, by the tables themselves. */
const balance = (from: number, to: number, keys: (state: State) => Iterable<unknown>) => {
  const before = new Set(keys(at(from)));
  return [...keys(at(to))].filter((key) => !before.has(key)).sort();
};

describe("what changed between two positions", () => {
  it("is nothing from a position to itself", () => {
    const { from, to, fromMs, toMs, ...lists } = changesBetween(at(900), at(900));
    expect([from, to]).toEqual([900, 900]);
    expect(fromMs).toBe(toMs);
    expect(Object.values(lists).flat()).toEqual([]);
  });

  it("is the balance, whatever happened in between", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 2_000 }), (one, other) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const changes = changesBetween(at(from), at(to));
        const held = (state: State) => [...state.locks.values()].filter((lock) => lock.coolingUntilMs === undefined).map((lock) => lock.fence);
        expect(changes.granted.map((lock) => lock.fence).sort()).toEqual(balance(from, to, held));
        expect(changes.waitsBegun.map((wait) => wait.request).sort()).toEqual(balance(from, to, (state) => state.waits.keys()));
        expect(changes.agentsCome.map(({ session }) => session).sort()).toEqual(balance(from, to, (state) => state.sessions.keys()));
        expect(changes.deadlocksFormed.toSorted()).toEqual(balance(from, to, (state) => state.deadlocks.keys()));
      }),
      { numRuns: 40 },
    );
  });

  it("turned round, what came is what went", () => {
    const [there, back] = [changesBetween(at(300), at(1_500)), changesBetween(at(1_500), at(300))];
    expect(back.released).toEqual(there.granted);
    expect(back.granted).toEqual(there.released);
    expect(back.waitsEnded).toEqual(there.waitsBegun);
    expect(back.agentsGone).toEqual(there.agentsCome);
    expect(back.faultsEnded).toEqual(there.faultsBegun);
  });

  it("names what an operator set, and who does something else now", () => {
    const actor = { principal: "dana", role: "operator" } as const;
    const said: Event[] = [
      { type: "session.joined", session: "s1", agent: "w1", principal: "fleet", roles: [], labels: {}, ttlMs: 15_000, resumeHash: "", position: 1, atMs: 1 },
      { type: "resource.configured", pattern: "repo/**", settings: { capacity: 2 }, actor, reason: "two", position: 2, atMs: 2 },
      { type: "session.declared", session: "s1", agent: "w1", state: "working", doing: "edits", progress: 1, position: 3, atMs: 3 },
      { type: "resource.frozen", resource: "repo", actor, reason: "release", position: 4, atMs: 4 },
      { type: "quota.set", principal: "fleet", locks: 3, waits: null, actor, reason: "hoards", position: 5, atMs: 5 },
      { type: "resource.configured", pattern: "repo/**", settings: { capacity: 3 }, actor, reason: "three", position: 6, atMs: 6 },
    ];
    const state = (to: number) => {
      const made = emptyState("main");
      for (const event of said.slice(0, to)) evolve(made, structuredClone(event));
      return made;
    };
    const changes = changesBetween(state(2), state(6));
    expect(changes.agentsChanged.map(({ before, after }) => [before.doing, after.doing])).toEqual([["", "edits"]]);
    expect(changes.frozen.map(({ resource }) => resource)).toEqual(["repo"]);
    expect(changes.quotasSet.map(({ principal }) => principal)).toEqual(["fleet"]);
    expect(changes.rulesSet.map(({ settings }) => settings)).toEqual([{ capacity: 3 }]);
    expect(changes.rulesGone.map(({ settings }) => settings)).toEqual([{ capacity: 2 }]);
  });

  it("says of each group who leads instead of whom, however often that changed in between", () => {
    const space = new TestSpace();
    for (const agent of ["w1", "w2"]) {
      space.join(agent);
      for (const group of ["roles/a", "roles/b"]) space.agent(agent, { type: "election.campaign", group });
    }
    const before = fromSnapshot(structuredClone(toSnapshot(space.state)));
    space.agent("w1", { type: "election.resign", group: "roles/a" });
    const { leadersChanged } = changesBetween(before, space.state);
    expect(leadersChanged.map(({ group, before: one, after }) => [group, one?.agent, after?.agent])).toEqual([["roles/a", "w1", "w2"]]);
    expect(changesBetween(space.state, space.state).leadersChanged).toEqual([]);
  });
});
