import fc from "fast-check";
import { expect, test } from "vitest";
import { changesBetween, changesSchema, withChanges } from "./changes.ts";

const text = (value: unknown) => JSON.parse(JSON.stringify(value));

test("what changed turns the one value into the other, over text, and leaves the one as it was", () => {
  const value = fc.jsonValue({ maxDepth: 4 });
  fc.assert(
    fc.property(value, value, (before, after) => {
      const known = text(before);
      const changes = changesSchema.parse(text(changesBetween(before, after)));
      expect(withChanges(before, changes)).toEqual(text(after));
      expect(text(before)).toEqual(known);
    }),
    { numRuns: 500 },
  );
});

test("a value that is changed part by part is followed step by step", () => {
  const act = fc.record({ name: fc.constantFrom("a", "b", "__proto__", "list"), value: fc.jsonValue({ maxDepth: 2 }), gone: fc.boolean() });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 20 }), (acts) => {
      let value: Record<string, unknown> = { list: [] };
      let kept: unknown = text(value);
      for (const { name, value: part, gone } of acts) {
        const others = Object.fromEntries(Object.entries(value).filter(([known]) => known !== name));
        const list = Array.isArray(value.list) ? value.list : [];
        const next: Record<string, unknown> =
          name === "list"
            ? { ...value, list: gone ? list.slice(0, -1) : [...list, part] }
            : gone
              ? others
              : Object.fromEntries([...Object.entries(others), [name, part]]);
        kept = withChanges(kept, changesSchema.parse(text(changesBetween(value, next))));
        value = next;
        expect(kept).toEqual(text(value));
      }
    }),
  );
});

test("what is shared is not looked into", () => {
  const shared = new Proxy([1, 2, 3], {
    get: () => {
      throw new Error("looked into");
    },
  });
  expect(changesBetween({ shared, term: 1 }, { shared, term: 2 })).toEqual([{ at: ["term"], set: 2 }]);
  expect(changesBetween([shared], [shared, 4])).toEqual([{ at: [], keep: 1, add: [4] }]);
});

test("what has no place in a value is found out", () => {
  for (const change of [
    { at: [], keep: 4, add: [] },
    { at: [3], set: 1 },
    { at: ["a"], set: 1 },
    { at: [], drop: "a" },
    { at: [0, 0], set: 1 },
  ])
    expect(() => withChanges([1, 2, 3], [change])).toThrow(RangeError);
});
