import { expect, test } from "vitest";
import { Random } from "./random.ts";
import { failureText } from "./report.ts";
import { runSeed } from "./run.ts";

/** Short runs; `npm run simulate` tries more of them. */
const seeds = 2_000;
const chunk = 250;

test.each(Array.from({ length: seeds / chunk }, (_, index) => index * chunk + 1))(
  `every rule holds in ${chunk} runs from seed %i`,
  { timeout: 120_000 },
  (from) => {
    for (let seed = from; seed < from + chunk; seed++) {
      const result = runSeed(seed);
      if (result.breaches.length > 0) expect.fail(failureText(result));
    }
  },
);

test("JR-9 the same seed gives the same run, whatever ran before it", () => {
  const first = [11, 12, 13].map((seed) => runSeed(seed).digest);
  const again = [13, 12, 11].map((seed) => runSeed(seed).digest).reverse();
  expect(again).toEqual(first);
  expect(new Set(first).size).toBe(3);
});

test("the generator is sfc32: the same numbers on every machine", () => {
  const random = new Random(42);
  const words = Array.from({ length: 4 }, () => random.word());
  expect(words).toMatchInlineSnapshot(`
    [
      1959603763,
      2423114712,
      2466933512,
      4144396390,
    ]
  `);
  const many = Array.from({ length: 10_000 }, () => random.between(1, 6));
  expect(new Set(many)).toEqual(new Set([1, 2, 3, 4, 5, 6]));
  const mean = many.reduce((sum, one) => sum + one, 0) / many.length;
  expect(Math.abs(mean - 3.5)).toBeLessThan(0.1);
});
