import { describe, expect, test } from "vitest";
import { previewAct } from "../engine/index.ts";
import { TestSpace } from "../engine/testing/space.ts";
import { SpaceHost } from "../host/index.ts";
import { covers, overlaps } from "../state/index.ts";

/** What the simulator found in the engine, told shortly. Seeds drift with the scenarios; these do not. */
describe("found by the simulator", () => {
  test("LE-5 a glob's settings do not reach a wider glob", () => {
    expect(covers("repo/src/*.ts", "repo/src/a*")).toBe(false);
    expect(covers("repo/src/a*", "repo/src/a*.ts")).toBe(true);
    const space = new TestSpace();
    space.join("a");
    space.configure("repo/src/*.ts", { maxHoldMs: 3_000 });
    space.acquire("a", "repo/src/a*");
    expect(space.holders("repo/src/a*")[0]?.holdUntilMs).toBeUndefined();
  });

  test("LK-4 a glob that spells a file out as a folder overlaps with that file", () => {
    expect(overlaps("**/a.ts/*", "repo/src/a.ts")).toBe(true);
    expect(overlaps("repo/src/a.ts", "**/a.ts/*")).toBe(true);
  });

  test("LK-21 who holds the directory gets freed units past those who queue for them", () => {
    const space = new TestSpace();
    for (const agent of ["a", "b"]) space.join(agent);
    space.configure("gpu/*", { capacity: 3 });
    space.acquire("a", "gpu/1", { weight: 2 });
    space.acquire("a", "gpu");
    space.acquire("b", "gpu/1", { weight: 2, priority: 5 });
    space.acquire("a", "gpu/1", { weight: 3 });
    expect(space.state.waits.size).toBe(2);
    space.release("a", "gpu/1");
    expect(space.holders("gpu/1").map((lock) => [lock.agent, lock.weight])).toEqual([["a", 3]]);
  });

  test("LK-21 a thaw lets in whom the queue does not concern", () => {
    const space = new TestSpace();
    for (const agent of ["a", "b"]) space.join(agent);
    space.acquire("a", "repo");
    space.acquire("b", "repo/src", { priority: 5 });
    space.operator({ type: "resource.freeze", resource: "repo/src", reason: "test" });
    space.acquire("a", "repo/src");
    expect(space.holders("repo/src")).toHaveLength(0);
    space.operator({ type: "resource.thaw", resource: "repo/src", reason: "test" });
    expect(space.holders("repo/src").map((lock) => lock.agent)).toEqual(["a"]);
  });

  test.each([{ level: "none" } as const, { capacity: 5 }])("LK-1 an upgrade waits for the other holders after %o", (settings) => {
    const space = new TestSpace();
    for (const agent of ["a", "b"]) {
      space.join(agent);
      space.acquire(agent, "index", { mode: "shared" });
    }
    space.configure("index", settings);
    const outcome = space.agent("a", { type: "lock.upgrade", resource: "index", fence: "1", waitMs: 0 });
    expect(outcome.error?.code).toBe("busy");
  });

  test("LK-3 a glob has no units: two sessions never hold the same one exclusively", () => {
    const space = new TestSpace();
    for (const agent of ["a", "b"]) space.join(agent);
    space.configure("repo/*", { capacity: 5 });
    space.acquire("a", "repo/*");
    expect(space.acquire("b", "repo/*", { waitMs: 0 }).error?.code).toBe("busy");
  });

  test("OP-3 a freeze holds for an upgrade of somebody who has the resource twice", () => {
    const space = new TestSpace();
    for (const agent of ["a", "b"]) space.join(agent);
    space.acquire("b", "index", { mode: "shared" });
    // Queued last of all, so that its own later request goes before it.
    space.acquire("a", "index", { priority: -3 });
    space.acquire("a", "index", { mode: "shared" });
    space.release("b", "index", "1");
    expect(space.holders("index").map((lock) => lock.mode)).toEqual(["shared", "exclusive"]);
    space.operator({ type: "resource.freeze", resource: "index", reason: "test" });
    const outcome = space.agent("a", { type: "lock.upgrade", resource: "index", fence: "2", waitMs: 0 });
    expect(outcome.error?.code).toBe("busy");
  });

  test("LK-20 a grant by a reordering says whom it went before", () => {
    const space = new TestSpace();
    for (const agent of ["a", "b", "c"]) space.join(agent);
    space.acquire("a", "x", { mode: "shared" });
    space.acquire("c", "z");
    space.acquire("b", "x");
    space.acquire("c", "x", { mode: "shared" });
    space.acquire("a", "z");
    const grant = space.events.findLast((event) => event.type === "lock.granted");
    expect(grant).toMatchObject({ agent: "c", overtook: { count: 1, by: "priority" } });
  });

  test("WG-1 an end of a wait that spared its session a queue closes a ring", () => {
    const space = new TestSpace();
    space.configure("**", { automatic: "off" });
    for (const agent of ["a", "b", "c"]) space.join(agent);
    space.acquire("c", "repo");
    space.acquire("a", "own");
    space.acquire("a", "repo", { id: "first" });
    space.acquire("b", "repo/src");
    space.acquire("b", "own");
    space.acquire("a", "repo/src");
    expect(space.state.deadlocks.size).toBe(0);
    space.agent("a", { type: "lock.cancel", acquire: "first" });
    expect(space.state.deadlocks.size).toBe(1);
  });

  test("WG-1 a ring that another one hid is found when that one is resolved", () => {
    const space = new TestSpace();
    space.configure("**", { automatic: "off" });
    for (const agent of ["a", "b", "c"]) space.join(agent);
    for (const agent of ["a", "b", "c"]) space.acquire(agent, agent);
    space.acquire("b", "a");
    space.acquire("c", "a", { id: "behind" });
    const ask = (agent: string, resource: string) => space.acquire(agent, resource, { id: `${agent} for ${resource}` });
    ask("a", "b");
    ask("a", "c");
    expect(space.state.deadlocks.size).toBeGreaterThan(0);
    space.agent("a", { type: "lock.cancel", acquire: "a for b" });
    const rings = [...space.state.deadlocks.values()].map((found) => found.cycle.map((step) => step.agent).sort());
    expect(rings).toContainEqual(["a", "c"]);
    expect(rings).not.toContainEqual(["a", "b"]);
  });

  test("WG-8 a holder that comes to wait later is as urgent as who waits for it already", () => {
    const space = new TestSpace();
    space.configure("**", { inherit: true });
    for (const agent of ["a", "b", "c"]) space.join(agent);
    space.acquire("a", "x");
    space.acquire("b", "y");
    space.acquire("c", "x", { priority: 5 });
    space.acquire("a", "y");
    const [urgent, late] = ["c", "a"].map((agent) => [...space.state.waits.values()].find((wait) => wait.agent === agent));
    expect(late?.rank).toBe(urgent?.rank);
  });

  test("WG-8 who comes to hold something by a reordering is as urgent as whom it went past (seed 1788)", () => {
    const space = new TestSpace();
    space.configure("**", { inherit: true });
    for (const agent of ["a", "b", "c", "d"]) space.join(agent);
    space.acquire("d", "far");
    space.acquire("a", "x", { mode: "shared" });
    space.acquire("c", "z");
    space.acquire("c", "far");
    space.acquire("b", "x", { priority: 5 });
    space.acquire("c", "x", { mode: "shared" });
    space.acquire("a", "z");
    expect(space.held("x")).toEqual(["a", "c"]);
    const [urgent, late] = ["x", "far"].map((resource) => space.state.index.waits.at(resource)[0]);
    expect([urgent?.agent, late?.agent]).toEqual(["b", "c"]);
    expect(late?.rank).toBe(urgent?.rank);
  });

  test("WG-8 who is handed a lock is as urgent as who waits for it", () => {
    const space = new TestSpace();
    space.configure("**", { inherit: true });
    for (const agent of ["a", "b", "c", "d"]) space.join(agent);
    space.acquire("d", "far");
    space.acquire("b", "far");
    space.acquire("a", "x");
    space.acquire("c", "x", { priority: 5 });
    space.agent("a", { type: "lock.transfer", resource: "x", fence: space.fence("x"), to: "b" });
    expect(space.held("x")).toEqual(["b"]);
    expect(space.state.index.waits.at("far")[0]?.rank).toBe(space.state.index.waits.at("x")[0]?.rank);
  });

  test("OP-7 what is asked for counts against the quota of locks", () => {
    const space = new TestSpace();
    for (const agent of ["a", "b"]) space.join(agent);
    space.acquire("b", "x");
    space.acquire("b", "y");
    const principal = space.state.sessions.get("s-a")?.principal ?? "";
    space.operator({ type: "quota.set", principal, locks: 3, waits: null, reason: "test" });
    expect(space.acquire("a", "x").result?.status).toBe("queued");
    expect(space.acquire("a", "y").error?.code).toBe("limit");
  });

  test("OP-5 a preview of a fault knows whom it strikes", () => {
    const space = new TestSpace();
    space.join("a");
    const act = { id: "p", type: "fault.inject", kind: "pause", target: "a", strength: 1, delayMs: 0, durationMs: 500, seed: 1, reason: "drill" } as const;
    expect(previewAct(space.state, { principal: "dana", role: "operator" }, act, space.nowMs)).not.toHaveProperty("error");
  });

  test("OP-5 a preview of a cut between two knows the other side, too (seed 285)", () => {
    const space = new TestSpace();
    for (const agent of ["a", "b"]) space.join(agent);
    const cut = { id: "p", type: "fault.inject", kind: "cutPair", target: "a", peer: "b", strength: 1, delayMs: 0, durationMs: 500, seed: 1 } as const;
    const effect = previewAct(space.state, { principal: "dana", role: "operator" }, { ...cut, reason: "drill" }, space.nowMs);
    expect(effect).not.toHaveProperty("error");
  });

  test("SE-2 who stands still right after a start with something overdue blames nobody for it (seed 3791)", () => {
    const space = new TestSpace();
    for (const agent of ["a", "b"]) space.join(agent);
    space.acquire("a", "x");
    space.operator({ type: "lock.forceRelease", resource: "x", fence: "1", reason: "drill" });
    const overdueMs = space.state.timers.nextMs() ?? 0;
    const ports = { append: () => {}, answer: () => {}, notify: () => {}, publish: () => {}, stopped: () => {} };
    const host = new SpaceHost(space.state, ports, { nowMs: overdueMs + 100 });
    host.wake(overdueMs + 3_600_000);
    expect([...host.state.agents.keys()]).toEqual(["a", "b"]);
    expect(host.state.locks.size).toBe(0);
  });

  test("LK-9 who holds many locks gets a glob that it holds again, and not a second one", () => {
    const space = new TestSpace();
    space.join("a");
    for (let n = 0; n < 30; n++) space.acquire("a", `own/${n}`);
    space.acquire("a", "repo/**/*.ts");
    space.acquire("a", "repo/**/*.ts");
    expect(space.holders("repo/**/*.ts").map((lock) => lock.holds)).toEqual([2]);
  });
});
