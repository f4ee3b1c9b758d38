import { expect, test } from "vitest";
import { type Bad, Stream, silentAmong } from "./testing/streams.ts";

const recording = (more: object = {}) => ({
  type: "recording.begun",
  recording: {
    recording: "r1",
    name: "night",
    from: 1,
    begunMs: 1_000,
    endsMs: 2_000,
    why: "operator",
    about: [],
    by: "dana",
    tags: [],
    pinned: false,
    ...more,
  },
});
const ended = (more: object = {}) => ({ type: "recording.ended", recording: "r1", to: 1, why: "stopped", ...more });

const bad: Bad = [
  ["RC-1", "a recording of what has not happened", () => new Stream().join("a").step(undefined, recording({ from: 9 }))],
  ["RC-1", "a span that ends before it begins", () => new Stream().join("a", "b").step(undefined, recording({ from: 2, to: 1 }))],
  ["RC-1", "two recordings of one name", () => new Stream().join("a").step(undefined, recording()).step(undefined, recording())],
  [
    "RC-1",
    "an end after the end",
    () =>
      new Stream()
        .join("a")
        .step(undefined, recording({ to: 1 }))
        .step(undefined, ended()),
  ],
  [
    "RC-1",
    "more after the end",
    () =>
      new Stream()
        .join("a")
        .step(undefined, recording({ to: 1 }))
        .step(undefined, { type: "recording.extended", recording: "r1", endsMs: 9_000, about: [] }),
  ],
  ["RC-2", "a recording without end", () => new Stream().join("a").step(undefined, recording()).fact({ kind: "awake", atMs: 2_001 })],
  ["RC-2", "a recording of two hours", () => new Stream().join("a").step(undefined, recording({ endsMs: 7_201_000 }))],
  [
    "RC-2",
    "an end before its time",
    () =>
      new Stream()
        .join("a")
        .step(undefined, recording())
        .step(undefined, ended({ why: "over" })),
  ],
  [
    "RC-3",
    "a pinned one is given up",
    () =>
      new Stream()
        .join("a")
        .step(undefined, recording({ to: 1 }))
        .step(undefined, { type: "recording.changed", recording: "r1", pinned: true })
        .step(undefined, { type: "recording.deleted", recording: "r1", name: "night", why: "retention", because: "too old" }),
  ],
];

test.each(bad)("%s shows %s", (rule, _, make) => {
  expect(make().broken).toContain(rule);
});

test("what a recording may do breaks nothing", () => {
  const good = new Stream()
    .join("a")
    .step(undefined, recording())
    .step(undefined, { type: "recording.extended", recording: "r1", endsMs: 3_000, about: ["a"] })
    .step(undefined, ended());
  expect(good.broken.filter((rule) => rule.startsWith("RC"))).toEqual([]);
});

test("the checkers of this chapter are not silent", () => {
  expect(silentAmong(["recordings"], bad)).toEqual([]);
});
