import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PackedTexts } from "./packed-texts.ts";

describe("texts in blocks", () => {
  test("come back as they were put in, from wherever one looks, packed or not", () => {
    const line = fc.string({ unit: "grapheme", maxLength: 30 }).map((text) => text.replace(/[\n\ud800-\udfff]/g, " "));
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 8 }),
        fc.nat(3_000),
        fc.constantFrom(0, 200_000),
        fc.nat(),
        fc.nat(60),
        (some, count, budget, at, wide) => {
          const texts = Array.from({ length: count }, (_, index) => `${index} ${(some[index % some.length] as string).repeat(20)}`);
          const packed = new PackedTexts(budget);
          for (const text of texts) packed.push(text);
          expect(packed.length).toBe(count);
          const first = at % (count + 1);
          expect(packed.slice(first, first + wide)).toEqual(texts.slice(first, first + wide));
          expect(packed.at(first)).toBe(texts[first]);
          expect(packed.slice(0, count + 5).length).toBe(count);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("empty ones are texts too, and take next to nothing", () => {
    const packed = new PackedTexts(0);
    for (let index = 0; index < 400_000; index++) packed.push("");
    expect(packed.slice(399_998, 400_002)).toEqual(["", ""]);
    expect(packed.bytes).toBeLessThan(120_000);
  });

  test("what is alike is kept small", () => {
    const packed = new PackedTexts(0);
    for (let index = 0; index < 20_000; index++) packed.push(JSON.stringify({ position: index, type: "lock.granted", agent: `w${index % 7}` }));
    expect(packed.bytes).toBeLessThan((20_000 * 60) / 4);
  });
});
