import fc from "fast-check";
import { expect, test } from "vitest";
import { cutRing, placeOnRing } from "./ring-cut.ts";

const ring = (count: number) => Array.from({ length: count }, (_, index) => ({ agent: `w${index + 1}`, ...placeOnRing(index, count, 100, 80) }));

test("a line through a ring cuts off the smaller side", () => {
  // w1 stands at the top, the others follow clockwise.
  expect(cutRing(ring(5), { x: 0, y: 60 }, { x: 200, y: 60 })).toEqual(["w1"]);
  expect(cutRing(ring(5), { x: 200, y: 60 }, { x: 0, y: 60 })).toEqual(["w1"]);
  expect(cutRing(ring(4), { x: 50, y: 50 }, { x: 150, y: 150 })).toHaveLength(2);
});

test("a line that has no length or misses the ring cuts off nobody", () => {
  expect(cutRing(ring(5), { x: 100, y: 100 }, { x: 104, y: 100 })).toEqual([]);
  expect(cutRing(ring(5), { x: 0, y: 0 }, { x: 200, y: 0 })).toEqual([]);
});

test("those cut off stand side by side on the ring, and are never more than half", () => {
  const point = fc.record({ x: fc.integer({ min: 0, max: 200 }), y: fc.integer({ min: 0, max: 200 }) });
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 30 }), point, point, (count, from, to) => {
      const members = ring(count);
      const apart = new Set(cutRing(members, from, to));
      expect(apart.size).toBeLessThanOrEqual(count / 2);
      const changes = members.filter(({ agent }, index) => apart.has(agent) !== apart.has(members[(index + 1) % count]?.agent ?? "")).length;
      expect(changes).toBeLessThanOrEqual(2);
    }),
  );
});
