import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Throttle } from "./throttle.ts";

describe("a throttle", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("runs at once, then once for all that is asked meanwhile, and rests when nothing is", () => {
    let runs = 0;
    const throttle = new Throttle(() => runs++, 100);
    throttle.ask();
    expect(runs).toBe(1);
    for (let time = 0; time < 5; time++) throttle.ask();
    expect(runs).toBe(1);
    vi.advanceTimersByTime(100);
    expect(runs).toBe(2);
    vi.advanceTimersByTime(1_000);
    expect(runs).toBe(2);
    throttle.ask();
    expect(runs).toBe(3);
  });

  it("forgets what was asked for when it is cancelled", () => {
    let runs = 0;
    const throttle = new Throttle(() => runs++, 100);
    throttle.ask();
    throttle.ask();
    throttle.cancel();
    vi.advanceTimersByTime(1_000);
    expect(runs).toBe(1);
    throttle.ask();
    expect(runs).toBe(2);
  });
});
