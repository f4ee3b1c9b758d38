import { describe, expect, test } from "vitest";
import { TestSpace } from "../../engine/testing/space.ts";
import { traceOf } from "../seek/reader.ts";
import { alignTraces } from "./align.ts";
import { fairnessOf, figuresOf, spreadOf } from "./figures.ts";

function recording(holdMs: number, waitMs?: number) {
  const space = new TestSpace();
  for (const agent of ["w1", "w2"]) space.join(agent);
  space.acquire("w1", "a", { id: "one" });
  space.nowMs += 100;
  space.acquire("w2", "a", { id: "two", ...(waitMs !== undefined && { waitMs }) });
  space.pass(Math.min(holdMs, waitMs ?? holdMs));
  space.nowMs = 1_100 + holdMs;
  space.release("w1", "a");
  space.nowMs += 500;
  if (waitMs === undefined || waitMs > holdMs) space.release("w2", "a");
  return traceOf({ engine: "test", space: "test", name: "test", base: "0".repeat(64) }, undefined, space.decisions).trace;
}

describe("figures", () => {
  test("count what happened", () => {
    expect(figuresOf(recording(1_000))).toMatchObject({
      spanMs: 1_600,
      grants: 2,
      waits: { count: 1, p50Ms: 1_000, p95Ms: 1_000, maxMs: 1_000 },
      holds: { count: 2, p50Ms: 500, maxMs: 1_100 },
      deadlocks: 0,
      refused: 0,
      fairness: 1,
      throughput: 2 / 1.6,
    });
  });

  test("count from a position on", () => {
    const trace = recording(1_000);
    expect(figuresOf(trace, trace.to)).toMatchObject({ events: 0, grants: 0, throughput: 0, spanMs: 0 });
    expect(figuresOf(trace, 3)).toMatchObject({ grants: 1, waits: { count: 1 } });
  });

  test("percentiles are by nearest rank", () => {
    expect(spreadOf([4, 1, 3, 2])).toEqual({ count: 4, p50Ms: 2, p95Ms: 4, maxMs: 4 });
    expect(spreadOf([])).toEqual({ count: 0, p50Ms: 0, p95Ms: 0, maxMs: 0 });
  });

  test("fairness is Jain's", () => {
    expect([fairnessOf([5, 5, 5]), fairnessOf([9, 0, 0]), fairnessOf([]), fairnessOf([0, 0])]).toEqual([1, 1 / 3, 1, 1]);
  });
});

describe("two traces side by side", () => {
  test("are the same as themselves", () => {
    const { requests, divergence } = alignTraces(recording(1_000), recording(1_000));
    expect(requests.map(({ agent, differs }) => [agent, differs])).toEqual([
      ["w1", "not"],
      ["w2", "not"],
    ]);
    expect(divergence).toBeUndefined();
  });

  test("a longer wait is a difference, no divergence", () => {
    const { requests, divergence } = alignTraces(recording(1_000), recording(3_000));
    expect(requests[1]).toMatchObject({ command: "two", differs: "waited", a: { waitedMs: 1_000 }, b: { waitedMs: 3_000 } });
    expect(divergence).toBeUndefined();
  });

  test("diverge at the first request with another result", () => {
    const { divergence } = alignTraces(recording(1_000), recording(1_000, 400));
    expect(divergence).toMatchObject({ agent: "w2", resources: ["a"], a: { result: "granted" }, b: { result: "refused", why: "deadline" } });
  });

  test("what only one of them has is told", () => {
    const trace = recording(1_000);
    expect(alignTraces(trace, trace, { afterA: 3 }).requests.map(({ differs }) => differs)).toEqual(["onlyB", "not"]);
  });
});
