import fc from "fast-check";
import { expect, test } from "vitest";
import { Timers } from "./timers.ts";

test("JR-3 what is due does not depend on the order in which it was set, moved and deleted", () => {
  const step = fc.record({ key: fc.constantFrom("a", "b", "c", "d", "e", "f"), atMs: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 0, max: 9 }), (steps, nowMs) => {
      const timers = new Timers();
      const plain = new Map<string, number>();
      for (const { key, atMs } of steps) {
        if (atMs === undefined) {
          timers.delete(key);
          plain.delete(key);
        } else {
          timers.set(key, atMs);
          plain.set(key, atMs);
        }
      }
      const due = [...plain].filter(([, atMs]) => atMs <= nowMs).sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
      expect(timers.due(nowMs, 100)).toEqual(due.map(([key]) => key));
      expect(timers.nextMs()).toBe(plain.size === 0 ? undefined : Math.min(...plain.values()));
      expect(timers.size).toBe(plain.size);
    }),
  );
});
