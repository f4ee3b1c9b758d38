import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PathTree } from "./path-tree.ts";
import { overlaps } from "./patterns.ts";

const segment = fc.constantFrom("a", "b", "c", "a*", "?", "**");
const resource = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join("/"));

function found(tree: PathTree<number>, asked: string): number[] {
  const items: number[] = [];
  tree.some(asked, (item) => {
    items.push(item);
    return false;
  });
  return items.sort((a, b) => a - b);
}

describe("items by resource", () => {
  test("LK: what overlaps is found, exactly, whatever was added and taken out before", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(resource, fc.boolean()), { maxLength: 60 }), fc.array(resource, { minLength: 1, maxLength: 10 }), (steps, asked) => {
        const tree = new PathTree<number>();
        const there = new Map<number, string>();
        for (const [number, [path, takesOut]] of steps.entries()) {
          const [first] = there;
          if (takesOut && first !== undefined) {
            expect(tree.delete(first[1], first[0])).toBe(true);
            there.delete(first[0]);
          } else {
            tree.add(path, number);
            there.set(number, path);
          }
        }
        expect(tree.size).toBe(there.size);
        for (const path of asked) expect(found(tree, path)).toEqual([...there].filter(([, at]) => overlaps(at, path)).map(([item]) => item));
      }),
      { numRuns: 500 },
    );
  });

  test("more paths than are kept empty come, go and come again", () => {
    const tree = new PathTree<number>();
    for (let turn = 0; turn < 3; turn++) {
      for (let item = 0; item < 2_000; item++) tree.add(`dir${item % 7}/file${item}`, item);
      expect(found(tree, "dir3")).toHaveLength(286);
      for (let item = 0; item < 2_000; item++) expect(tree.delete(`dir${item % 7}/file${item}`, item)).toBe(true);
      expect(tree.size).toBe(0);
      expect(found(tree, "**")).toEqual([]);
    }
    expect(tree.delete("dir1/file1", 1)).toBe(false);
  });
});
