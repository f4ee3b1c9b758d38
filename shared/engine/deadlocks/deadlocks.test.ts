import { describe, expect, test } from "vitest";
import { deadlocks } from "../../analysis/index.ts";
import type { Settings } from "../../model/index.ts";
import { toSnapshot } from "../../state/index.ts";
import { previewAct } from "../index.ts";
import { TestSpace } from "../testing/space.ts";

/** Agents that came one after the other, the first the oldest. */
function spaceWith(settings: Settings, ...agents: string[]): TestSpace {
  const space = new TestSpace();
  space.configure("**", settings);
  for (const agent of agents) {
    space.join(agent);
    space.nowMs += 1_000;
  }
  return space;
}

/** a holds x and wants y, b holds y and wants x; a began first. */
function ring(settings: Settings): TestSpace {
  const space = spaceWith(settings, "a", "b");
  space.acquire("a", "x");
  space.nowMs += 1_000;
  space.acquire("b", "y");
  space.nowMs += 1_000;
  space.acquire("a", "y");
  space.nowMs += 1_000;
  space.acquire("b", "x", { id: "closing" });
  return space;
}

const ended = (space: TestSpace) => space.events.flatMap((event) => (event.type === "lock.dequeued" ? [`${event.agent} ${event.why}`] : []));
const detected = (space: TestSpace) => space.events.flatMap((event) => (event.type === "deadlock.detected" ? [event.found] : []));
const resolved = (space: TestSpace) => space.events.flatMap((event) => (event.type === "deadlock.resolved" ? [event.how] : []));

describe("detection", () => {
  test("WG-1 WG-3 a ring is found at the edge that closes it; the youngest gives way and the other goes on", () => {
    const space = ring({});
    const [found] = detected(space);
    expect(found?.cycle.map((step) => `${step.agent} waits for ${step.resource} of ${step.onAgent}`)).toEqual(["b waits for x of a", "a waits for y of b"]);
    expect(found?.plan).toMatchObject({ act: "abort", agent: "b" });
    expect(found?.candidates).toMatchObject([{ agent: "b" }, { agent: "a", spared: "oldest" }]);
    expect(ended(space)).toEqual(["b victim"]);
    expect(resolved(space)).toEqual(["aborted"]);
    space.release("b", "y");
    expect(space.held("y")).toEqual(["a"]);
    expect(space.state.deadlocks.size).toBe(0);
  });

  test("WG-4 where the ring goes through a queue, somebody is put before another and nobody loses anything", () => {
    const space = spaceWith({}, "a", "b", "c");
    space.acquire("a", "x", { mode: "shared" });
    space.acquire("c", "z");
    space.acquire("b", "x");
    space.acquire("c", "x", { mode: "shared" });
    expect(space.queue("x")).toEqual(["b", "c"]);
    space.acquire("a", "z");
    expect(detected(space)[0]?.plan).toMatchObject({ act: "reorder", agent: "c" });
    expect(ended(space)).toEqual([]);
    expect(resolved(space)).toEqual(["reordered"]);
    expect(space.held("x")).toEqual(["a", "c"]);
    expect([...space.state.waits.values()].find((wait) => wait.agent === "b")?.passed).toBe(1);
  });

  test("WG-5 age survives: a victim that comes back is older than who began since", () => {
    const space = ring({});
    const since = space.state.work.get("s-b")?.sinceMs;
    space.release("b", "y");
    space.nowMs += 10_000;
    space.join("c");
    space.acquire("c", "z");
    space.acquire("b", "x");
    expect(space.state.work.get("s-b")).toMatchObject({ sinceMs: since, aborts: 1 });
    space.release("a", "x");
    expect(space.held("x")).toEqual(["b"]);
    space.release("b", "x");
    expect(space.state.work.has("s-b")).toBe(false);
  });

  test("WG-6 nobody is the victim more than three times in a row while there is somebody else", () => {
    const space = spaceWith({ victim: "lowestPriority" }, "old", "a", "b");
    space.acquire("old", "o");
    for (let round = 0; round < 4; round++) {
      space.acquire("a", "x");
      space.acquire("b", "y");
      space.acquire("a", "y", { priority: 0 });
      space.acquire("b", "x", { priority: -1 });
      for (const lock of [...space.state.locks.values()]) if (lock.agent === "a") space.release("a", lock.resource, lock.fence);
      for (const wait of [...space.state.waits.values()]) space.agent(wait.agent, { type: "lock.cancel", acquire: wait.command });
      for (const lock of [...space.state.locks.values()]) if (lock.agent !== "old") space.release(lock.agent, lock.resource, lock.fence);
    }
    expect(ended(space).filter((one) => one.endsWith("victim"))).toContain("b victim");
    const inRow = ended(space).filter((one) => one.endsWith("victim"));
    for (let at = 0; at + 3 < inRow.length; at++) expect(new Set(inRow.slice(at, at + 4)).size).toBeGreaterThan(0);
  });

  test.each([
    ["youngest", "c"],
    ["lowestPriority", "b"],
    ["leastWork", "c"],
    ["fewestLocks", "c"],
    ["mostReleased", "b"],
  ] as const)("WG-3 victim by %s", (victim, agent) => {
    const space = spaceWith({ victim }, "a", "b", "c", "d");
    space.acquire("a", "x");
    space.nowMs += 1_000;
    space.acquire("b", "y");
    space.acquire("b", "y2");
    space.nowMs += 1_000;
    space.acquire("c", "z");
    space.acquire("d", "y2");
    space.acquire("a", "y");
    space.acquire("b", "z", { priority: -1 });
    space.nowMs += 1_000;
    space.acquire("c", "x");
    expect(detected(space)[0]?.plan.agent).toBe(agent);
    expect(deadlocks(space.state)).toEqual([]);
  });

  test("WG-2 what an agent declares to wait for takes part", () => {
    const space = spaceWith({}, "a", "b");
    space.acquire("a", "x");
    space.agent("a", { type: "wait.declare", kind: "message", on: ["b"], what: "the review" });
    space.acquire("b", "x");
    expect(detected(space)[0]?.cycle.map((step) => step.kind)).toEqual(["lock", "message"]);
    expect(ended(space)).toEqual(["b victim"]);
  });

  test("WG-2 one of two is enough: no ring as long as one of them can answer", () => {
    const space = spaceWith({}, "a", "b", "c");
    space.acquire("a", "x");
    space.agent("a", { type: "wait.declare", kind: "message", on: ["b", "c"], need: 1, what: "any review" });
    space.acquire("b", "x");
    expect(detected(space)).toEqual([]);
    space.acquire("c", "x");
    expect(detected(space)).toHaveLength(1);
  });
});

describe("policies", () => {
  test("manual: the deadlock stands until an operator picks, with a preview", () => {
    const space = ring({ policy: "manual" });
    expect(space.state.deadlocks.get("d1")?.plan.act).toBe("none");
    const act = { id: "p", type: "deadlock.resolve", deadlock: "d1", victim: "s-a", reason: "b is nearly done" } as const;
    expect(previewAct(space.state, { principal: "dana", role: "operator" }, act, space.nowMs)).toMatchObject({ dequeues: [{ agent: "a", resource: "y" }] });
    expect(space.operator({ ...act, id: "q", victim: "s-zzz" }).error?.code).toBe("invalid");
    space.operator({ ...act, id: "r" });
    expect(ended(space)).toEqual(["a victim"]);
    expect(resolved(space)).toEqual(["operator"]);
    expect(space.events.find((event) => event.type === "lock.dequeued")).toMatchObject({ actor: { principal: "dana" }, reason: "b is nearly done" });
    expect(space.state.deadlocks.size).toBe(0);
  });

  test("a deadlock that somebody's release ends is over", () => {
    const space = ring({ policy: "manual" });
    space.agent("a", { type: "session.leave" });
    expect(resolved(space)).toEqual(["other"]);
  });

  test("a deadlock that stands is dealt with as new settings say", () => {
    const space = ring({ automatic: "off" });
    expect(space.state.deadlocks.size).toBe(1);
    space.configure("**", { automatic: "live" });
    expect(resolved(space)).toEqual(["replanned", "aborted"]);
    expect(ended(space)).toEqual(["b victim"]);
    expect(space.state.deadlocks.size).toBe(0);
  });

  test("timeout: nothing but the deadline ends it, by default the limit of the settings", () => {
    const space = ring({ policy: "timeout", waitLimitMs: 5_000 });
    expect(detected(space)).toHaveLength(1);
    space.pass(4_000);
    expect(ended(space)).toEqual(["a deadline"]);
    expect(resolved(space)).toEqual(["other"]);
  });

  test("wait-die: a younger one may not wait for an older one", () => {
    const space = ring({ policy: "waitDie" });
    expect(ended(space)).toEqual(["b victim"]);
    expect(detected(space)).toEqual([]);
  });

  test("wound-wait: the younger one gives way as soon as it waits too", () => {
    const space = ring({ policy: "woundWait" });
    expect(ended(space)).toEqual(["b wounded"]);
    expect(detected(space)).toEqual([]);
  });

  test("ordered: nobody may ask for what comes before what it holds", () => {
    const space = spaceWith({ policy: "ordered" }, "a");
    space.acquire("a", "y");
    expect(space.acquire("a", "x").error).toMatchObject({ code: "conflict", field: "wants[0].resource" });
    expect(space.acquire("a", "z").result?.status).toBe("granted");
  });

  test("shadow: says what it would have done, and counts whether a person agrees", () => {
    const space = ring({ automatic: "shadow" });
    expect(detected(space)[0]?.plan).toMatchObject({ act: "abort", agent: "b" });
    expect(ended(space)).toEqual([]);
    space.operator({ type: "deadlock.resolve", deadlock: "d1", victim: "s-b", reason: "as you say" });
    expect(space.state.shadow).toEqual({ agreed: 1, differed: 0 });
  });

  test("priority inheritance: who holds what somebody urgent waits for is as urgent itself", () => {
    const space = spaceWith({ inherit: true, agingStepMs: 10_000 }, "low", "mid", "high", "h");
    space.acquire("h", "y");
    space.acquire("low", "x");
    space.acquire("mid", "y", { priority: 5 });
    space.acquire("low", "y");
    expect(space.queue("y")).toEqual(["mid", "low"]);
    space.acquire("high", "x", { priority: 9 });
    expect(space.queue("y")).toEqual(["low", "mid"]);
  });
});

test("JR-3 JR-4 a state with deadlocks, declared waits and work comes through a snapshot", () => {
  const space = ring({ policy: "manual" });
  space.agent("a", { type: "wait.declare", kind: "approval", on: [], what: "a person" });
  expect(toSnapshot(space.restarted())).toEqual(toSnapshot(space.state));
});
