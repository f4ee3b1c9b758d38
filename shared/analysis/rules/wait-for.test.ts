import { expect, test } from "vitest";
import { type Bad, contended, deadlock, givesWay, granted, heldBy, queued, resolved, ring, Stream, silentAmong, step, want, who } from "./testing/streams.ts";

test("a deadlock that is found and resolved breaks nothing", () => {
  const stream = ring([deadlock(), givesWay("b", 2), resolved()]);
  expect(stream.broken).toEqual([]);
});

const bad: Bad = [
  ["WG-1", "a deadlock that nobody sees", () => ring([])],
  ["WG-1", "a deadlock that is none", () => contended().step(undefined, deadlock({ cycle: [step("b", 1, "k", "a"), step("a", 9, "k", "b")] }))],
  ["WG-1", "a deadlock resolved while it stands", () => ring([deadlock({ automatic: "off" }), resolved("other")], { automatic: "off" })],
  ["WG-1", "a ring by another request than the one that is awaited", () => behindOneRequest()],
  ["WG-1", "a ring by a request of somebody else", () => ring([deadlock({ cycle: [step("b", 1, "x", "a"), step("a", 2, "y", "b")] })])],
  ["WG-1", "a ring by a want that the request has not", () => ring([deadlock({ cycle: [step("b", 2, "z", "a"), step("a", 1, "y", "b")] })])],
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

const ahead = (agent: string, request: number, resource: string) => ({ kind: "queue", agent, resource, mode: "exclusive", request, sinceMs: 1_000 });

/**
 * Nobody here can go on: p and q wait for each other, and b's request 3, for a unit and for what p holds, waits for these. d
 * waits for a unit behind that request alone, a for d, and b's request 6 for a. Then b, a and d are written down as a ring.
 */
function behindOneRequest(): Stream {
  const stream = new Stream().join("p", "q", "a", "b", "d").configure("pool", { capacity: 3 }).configure("**", { policy: "manual" });
  for (const [fence, agent, resource] of [
    ["1", "p", "m"],
    ["2", "q", "n"],
    ["3", "a", "w"],
    ["4", "d", "z"],
  ] as const)
    stream.grant(agent, fence, resource);
  const left = { policy: "manual", plan: { act: "none", why: "" } };
  const known = deadlock({ ...left, cycle: [step("q", 2, "m", "p"), step("p", 1, "n", "q")] });
  stream.step(undefined, queued("p", 1, "n", {}, [heldBy("q", "2", "n")])).step(undefined, queued("q", 2, "m", {}, [heldBy("p", "1", "m")]), known);
  stream.step(undefined, queued("b", 3, "pool", { wants: [want("pool"), want("m")] as never }, [heldBy("p", "1", "m"), ahead("q", 2, "m")]));
  stream.step(undefined, queued("d", 4, "pool", {}, [ahead("b", 3, "pool")])).step(undefined, queued("a", 5, "z", {}, [heldBy("d", "4", "z")]));
  const cycle = [step("b", 6, "w", "a"), step("a", 5, "z", "d"), step("d", 4, "pool", "b", "queue")];
  return stream.step(undefined, queued("b", 6, "w", {}, [heldBy("a", "3", "w")]), deadlock({ ...left, deadlock: "d2", cycle }));
}

test("WG-1 whoever waits for one request of a session waits for none of its others: nothing but the cycle's requests shows it", () => {
  const { breaches } = behindOneRequest().monitor;
  const message = "d2 is no ring: d waits for request 3 of b and not for request 6";
  expect(breaches.map(({ rule, checker, message }) => ({ rule, checker, message }))).toEqual([{ rule: "WG-1", checker: "cycles", message }]);
});

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
  expect(silentAmong(["cycles", "deadlocks", "victims", "policies", "inheritance"], bad)).toEqual([]);
});
