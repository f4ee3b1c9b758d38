import { expect, test } from "vitest";
import { type Bad, contended, deadlock, givesWay, granted, heldBy, queued, resolved, ring, Stream, silentAmong, step, who } from "./testing/streams.ts";

test("a deadlock that is found and resolved breaks nothing", () => {
  const stream = ring([deadlock(), givesWay("b", 2), resolved()]);
  expect(stream.broken).toEqual([]);
});

const bad: Bad = [
  ["WG-1", "a deadlock that nobody sees", () => ring([])],
  ["WG-1", "a deadlock that is none", () => contended().step(undefined, deadlock({ cycle: [step("b", 1, "k", "a"), step("a", 9, "k", "b")] }))],
  ["WG-1", "a deadlock resolved while it stands", () => ring([deadlock({ automatic: "off" }), resolved("other")], { automatic: "off" })],
  [
    "WG-1",
    "a deadlock that stands though somebody let go",
    () => ring([deadlock({ automatic: "off" })], { automatic: "off" }).step(undefined, { ...givesWay("a", 1), why: "cancelled" }),
  ],
  [
    "WG-2",
    "a declared wait that outlives its session",
    () =>
      new Stream()
        .join("a", "b")
        .step(undefined, {
          type: "wait.declared",
          wait: { declared: "w1", ...who("a"), kind: "message", on: ["b"], need: 1, what: "review", sinceMs: 1_000 },
        })
        .step(undefined, { type: "session.ended", ...who("a"), why: "left" }),
  ],
  [
    "WG-3",
    "a victim outside the cycle",
    () =>
      ring([
        { ...queued("c", 3, "y", { rank: 1_020, queuedMs: 1_020 }), blockers: [] },
        deadlock({ plan: { act: "abort", session: "s-c", agent: "c", why: "" } }),
        givesWay("c", 3),
        resolved(),
      ]),
  ],
  [
    "WG-4",
    "a reordering for nothing",
    () => contended().step(undefined, { type: "lock.reordered", ...who("b"), request: 1, rank: 9, before: 1, deadlock: "d9" }),
  ],
  ["WG-5", "the oldest gives way", () => ring([deadlock({ plan: { act: "abort", session: "s-a", agent: "a", why: "" } }), givesWay("a", 1), resolved()])],
  [
    "WG-6",
    "one that gives way for ever",
    () => {
      const stream = new Stream().join("a", "b", "c").grant("c", "1", "z");
      stream.nowMs += 10;
      stream.grant("a", "2", "x").grant("b", "3", "y");
      stream.step(undefined, queued("c", 1, "x", { rank: 1_010, queuedMs: 1_010 }, [heldBy("a", "2", "x")]));
      stream.step(undefined, queued("a", 2, "y", { rank: 1_010, queuedMs: 1_010 }, [heldBy("b", "3", "y")]));
      const cycle = [step("b", 9, "z", "c"), step("c", 1, "x", "a"), step("a", 2, "y", "b")];
      for (let round = 0; round < 4; round++) {
        const asks = queued("b", 9, "z", { rank: 1_010, queuedMs: 1_010 }, [heldBy("c", "1", "z")]);
        stream.step(undefined, asks, deadlock({ cycle, resource: "z" }), givesWay("b", 9), resolved());
      }
      return stream;
    },
  ],
  ["WG-7", "an act in shadow", () => ring([deadlock({ automatic: "shadow" }), givesWay("b", 2), resolved()], { automatic: "shadow" })],
  ["WG-7", "a deadlock left standing", () => ring([deadlock()])],
  ["WG-7", "an order that is not kept", () => new Stream().join("a").configure("**", { policy: "ordered" }).grant("a", "1", "y").grant("a", "2", "x")],
  [
    "WG-8",
    "a holder that does not inherit",
    () => {
      const stream = new Stream().join("a", "b", "c").configure("**", { inherit: true }).grant("a", "1", "x").grant("b", "2", "y");
      stream.step(undefined, queued("a", 1, "y", {}, [heldBy("b", "2", "y")]));
      return stream.step(undefined, queued("c", 2, "x", { priority: 2, rank: -19_000 }, [heldBy("a", "1", "x")]));
    },
  ],
  [
    "WG-8",
    "one that is handed a lock and does not inherit",
    () => {
      const stream = urgentFor("d").configure("**", { inherit: true });
      return stream.step(undefined, { type: "lock.transferred", ...who("d"), fence: "1", resource: "x", newFence: "3", to: "s-a", toAgent: "a" });
    },
  ],
];

/** `a` waits for `y`; one who holds `x` keeps `c` out, who is more urgent. */
function urgentFor(holder: string): Stream {
  const stream = new Stream().join("a", "b", "c", "d").grant(holder, "1", "x").grant("b", "2", "y");
  stream.step(undefined, queued("a", 1, "y", {}, [heldBy("b", "2", "y")]));
  return stream.step(undefined, queued("c", 2, "x", { priority: 2, rank: -19_000 }, [heldBy(holder, "1", "x")]));
}

test("WG-8 new settings reach back to nobody who only counts a lock again", () => {
  const stream = urgentFor("a").configure("**", { inherit: true });
  stream.step(undefined, granted("a", [], { reentered: ["1"], overtook: { count: 1, by: "held" } }));
  expect(stream.broken).not.toContain("WG-8");
});

test.each(bad)("%s shows %s", (rule, _, make) => {
  expect(make().broken).toContain(rule);
});

test("its checkers catch some bad stream each", () => {
  expect(silentAmong(["deadlocks", "victims", "policies", "inheritance"], bad)).toEqual([]);
});
