import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Arrow, PackedArrows } from "./lanes-packed-arrows.ts";

const names = ["w1", "w2", "w3"];
const by = "agent";

describe("arrows in columns", () => {
  it("those that begin or end with the cursor's event are found, however long they are and whatever is selected", () => {
    const one = fc.record({ gap: fc.nat(3), long: fc.nat(400), from: fc.integer({ min: 1, max: 3 }), to: fc.integer({ min: 1, max: 3 }) });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 200 }), (told) => {
        const arrows = new PackedArrows(names);
        const all: Arrow[] = [];
        let position = 500;
        for (const { gap, long, from, to } of told) {
          position += gap;
          const begin = Math.max(1, position - long);
          // An event a millisecond: a position is its time.
          arrows.add(Float64Array.from([begin, begin, from, 0, position, position, to, 0]), 0);
          all.push({
            from: { atMs: begin, position: begin, lane: names[from - 1] ?? "" },
            to: { atMs: position, position, lane: names[to - 1] ?? "" },
          });
        }
        const of = { kind: "agent", id: "nobody" };
        for (const { from, to } of all)
          for (const at of [from.position, to.position]) {
            const expected = all.filter((arrow) => arrow.from.position === at || arrow.to.position === at);
            expect(arrows.find({ by, fromMs: 0, toMs: 10_000, of, position: at, apartMs: 0 })).toEqual(expected);
          }
        const few = arrows.find({ by, fromMs: 0, toMs: 10_000, of: null, position: 0, apartMs: 0 });
        expect(few).toEqual(all.length <= 60 ? all : []);
      }),
      { numRuns: 60 },
    );
  });
});
