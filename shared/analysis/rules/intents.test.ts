import { expect, test } from "vitest";
import type { Answer } from "../../model/index.ts";
import { asks, type Bad, intent, Stream, silentAmong, who } from "./testing/streams.ts";

const bad: Bad = [
  [
    "IN-1",
    "two committed intents",
    () =>
      new Stream()
        .join("a", "b")
        .step(undefined, intent("a", "i1"))
        .step(undefined, intent("b", "i2"))
        .step(undefined, { type: "intent.committed", intent: "i1", ...who("a") })
        .step(undefined, { type: "intent.committed", intent: "i2", ...who("b") }),
  ],
  [
    "IN-3",
    "an intent that expires early",
    () =>
      new Stream()
        .join("a")
        .step(undefined, intent("a", "i1"))
        .step(undefined, { type: "intent.ended", intent: "i1", ...who("a"), why: "expired" }),
  ],
  ["IN-3", "an intent without end", () => new Stream().join("a").step(undefined, intent("a", "i1")).fact({ kind: "awake", atMs: 2_001 })],
  ["IN-4", "an intent that is not told of another", () => new Stream().join("a", "b").step(undefined, intent("a", "i1")).step(undefined, intent("b", "i2"))],
  [
    "IN-5",
    "a check that announces",
    () => new Stream().join("a").step(asks("a", { type: "intent.check", uses: [], startsInMs: 0, lastsMs: 1 }), intent("a", "i1")),
  ],
];

test.each(bad)("%s shows %s", (rule, _, make) => {
  expect(make().broken).toContain(rule);
});

test("IN-5 an answer is held against what its check met, however many others were asked meanwhile", () => {
  const check = (id: string) => asks("a", { type: "intent.check", id, uses: [{ resource: "x", mode: "exclusive", weight: 1 }], startsInMs: 0, lastsMs: 1_000 });
  const stream = new Stream().join("a", "b").step(check("first"));
  for (let n = 0; n < 1_500; n++) stream.step(check(`c${n}`));
  stream.grant("b", "1", "x").step(check("first"));
  const answer: Answer = { id: "first", ok: true, result: { status: "checked", conflicts: [] } };
  stream.fact({ kind: "answered", sender: "s-a", answer, decidedAt: 2, durable: 3 });
  expect(stream.broken).toEqual([]);
});

test("its checkers catch some bad stream each", () => {
  expect(silentAmong(["intents"], bad)).toEqual([]);
});
