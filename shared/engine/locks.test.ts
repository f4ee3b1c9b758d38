import { describe, expect, test } from "vitest";
import { TestSpace } from "./testing/space.ts";

function spaceWith(...agents: string[]): TestSpace {
  const space = new TestSpace();
  for (const agent of agents) space.join(agent);
  return space;
}

describe("paths and modes", () => {
  test("LK-1 an exclusive directory excludes what is below and above it", () => {
    const space = spaceWith("a", "b");
    space.acquire("a", "repo/src");
    for (const resource of ["repo/src/app.ts", "repo/src", "repo", "repo/s*", "repo/**/*.ts"]) {
      expect(space.acquire("b", resource, { waitMs: 0 }).error?.code, resource).toBe("busy");
    }
    expect(space.acquire("b", "repo/srcs", { waitMs: 0 }).result?.status).toBe("granted");
    expect(space.acquire("b", "repo/doc/**/*.md", { waitMs: 0 }).result?.status).toBe("granted");
  });

  test("LK-2 shared on a directory goes with shared below, not with exclusive below", () => {
    const space = spaceWith("a", "b");
    space.acquire("a", "repo/src", { mode: "shared" });
    expect(space.acquire("b", "repo/src/a.ts", { mode: "shared", waitMs: 0 }).result?.status).toBe("granted");
    expect(space.acquire("b", "repo/src/b.ts", { waitMs: 0 }).error?.code).toBe("busy");
  });

  test("LK-4 globs meet exactly the paths and globs that they share", () => {
    const space = spaceWith("a", "b");
    space.acquire("a", "repo/src/**/*.test.ts");
    expect(space.acquire("b", "repo/src/deep/er/x.test.ts", { waitMs: 0 }).error?.code).toBe("busy");
    expect(space.acquire("b", "repo/src/x.ts", { waitMs: 0 }).result?.status).toBe("granted");
    expect(space.acquire("b", "repo/*/deep/?.test.ts", { waitMs: 0 }).error?.code).toBe("busy");
  });

  test("LK-24 a refused try names who is in the way", () => {
    const space = spaceWith("a", "b");
    space.acquire("a", "repo/src");
    expect(space.acquire("b", "repo/src/app.ts", { waitMs: 0 }).error?.blockers).toEqual([
      { kind: "holder", agent: "a", resource: "repo/src", mode: "exclusive", fence: "1", sinceMs: 1_000 },
    ]);
  });
});

describe("semaphores", () => {
  test("LK-3 units are granted by weight up to the capacity", () => {
    const space = spaceWith("a", "b", "c");
    space.configure("gpu", { capacity: 4 });
    expect(space.acquire("a", "gpu", { weight: 3 }).result?.status).toBe("granted");
    expect(space.acquire("b", "gpu", { weight: 2 }).result?.status).toBe("queued");
    // It would fit, but whoever is first goes first.
    expect(space.acquire("c", "gpu", { weight: 1 }).result?.status).toBe("queued");
    space.release("a", "gpu");
    expect(space.held("gpu")).toEqual(["b", "c"]);
  });

  test("LK-3 what cannot be is refused with the field that is wrong", () => {
    const space = spaceWith("a");
    space.configure("gpu", { capacity: 4 });
    expect(space.acquire("a", "gpu", { weight: 5 }).error).toMatchObject({ code: "invalid", field: "wants[0].weight" });
    expect(space.acquire("a", "gpu", { mode: "shared" }).error).toMatchObject({ code: "unsupported", field: "wants[0].mode" });
    expect(space.acquire("a", "gpu/0").error).toMatchObject({ code: "unsupported", field: "wants[0].resource" });
    expect(space.acquire("a", "disk", { weight: 2 }).error).toMatchObject({ code: "invalid", field: "wants[0].weight" });
  });

  test("LK-22 a lowered capacity refuses who could never be granted", () => {
    const space = spaceWith("a", "b");
    space.configure("gpu", { capacity: 4 });
    space.acquire("a", "gpu", { weight: 4 });
    space.acquire("b", "gpu", { weight: 4 });
    space.configure("gpu", { capacity: 2 });
    expect(space.queue("gpu")).toEqual([]);
    expect(space.events.at(-1)).toMatchObject({ type: "lock.dequeued", agent: "b", why: "unsupported" });
  });
});

describe("several at once", () => {
  test("LK-8 all or nothing, and nothing is held while it waits", () => {
    const space = spaceWith("a", "b");
    space.acquire("a", "x");
    space.agent("b", { type: "lock.acquire", wants: [{ resource: "x" }, { resource: "y" }] });
    expect(space.held("y")).toEqual([]);
    space.release("a", "x");
    expect(space.held("x")).toEqual(["b"]);
    expect(space.held("y")).toEqual(["b"]);
    const granted = space.events.at(-1);
    expect(granted?.type === "lock.granted" && granted.locks.map((lock) => lock.fence)).toEqual(["2", "3"]);
  });

  test("LK-21 a request that leaves several queues lets in who stood behind it in each", () => {
    const space = spaceWith("a", "b", "c");
    space.configure("pool/*", { capacity: 2 });
    space.acquire("a", "pool/1", { weight: 2 });
    space.agent("b", { type: "lock.acquire", wants: [{ resource: "pool/1" }, { resource: "pool/2" }] });
    space.acquire("c", "pool/2");
    expect(space.queue("pool/2")).toEqual(["b", "c"]);
    space.release("a", "pool/1");
    expect(space.held("pool/2")).toEqual(["b", "c"]);
  });

  test("the same resource twice in one request is refused", () => {
    const space = spaceWith("a");
    expect(space.agent("a", { type: "lock.acquire", wants: [{ resource: "x" }, { resource: "x" }] }).error?.field).toBe("wants[1].resource");
  });
});

describe("the queue", () => {
  test("LK-18 first come, first served; a reader does not slip past a waiting writer", () => {
    const space = spaceWith("a", "b", "c", "d");
    space.acquire("a", "x", { mode: "shared" });
    space.acquire("b", "x");
    space.acquire("c", "x", { mode: "shared" });
    space.acquire("d", "x", { mode: "shared" });
    expect(space.queue("x")).toEqual(["b", "c", "d"]);
    space.release("a", "x");
    expect(space.held("x")).toEqual(["b"]);
    space.release("b", "x");
    expect(space.held("x")).toEqual(["c", "d"]);
  });

  test("LK-19 LK-20 priority goes first, waiting makes up for it, overtaking is recorded", () => {
    const space = spaceWith("a", "b", "c", "d");
    space.configure("x", { agingStepMs: 1_000 });
    space.acquire("a", "x");
    space.acquire("b", "x");
    space.nowMs += 1_500;
    space.acquire("c", "x", { priority: 1 });
    space.acquire("d", "x", { priority: 2 });
    expect(space.queue("x")).toEqual(["d", "b", "c"]);
    space.release("a", "x");
    expect(space.events.at(-1)).toMatchObject({ type: "lock.granted", agent: "d", overtook: { count: 2, by: "priority" } });
  });

  test("LK-16 a wait ends at its deadline and lets in who stood behind it", () => {
    const space = spaceWith("a", "b", "c");
    space.acquire("a", "x", { mode: "shared" });
    space.acquire("b", "x", { waitMs: 500 });
    space.acquire("c", "x", { mode: "shared" });
    space.pass(499);
    expect(space.queue("x")).toEqual(["b", "c"]);
    space.pass(1);
    expect(space.held("x")).toEqual(["a", "c"]);
    expect(space.events.find((event) => event.type === "lock.dequeued")).toMatchObject({ agent: "b", why: "deadline" });
  });

  test("LK-17 a cancelled wait is not granted; a cancel that is too late says so", () => {
    const space = spaceWith("a", "b");
    space.acquire("a", "x");
    space.acquire("b", "x", { id: "mine" });
    space.agent("b", { type: "lock.cancel", acquire: "mine" });
    space.release("a", "x");
    expect(space.held("x")).toEqual([]);
    expect(space.agent("b", { type: "lock.cancel", acquire: "mine" }).error?.code).toBe("notFound");
  });

  test("LK-18 what a session's own lock covers is not queued for: else each would wait for the other", () => {
    const space = spaceWith("a", "b");
    space.acquire("a", "repo");
    space.acquire("b", "repo/x");
    expect(space.acquire("a", "repo/x").result?.status).toBe("granted");
    expect(space.events.at(-1)).toMatchObject({ type: "lock.granted", overtook: { count: 1, by: "held" } });
  });

  test("LK-18 a wait that a later grant covers is granted with it", () => {
    const space = spaceWith("a", "b", "c");
    space.acquire("c", "repo/x");
    space.acquire("a", "repo");
    space.acquire("b", "repo/x");
    space.acquire("a", "repo/x");
    space.release("c", "repo/x");
    expect(space.held("repo/x")).toEqual(["a"]);
    expect(space.queue("repo/x")).toEqual(["b"]);
  });
});

describe("owning a lock", () => {
  test("LK-7 only the owner with the current fence releases", () => {
    const space = spaceWith("a", "b");
    space.acquire("a", "x");
    expect(space.release("b", "x", "1").error?.code).toBe("notHolder");
    expect(space.release("a", "x", "2").error?.code).toBe("notHolder");
    expect(space.release("a", "y", "1").error?.code).toBe("notHolder");
    expect(space.held("x")).toEqual(["a"]);
  });

  test("LK-9 re-entrance counts and keeps the fence", () => {
    const space = spaceWith("a", "b");
    space.acquire("a", "x");
    space.acquire("b", "x");
    expect(space.acquire("a", "x").result).toMatchObject({ status: "granted", locks: [{ fence: "1" }] });
    space.release("a", "x");
    expect(space.held("x")).toEqual(["a"]);
    space.release("a", "x");
    expect(space.held("x")).toEqual(["b"]);
  });

  test("LK-10 an upgrade waits for other readers only and goes before those who hold nothing", () => {
    const space = spaceWith("a", "b", "c");
    space.acquire("a", "x", { mode: "shared" });
    space.acquire("b", "x", { mode: "shared" });
    space.acquire("c", "x");
    const fence = space.holders("x").find((lock) => lock.agent === "a")?.fence;
    space.agent("a", { type: "lock.upgrade", resource: "x", fence });
    expect(space.queue("x")).toEqual(["a", "c"]);
    space.release("b", "x", space.holders("x").find((lock) => lock.agent === "b")?.fence);
    expect(space.holders("x")).toMatchObject([{ agent: "a", mode: "exclusive", fence: "3" }]);
    expect(space.events.at(-1)).toMatchObject({ type: "lock.upgraded", fence, newFence: "3" });
  });

  test("LK-10 a second upgrade on the same resource is refused: neither could ever come through", () => {
    const space = spaceWith("a", "b");
    space.acquire("a", "x", { mode: "shared" });
    space.acquire("b", "x", { mode: "shared" });
    space.agent("a", { type: "lock.upgrade", resource: "x", fence: "1" });
    expect(space.agent("b", { type: "lock.upgrade", resource: "x", fence: "2" }).error?.code).toBe("conflict");
  });

  test("LK-11 a downgrade lets readers in", () => {
    const space = spaceWith("a", "b");
    space.acquire("a", "x");
    space.acquire("b", "x", { mode: "shared" });
    space.agent("a", { type: "lock.downgrade", resource: "x", fence: "1" });
    expect(space.held("x")).toEqual(["a", "b"]);
    expect(space.fence("x")).toBe("1");
  });

  test("LK-12 a transfer hands over under a new fence and never passes through the queue", () => {
    const space = spaceWith("a", "b", "c");
    space.acquire("a", "x");
    space.acquire("c", "x");
    expect(space.agent("a", { type: "lock.transfer", resource: "x", fence: "1", to: "b" }).result).toEqual({ status: "fenced", fence: "2" });
    expect(space.held("x")).toEqual(["b"]);
    expect(space.release("a", "x", "1").error?.code).toBe("notHolder");
    expect(space.agent("b", { type: "lock.transfer", resource: "x", fence: "2", to: "nobody" }).error?.field).toBe("to");
  });

  test("LK-1 a transfer is refused when the giver's own lock above it is in the way", () => {
    const space = spaceWith("a", "b");
    space.acquire("a", "repo");
    space.acquire("a", "repo/x");
    expect(space.agent("a", { type: "lock.transfer", resource: "repo/x", fence: "2", to: "b" }).error?.code).toBe("conflict");
  });

  test("LK-14 the longest hold takes a lock away, and its lock-delay follows", () => {
    const space = spaceWith("a", "b");
    space.acquire("a", "x", { holdMs: 1_000 });
    space.acquire("b", "x");
    space.pass(1_000);
    expect(space.events.at(-1)).toMatchObject({ type: "lock.released", why: "overheld", coolingUntilMs: 7_000 });
    space.pass(5_000);
    expect(space.held("x")).toEqual(["b"]);
  });
});
