import { expect, test } from "vitest";
import type { Fact } from "./index.ts";
import { type Bad, contended, granted, joined, lock, released, Stream, silentAmong, who } from "./testing/streams.ts";

/** A lease of a second, at which nobody looked before the clock was far beyond it. */
const leapt = () => new Stream().join("a").fact({ kind: "leapt", fromMs: 1_500, toMs: 9_000 });
const expired = { type: "session.ended", ...who("a"), why: "expired", renewedMs: 1_000 };

const bad: Bad = [
  [
    "SE-2",
    "a lease that ends because the clock leapt",
    () => {
      const stream = leapt();
      stream.nowMs = 9_000;
      return stream.step(undefined, expired);
    },
  ],
  ["SE-1", "two sessions of an agent", () => new Stream().join("a").step(undefined, joined("a", "s-2"))],
  [
    "SE-2",
    "an expiry too early",
    () => {
      const stream = new Stream().join("a").fact({ kind: "renewed", session: "s-a", atMs: 1_500, events: 0 });
      stream.nowMs = 2_400;
      return stream.step(undefined, { type: "session.ended", ...who("a"), why: "expired" });
    },
  ],
  ["SE-3", "a session that outlives its lease", () => new Stream().join("a").fact({ kind: "awake", atMs: 2_001 })],
  ["SE-4", "a heartbeat that writes", () => new Stream().join("a").fact({ kind: "renewed", session: "s-a", atMs: 1_500, events: 1 })],
  [
    "SE-5",
    "a lock that outlives its session",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k")
        .step(undefined, { type: "session.ended", ...who("a"), why: "left" }),
  ],
  [
    "SE-6",
    "a grant to the dead",
    () =>
      new Stream()
        .join("a")
        .step(undefined, { type: "session.ended", ...who("a"), why: "left" })
        .grant("a", "1", "k"),
  ],
  [
    "SE-7",
    "a client that is still certain",
    () => {
      const stream = new Stream().join("a").fact({ kind: "certain", session: "s-a", untilMs: 3_000 });
      stream.nowMs = 2_500;
      return stream.step(undefined, { type: "session.ended", ...who("a"), why: "expired" });
    },
  ],
  [
    "SE-8",
    "a command applied twice",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k", {}, { cause: { sender: "s-a", id: "c" } })
        .grant("a", "2", "l", {}, { cause: { sender: "s-a", id: "c" } }),
  ],
  [
    "SE-8",
    "two answers to one command",
    () => {
      const answered = (status: "done" | "fenced"): Fact => ({
        kind: "answered",
        sender: "s-a",
        answer: { id: "c", ok: true, result: status === "done" ? { status } : { status, fence: "2" } },
        decidedAt: 9,
        durable: 9,
      });
      return new Stream()
        .join("a")
        .grant("a", "1", "k", {}, { cause: { sender: "s-a", id: "c" } })
        .fact(answered("done"))
        .fact(answered("fenced"));
    },
  ],
  ["SE-9", "a word of the dead", () => new Stream().step(undefined, { type: "session.declared", ...who("a"), state: "idle", doing: "", progress: 0 })],
  [
    "SE-10",
    "progress that falls",
    () =>
      new Stream()
        .join("a")
        .step(undefined, { type: "session.declared", ...who("a"), state: "idle", doing: "", progress: 5 })
        .step(undefined, { type: "session.declared", ...who("a"), state: "idle", doing: "", progress: 4 }),
  ],
  [
    "SE-11",
    "a grant that nobody hears of",
    () =>
      contended()
        .step(undefined, released("a", "1", "k"), granted("b", [lock("b", "2", "k")], { request: 1, command: "w1" }))
        .fact({ kind: "awake", atMs: 1_000 }),
  ],
  [
    "SE-11",
    "a notice of nothing",
    () => new Stream().join("a").fact({ kind: "notified", session: "s-a", notices: [{ type: "revoked", fence: "1" }], durable: 9 }),
  ],
];

test.each(bad)("%s shows %s", (rule, _, make) => {
  expect(make().broken).toContain(rule);
});

test("SE-2 a lease that an earlier leap may have renewed may end by a later one", () => {
  const stream = new Stream().join("a").fact({ kind: "leapt", fromMs: 1_000, toMs: 1_900 }).fact({ kind: "leapt", fromMs: 1_900, toMs: 3_500 });
  stream.nowMs = 3_500;
  expect(stream.step(undefined, expired).broken).toEqual([]);
});

test("its checkers catch some bad stream each", () => {
  expect(silentAmong(["sessions", "leases", "certainty", "once", "notices", "lifecycle"], bad)).toEqual([]);
});
