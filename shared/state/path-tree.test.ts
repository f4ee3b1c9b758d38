import fc from "fast-check";
import { expect, test } from "vitest";
import { PathTree } from "./path-tree.ts";
import { overlaps } from "./patterns.ts";

const segment = fc.constantFrom("a", "b", "c.ts", "*", "a*", "**", "*.ts");
const resource = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join("/"));

test("LK-4 finds just what a comparison with every item finds, and forgets what was deleted", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ resource, keep: fc.boolean() }), { maxLength: 20 }), resource, (items, asked) => {
      const tree = new PathTree<{ resource: string }>();
      for (const item of items) tree.add(item.resource, item);
      for (const item of items) if (!item.keep) expect(tree.delete(item.resource, item)).toBe(true);
      const found = new Set<{ resource: string }>();
      tree.some(asked, (item) => {
        found.add(item);
        return false;
      });
      const expected = items.filter((item) => item.keep && overlaps(item.resource, asked));
      expect(found).toEqual(new Set(expected));
      expect(tree.size).toBe(items.filter((item) => item.keep).length);
    }),
    { numRuns: 500 },
  );
});

test("keeps the items of a path in order", () => {
  const tree = new PathTree<{ rank: number }>((a, b) => a.rank - b.rank);
  for (const rank of [3, 1, 2, 5, 4]) tree.add("x", { rank });
  expect(tree.at("x").map((item) => item.rank)).toEqual([1, 2, 3, 4, 5]);
});
