import fc from "fast-check";
import { expect, test } from "vitest";
import { strongComponents } from "./strong-components.ts";

test("two nodes are in one component exactly when each comes to the other", () => {
  const edges = fc.array(fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 7 })), { maxLength: 20 });
  fc.assert(
    fc.property(edges, (pairs) => {
      const nodes = [0, 1, 2, 3, 4, 5, 6, 7];
      const nextOf = (node: number) => pairs.flatMap(([from, to]) => (from === node ? [to] : []));
      const reach = nodes.map((node) => {
        const seen = new Set(nextOf(node));
        for (const at of seen) for (const next of nextOf(at)) seen.add(next);
        return seen;
      });
      const together = nodes.map((a) => nodes.filter((b) => a === b || (reach[a]?.has(b) && reach[b]?.has(a))));
      const expected = new Set(together.filter((set) => set.length > 1).map((set) => set.join(" ")));
      expect(new Set(strongComponents(nodes, nextOf).map((set) => [...set].sort().join(" ")))).toEqual(expected);
    }),
  );
});

test("a ring of a hundred thousand takes no depth", () => {
  const size = 100_000;
  const [ring] = strongComponents([0], (node) => [(node + 1) % size]);
  expect(ring).toHaveLength(size);
});
