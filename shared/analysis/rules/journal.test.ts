import { expect, test } from "vitest";
import type { Event, Snapshot } from "../../model/index.ts";
import { emptyState, evolve, toSnapshot } from "../../state/index.ts";
import type { Fact } from "./index.ts";
import { type Bad, joined, lock, Stream, silentAmong } from "./testing/streams.ts";

const sent = (viewer: string, after: number, positions: readonly number[], creditFrames = 1) => ({
  kind: "framed" as const,
  viewer,
  after,
  events: positions.map((position) => ({ position }) as unknown as Event),
  creditFrames,
});
const letIn = (after: number, framed: number) => ({ kind: "subscribed" as const, viewer: "v", after, fresh: true, events: [], framed });
const seenAt = (position: number, more: object = {}) => ({ ...toSnapshot(emptyState("space")), position, ...more });
const viewed = (seen: Snapshot, durable: number, caughtUp = false) =>
  ({ kind: "viewed", viewer: "v", seen, folded: seenAt(seen.position), durable, caughtUp }) as const;

const bad: Bad = [
  ["JR-8", "a viewer that is let in before its frames follow on", () => new Stream().fact(letIn(5, 3))],
  ["JR-8", "a frame to somebody who was not let in", () => new Stream().fact(sent("v", 0, [1]))],
  ["JR-8", "a frame with a gap before it", () => new Stream().fact(letIn(0, 0)).fact(sent("v", 1, [2]))],
  ["JR-8", "a frame with a gap in it", () => new Stream().fact(letIn(0, 0)).fact(sent("v", 0, [1, 3]))],
  [
    "JR-8",
    "frames without end for who gives no credit",
    () =>
      new Stream()
        .fact(letIn(0, 0))
        .fact(sent("v", 0, [1]))
        .fact(sent("v", 1, [2]))
        .fact(sent("v", 2, [3])),
  ],
  ["JR-8", "a viewer that sees another state", () => new Stream().fact(viewed(seenAt(0, { lastFence: "7" }), 0))],
  ["JR-8", "a viewer that does not catch up", () => new Stream().fact(viewed(seenAt(3), 4, true))],
  ["JR-1", "a viewer that saw what is not durable", () => new Stream().fact(viewed(seenAt(5), 4))],
  [
    "JR-1",
    "an answer before it is durable",
    () => new Stream().fact({ kind: "answered", sender: "s", answer: { id: "c", ok: true, result: { status: "done" } }, decidedAt: 2, durable: 1 }),
  ],
  ["JR-2", "a gap", () => new Stream().step(undefined, { ...joined("a"), position: 2 })],
  ["JR-2", "time that goes back", () => new Stream().join("a").step(undefined, { ...joined("b"), atMs: 999 })],
  [
    "JR-3",
    "a state that is not what the events say",
    () => {
      const stream = new Stream().join("a");
      const state = emptyState("x");
      for (const event of stream.events) evolve(state, event);
      return stream.fact({ kind: "state", snapshot: { ...toSnapshot(state), lastFence: "7" }, origin: "restart", senders: new Set() });
    },
  ],
  ["JR-5", "an append after a failed one", () => new Stream().fact({ kind: "appendFailed" }).fact({ kind: "appended", expected: 0, count: 1 })],
  [
    "JR-8",
    "an event published twice",
    () => {
      const stream = new Stream().join("a");
      const fact: Fact = { kind: "published", events: stream.events, durable: 9 };
      return stream.fact(fact).fact(fact);
    },
  ],
  [
    "JR-10",
    "answers of somebody who left",
    () =>
      new Stream().fact({ kind: "state", snapshot: { ...toSnapshot(emptyState("x")), answers: [["s-gone", []]] }, origin: "live state", senders: new Set() }),
  ],
  [
    "JR-10",
    "a lock that never leaves",
    () => new Stream().fact({ kind: "drained", snapshot: { ...toSnapshot(emptyState("x")), locks: [lock("a", "1", "k")] } }),
  ],
];

test("JR-8 a viewer that is let in, pays and falls behind no further breaks nothing", () => {
  const stream = new Stream()
    .fact(letIn(2, 2))
    .fact(sent("v", 2, [3, 4]))
    .fact({ kind: "credited", viewer: "v", position: 4 })
    .fact(sent("v", 4, [5]))
    .fact(sent("v", 5, [6]))
    .fact(viewed(seenAt(4), 6));
  expect(stream.broken).toEqual([]);
});

test.each(bad)("%s shows %s", (rule, _, make) => {
  expect(make().broken).toContain(rule);
});

test("its checkers catch some bad stream each", () => {
  expect(silentAmong(["durability", "journal", "replay", "streams", "bounds"], bad)).toEqual([]);
});
