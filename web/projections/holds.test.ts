import { describe, expect, it } from "vitest";
import type { Event, EventBody, Lock } from "../../shared/model/index.ts";
import { quantiles, usageOf } from "./holds.ts";

const who = { session: "s", agent: "w1" };
let position = 0;
const at = (atMs: number, body: EventBody): Event => ({ ...body, position: ++position, atMs }) as Event;
const lock = (fence: string, grantedMs: number, waitedMs = 0, resource = "a"): Lock => ({
  fence,
  resource,
  mode: "exclusive",
  weight: 1,
  level: "sequenced",
  guarded: false,
  ...who,
  command: "c",
  reason: "",
  grantedMs,
  waitedMs,
  holds: 1,
});
const granted = (atMs: number, one: Lock): Event => at(atMs, { type: "lock.granted", ...who, command: "c", locks: [one] });
const released = (atMs: number, fence: string, why: "released" | "forced" = "released"): Event =>
  at(atMs, { type: "lock.released", fence, resource: "a", ...who, why });

describe("usage of a resource", () => {
  it("counts grants and takes quantiles of waits and of ended holds", () => {
    const usage = usageOf(
      [granted(100, lock("1", 100)), released(300, "1"), granted(300, lock("2", 300, 150)), released(900, "2", "forced"), granted(950, lock("3", 950))],
      "a",
      0,
      1_000,
      4,
    );
    expect(usage).toMatchObject({ grants: 3, forced: 1, waitMs: { median: 0, p95: 150 }, holdMs: { median: 200, p95: 600 } });
  });

  it("spreads holds and waits over the slices, the running ones up to now", () => {
    const { slices } = usageOf([granted(100, lock("1", 100)), released(300, "1"), granted(600, lock("2", 600, 200))], "a", 0, 1_000, 4);
    expect(slices.map(({ heldMs }) => heldMs)).toEqual([150, 50, 150, 250]);
    expect(slices.map(({ waitedMs }) => waitedMs)).toEqual([0, 100, 100, 0]);
  });

  it("leaves other resources and what was before the span out of the figures", () => {
    const events = [granted(10, lock("1", 10)), released(50, "1"), granted(120, lock("2", 120, 0, "b")), granted(130, lock("3", 130))];
    expect(usageOf(events, "a", 100, 200, 2)).toMatchObject({ grants: 1, holdMs: undefined });
  });

  it("takes the smallest value that covers the share", () => {
    expect(quantiles([])).toBeUndefined();
    expect(quantiles([3, 1, 2])).toEqual({ median: 2, p95: 3 });
  });
});
