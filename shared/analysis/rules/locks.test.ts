import { expect, test } from "vitest";
import { actor, asks, type Bad, contended, granted, heldBy, intent, lock, queued, released, Stream, silentAmong, who } from "./testing/streams.ts";

test("a good stream breaks nothing", () => {
  const stream = contended();
  stream.nowMs = 1_500;
  stream.step(
    asks("a", { type: "lock.release", resource: "k", fence: "1" }),
    released("a", "1", "k", { cause: { sender: "s-a", id: "x" } }),
    granted("b", [lock("b", "2", "k")], { request: 1, command: "w1" }),
  );
  stream.fact({ kind: "notified", session: "s-b", notices: [{ type: "granted", command: "w1" }], durable: 99 });
  stream.step(undefined, released("b", "2", "k", { why: "expired", coolingUntilMs: 6_500 }), {
    type: "session.ended",
    ...who("b"),
    why: "expelled",
    actor,
    reason: "r",
  });
  expect(stream.broken).toEqual([]);
});

const bad: Bad = [
  ["LK-1", "two exclusive holders", () => new Stream().join("a", "b").grant("a", "1", "repo").grant("b", "2", "repo/src")],
  [
    "LK-1",
    "an upgrade beside another holder",
    () =>
      new Stream()
        .join("a", "b")
        .grant("a", "1", "k", { mode: "shared" })
        .grant("b", "2", "k", { mode: "shared" })
        .step(undefined, { type: "lock.upgraded", ...who("a"), fence: "1", resource: "k", newFence: "3", command: "u", waitedMs: 0 }),
  ],
  [
    "LK-1",
    "a transfer into a conflict",
    () =>
      new Stream()
        .join("a", "b")
        .grant("a", "1", "repo")
        .grant("a", "2", "repo/src")
        .step(undefined, { type: "lock.transferred", ...who("a"), fence: "2", resource: "repo/src", newFence: "3", to: "s-b", toAgent: "b" }),
  ],
  [
    "LK-1",
    "a grant during the lock-delay",
    () =>
      new Stream()
        .join("a", "b")
        .grant("a", "1", "k")
        .step(undefined, released("a", "1", "k", { why: "overheld", coolingUntilMs: 6_000 }))
        .grant("b", "2", "k"),
  ],
  [
    "LK-2",
    "a shared parent over an exclusive child",
    () => new Stream().join("a", "b").grant("a", "1", "repo/src").grant("b", "2", "repo", { mode: "shared" }),
  ],
  ["LK-3", "a unit too many", () => new Stream().join("a", "b").configure("gpu", { capacity: 2 }).grant("a", "1", "gpu", { weight: 2 }).grant("b", "2", "gpu")],
  ["LK-3", "a semaphore taken shared", () => new Stream().join("a").configure("gpu", { capacity: 2 }).grant("a", "1", "gpu", { mode: "shared" })],
  [
    "LK-5",
    "a fence given twice",
    () =>
      new Stream()
        .join("a")
        .grant("a", "2", "k")
        .step(undefined, released("a", "2", "k"))
        .grant("a", "2", "k"),
  ],
  [
    "LK-5",
    "a transfer without a new fence",
    () =>
      new Stream()
        .join("a", "b")
        .grant("a", "2", "k")
        .step(undefined, { type: "lock.transferred", ...who("a"), fence: "2", resource: "k", newFence: "1", to: "s-b", toAgent: "b" }),
  ],
  [
    "LK-6",
    "a guard that lets an old fence in",
    () => new Stream().fact({ kind: "wrote", resource: "k", fence: "10", accepted: true }).fact({ kind: "wrote", resource: "k", fence: "9", accepted: true }),
  ],
  ["LK-6", "a guard that keeps its holder out", () => new Stream().fact({ kind: "wrote", resource: "k", fence: "10", accepted: false })],
  [
    "LK-7",
    "a stranger's release",
    () =>
      new Stream()
        .join("a", "b")
        .grant("a", "1", "k")
        .step(asks("b", { type: "lock.release", resource: "k", fence: "1" }), released("a", "1", "k")),
  ],
  [
    "LK-7",
    "a holder who cannot let go",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k")
        .step(asks("a", { type: "lock.release", resource: "k", fence: "1" })),
  ],
  [
    "LK-8",
    "half a request",
    () =>
      new Stream().join("a").step(
        asks("a", {
          type: "lock.acquire",
          wants: [
            { resource: "k", mode: "exclusive", weight: 1 },
            { resource: "l", mode: "exclusive", weight: 1 },
          ],
        }),
        granted("a", [lock("a", "1", "k")]),
      ),
  ],
  [
    "LK-9",
    "one release of two",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k", { holds: 2 })
        .step(undefined, released("a", "1", "k")),
  ],
  [
    "LK-10",
    "an upgrade of what is exclusive",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k")
        .step(undefined, { type: "lock.upgraded", ...who("a"), fence: "1", resource: "k", newFence: "2", command: "u", waitedMs: 0 }),
  ],
  [
    "LK-11",
    "a downgrade of what is shared",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k", { mode: "shared" })
        .step(undefined, { type: "lock.downgraded", ...who("a"), fence: "1", resource: "k" }),
  ],
  [
    "LK-11",
    "a holder who cannot downgrade",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k")
        .step(asks("a", { type: "lock.downgrade", resource: "k", fence: "1" })),
  ],
  [
    "LK-12",
    "a transfer to somebody who is not there",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k")
        .step(undefined, { type: "lock.transferred", ...who("a"), fence: "1", resource: "k", newFence: "2", to: "s-b", toAgent: "b" }),
  ],
  [
    "LK-13",
    "no lock-delay after an expiry",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k")
        .step(undefined, released("a", "1", "k", { why: "expired" })),
  ],
  [
    "LK-13",
    "a lock-delay behind a guard",
    () =>
      new Stream()
        .join("a")
        .configure("k", { guarded: true })
        .grant("a", "1", "k", { guarded: true })
        .step(undefined, released("a", "1", "k", { why: "forced", actor, reason: "r", coolingUntilMs: 6_000 })),
  ],
  [
    "LK-13",
    "a lock-delay without end",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k")
        .step(undefined, released("a", "1", "k", { why: "overheld", coolingUntilMs: 6_000 }))
        .fact({ kind: "awake", atMs: 6_001 }),
  ],
  [
    "LK-14",
    "a hold beyond its limit",
    () =>
      new Stream()
        .join("a")
        .configure("k", { maxHoldMs: 500 })
        .step(asks("a", { type: "lock.acquire", wants: [{ resource: "k", mode: "exclusive", weight: 1 }] }), granted("a", [lock("a", "1", "k")])),
  ],
  [
    "LK-14",
    "overheld too early",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k", { holdUntilMs: 5_000 })
        .step(undefined, released("a", "1", "k", { why: "overheld", coolingUntilMs: 6_000 })),
  ],
  [
    "LK-15",
    "a try in the queue",
    () =>
      new Stream()
        .join("a", "b")
        .grant("a", "1", "k")
        .step(asks("b", { type: "lock.acquire", wants: [], waitMs: 0 }), queued("b", 1, "k", { deadlineMs: 1_000 }, [heldBy("a", "1", "k")])),
  ],
  [
    "LK-16",
    "a grant after the deadline",
    () => {
      const stream = new Stream()
        .join("a", "b")
        .grant("a", "1", "k")
        .step(undefined, queued("b", 1, "k", { deadlineMs: 1_200 }, [heldBy("a", "1", "k")]));
      stream.nowMs = 1_300;
      return stream.step(undefined, released("a", "1", "k"), granted("b", [lock("b", "2", "k")], { request: 1, command: "w1" }));
    },
  ],
  [
    "LK-16",
    "a wait past its deadline",
    () =>
      new Stream()
        .join("a", "b")
        .grant("a", "1", "k")
        .step(undefined, queued("b", 1, "k", { deadlineMs: 1_200 }, [heldBy("a", "1", "k")]))
        .fact({ kind: "awake", atMs: 1_201 }),
  ],
  [
    "LK-17",
    "a cancel of somebody else's request",
    () =>
      contended().step(asks("c", { type: "lock.cancel", acquire: "w1" }), { type: "lock.dequeued", ...who("b"), request: 1, command: "w1", why: "cancelled" }),
  ],
  ["LK-17", "a waiter who cannot give up", () => contended().step(asks("b", { type: "lock.cancel", acquire: "w1" }))],
  [
    "LK-18",
    "barging",
    () =>
      contended()
        .step(undefined, released("a", "1", "k"))
        .step(asks("c", { type: "lock.acquire", priority: 0, wants: [{ resource: "k", mode: "exclusive", weight: 1 }] }), granted("c", [lock("c", "2", "k")])),
  ],
  [
    "LK-19",
    "a rank without its priority",
    () =>
      new Stream()
        .join("a", "b")
        .grant("a", "1", "k")
        .step(undefined, queued("b", 1, "k", { priority: 2 }, [heldBy("a", "1", "k")])),
  ],
  [
    "LK-20",
    "an overtaking that is not told",
    () => {
      const stream = contended().step(undefined, queued("c", 2, "k", { priority: 2, rank: -19_000 }, [heldBy("a", "1", "k")]));
      return stream.step(undefined, released("a", "1", "k"), granted("c", [lock("c", "2", "k")], { request: 2, command: "w2" }));
    },
  ],
  [
    "LK-21",
    "a free resource that is refused",
    () => new Stream().join("a").step(asks("a", { type: "lock.acquire", priority: 0, wants: [{ resource: "k", mode: "exclusive", weight: 1 }] })),
  ],
  ["LK-21", "a waiter forgotten", () => contended().step(undefined, released("a", "1", "k"))],
  ["LK-22", "a waiter without end", () => contended().fact({ kind: "settled", atMs: 99_000 })],
  ["LK-22", "a healthy agent that gets nothing", () => new Stream().fact({ kind: "starved", agent: "a", rounds: 0, sinceMs: 0, atMs: 90_000 })],
  ["LK-23", "a release of nothing", () => new Stream().join("a").step(undefined, released("a", "7", "k"))],
  [
    "LK-23",
    "a lock that ends twice",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k")
        .step(undefined, released("a", "1", "k", { why: "overheld", coolingUntilMs: 6_000 }))
        .step(undefined, released("a", "1", "k")),
  ],
  [
    "LK-23",
    "an intent that ends twice (IN-2)",
    () => {
      const ended = { type: "intent.ended", intent: "i1", ...who("a"), why: "withdrawn" };
      return new Stream().join("a").step(undefined, intent("a", "i1")).step(undefined, ended).step(undefined, ended);
    },
  ],
  [
    "LK-24",
    "a blocker that is none",
    () =>
      new Stream()
        .join("a", "b")
        .grant("a", "1", "k")
        .step(undefined, queued("b", 1, "k", {}, [heldBy("a", "3", "k")])),
  ],
  [
    "LK-24",
    "a refused try without its blocker",
    () =>
      new Stream()
        .join("a", "b")
        .grant("a", "1", "k")
        .step(asks("b", { type: "lock.acquire", priority: 0, waitMs: 0, wants: [{ resource: "k", mode: "exclusive", weight: 1 }] }))
        .fact({
          kind: "answered",
          sender: "s-b",
          answer: { id: "x", ok: false, error: { code: "busy", message: "", blockers: [] } },
          decidedAt: 0,
          durable: 9,
        }),
  ],
];

test.each(bad)("%s shows %s", (rule, _, make) => {
  expect(make().broken).toContain(rule);
});

test("its checkers catch some bad stream each", () => {
  expect(
    silentAmong(
      [
        "exclusion",
        "ancestors",
        "capacity",
        "fences",
        "guard",
        "ownership",
        "granted-wishes",
        "reentrance",
        "lock-delay",
        "hold-limit",
        "waiting",
        "blockers",
        "queue-order",
        "rank",
        "idle-wait",
        "progress",
        "lifecycle",
      ],
      bad,
    ),
  ).toEqual([]);
});
