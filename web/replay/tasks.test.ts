import { expect, test } from "vitest";
import { TestSpace } from "../../shared/engine/testing/space.ts";
import { type OpenTrace, readTrace, traceOf } from "../../shared/trace/index.ts";
import { runners } from "./tasks.ts";

function opened(): OpenTrace {
  const space = new TestSpace();
  for (const agent of ["w1", "w2"]) space.join(agent);
  for (const [agent, resource] of [
    ["w1", "a"],
    ["w2", "b"],
    ["w1", "b"],
    ["w2", "a"],
  ] as const) {
    space.nowMs += 1_000;
    space.acquire(agent, resource);
  }
  return traceOf({ engine: "test", space: "test", name: "by hand", base: "0".repeat(64) }, undefined, space.decisions);
}

const shares: number[] = [];
const watch = {
  breathe: async (share: number) => {
    shares.push(share);
  },
};

test("a fork comes back as a file that opens, compared with what was recorded", async () => {
  const { file, comparison, at } = await runners.fork(
    opened(),
    { at: 2, change: { change: "settings", pattern: "**", settings: { policy: "waitDie" } }, agents: "recorded", seed: 1 },
    watch,
  );
  expect(at).toBe(2);
  const { trace } = readTrace(new Uint8Array(await file.arrayBuffer()));
  expect(trace.header.whatIf).toBeDefined();
  expect(comparison.a.figures.deadlocks).toBe(1);
  expect(comparison.b.figures.deadlocks).toBe(0);
});

test("a trace compared with itself differs in nothing", async () => {
  const open = opened();
  const { file } = await runners.fork(open, { at: 0, change: { change: "nothing" }, agents: "recorded", seed: 1 }, watch);
  const comparison = await runners.compare(open, { file, name: "again" }, watch);
  expect(comparison.divergence).toBeUndefined();
  expect(comparison.counts).toMatchObject({ result: 0, onlyA: 0, onlyB: 0 });
});

test("a check tells every rule that it looked at", async () => {
  const { rules, breaks } = await runners.check(opened(), {}, watch);
  expect(rules.length).toBeGreaterThan(40);
  // Made by hand, without a journal: only its chain is none.
  expect(breaks.map(({ rule }) => rule)).toEqual(["JR-6"]);
});

test("what was given up ends", async () => {
  const gone = { breathe: () => Promise.reject(new Error("given up")) };
  await expect(runners.compare(opened(), { file: new Blob([]), name: "" }, gone)).rejects.toThrow("given up");
});
