import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NodeClock } from "./clock.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTime(ms);

test("a clock that drifts goes on from where it was, and timers go off at the same time by it", () => {
  const clock = new NodeClock();
  const beganMs = clock.nowMs;
  const fired: number[] = [];
  clock.after(1_000, () => fired.push(clock.nowMs - beganMs));
  pass(400);
  clock.drift(2);
  expect(clock.nowMs - beganMs).toBe(400);
  pass(299);
  expect(fired).toEqual([]);
  pass(1);
  expect(fired).toEqual([1_000]);
  clock.after(100, () => fired.push(clock.nowMs - beganMs));
  pass(50);
  expect(fired).toEqual([1_000, 1_100]);
});

test("once the drift is over it goes on at the usual rate and never back; a timer set meanwhile does not go off early", () => {
  const clock = new NodeClock();
  const beganMs = clock.nowMs;
  const fired: number[] = [];
  clock.drift(2);
  clock.after(1_000, () => fired.push(clock.nowMs - beganMs));
  pass(250);
  clock.drift(1);
  pass(499);
  expect([clock.nowMs - beganMs, fired]).toEqual([999, []]);
  pass(1);
  expect(fired).toEqual([1_000]);
});

test("what was taken back does not go off, however the clock drifts", () => {
  const clock = new NodeClock();
  let fired = 0;
  const takeBack = clock.after(100, () => fired++);
  takeBack();
  clock.drift(2);
  pass(1_000);
  expect([fired, vi.getTimerCount()]).toEqual([0, 0]);
});
