import fc from "fast-check";
import { expect, test } from "vitest";
import { Clock } from "../clock.ts";
import { NodeClock } from "./node-clock.ts";

test("whatever was set before, a clock reads what is waited for exactly when it said it would, and not a millisecond sooner", () => {
  const change = fc.oneof(
    fc.record({ type: fc.constant("drift" as const), by: fc.constantFrom(-0.5, -0.05, 0, 0.1, 0.5) }),
    fc.record({ type: fc.constant("jump" as const), by: fc.integer({ min: -5_000, max: 5_000 }) }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(change, fc.integer({ min: 0, max: 2_000 })), { maxLength: 8 }), fc.integer({ min: 1, max: 3_000 }), (changes, afterMs) => {
      const clock = new Clock(1_000_000);
      const own = new NodeClock(clock, 300);
      for (const [{ type, by }, passMs] of changes) {
        if (type === "drift") own.drift(by);
        else own.jump(by);
        clock.step(clock.nowMs + passMs);
      }
      const wantedMs = own.nowMs + afterMs;
      const atMs = own.whenReads(wantedMs);
      clock.step(atMs - 1);
      expect(own.nowMs).toBeLessThan(wantedMs);
      clock.step(atMs);
      expect(own.nowMs).toBeGreaterThanOrEqual(wantedMs);
    }),
    { numRuns: 200 },
  );
});

test("who waits for a reading is told when the clock is set", () => {
  const own = new NodeClock(new Clock(0), 0);
  let told = 0;
  own.onSet = () => told++;
  own.drift(0.5);
  own.jump(-100);
  expect(told).toBe(2);
  expect(own.nowMs).toBe(-100);
});
