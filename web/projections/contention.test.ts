import { describe, expect, it } from "vitest";
import { TestSpace } from "../../shared/engine/testing/space.ts";
import { Contention, percentiles } from "./contention.ts";

function busy(): TestSpace {
  const space = new TestSpace();
  for (const agent of ["w1", "w2", "w3"]) space.join(agent);
  space.acquire("w1", "a");
  space.acquire("w2", "a");
  space.acquire("w3", "a", { waitMs: 3_000 });
  space.pass(2_000);
  space.release("w1", "a");
  space.pass(1_500);
  space.acquire("w1", "b");
  return space;
}

const of = (space: TestSpace): Contention => {
  const contention = new Contention();
  contention.take(space.events);
  return contention;
};

describe("contention", () => {
  it("counts waits, holds, grants and refusals of each resource", () => {
    const space = busy();
    expect(of(space).of("a", space.nowMs)).toEqual({
      resource: "a",
      waitMs: { p50: 0, p95: 2_000 },
      holdMs: { p50: 2_000, p95: 2_000 },
      queue: 0,
      grants: 2,
      refusals: 1,
      waitedMs: 2_000 + 3_500,
      holders: [{ agent: "w2", sinceMs: 3_000 }],
    });
  });

  it("is the same event by event as at once, and begins anew", () => {
    const space = busy();
    const contention = new Contention();
    for (const event of space.events) contention.take([event]);
    expect(contention.all(space.nowMs)).toEqual(of(space).all(space.nowMs));
    contention.reset();
    expect(contention.all(space.nowMs)).toEqual([]);
  });

  it("names only where somebody waited, the worst first, with waiting that still lasts", () => {
    const space = busy();
    space.acquire("w3", "b");
    space.pass(60_000);
    const top = of(space).top(10, space.nowMs);
    expect(top.map(({ resource, queue }) => `${resource} ${queue}`)).toEqual(["b 1", "a 0"]);
    expect(top[0]?.waitedMs).toBe(60_000);
  });

  it("gives slices without a gap, with those who still wait in each", () => {
    const space = busy();
    space.acquire("w3", "b");
    space.pass(35_000);
    const series = of(space).series("b", space.nowMs);
    expect(series.map(({ startMs }) => startMs)).toEqual([0, 10_000, 20_000, 30_000]);
    expect(series.map(({ queue }) => queue)).toEqual([1, 1, 1, 1]);
    expect(of(space).series(undefined, space.nowMs)[0]).toMatchObject({ grants: 3, refusals: 1 });
  });

  it("stays within its bounds", () => {
    const space = new TestSpace();
    space.join("w1");
    for (let index = 0; index < 100; index++) {
      space.acquire("w1", `r${index}`);
      space.release("w1", `r${index}`);
      space.pass(1_000);
    }
    const contention = new Contention({ resources: 16, samples: 4, bucketMs: 1_000, buckets: 5, followed: 8 });
    contention.take(space.events);
    expect(contention.resources).toBeLessThanOrEqual(18);
    expect(contention.series(undefined, space.nowMs)).toHaveLength(5);
    expect(contention.of("r99", space.nowMs).grants).toBe(1);
  });
});

it("percentiles are by nearest rank", () => {
  expect(percentiles([])).toBeUndefined();
  expect(percentiles(Array.from({ length: 100 }, (_, index) => index + 1))).toEqual({ p50: 50, p95: 95 });
});
