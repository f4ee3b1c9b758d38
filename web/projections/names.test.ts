import { expect, test } from "vitest";
import { byName } from "./names.ts";

test("numbers in names count as numbers, and no two names are in one place", () => {
  const inOrder = ["w1", "w2", "w10", "x"];
  expect([...inOrder].reverse().sort(byName)).toEqual(inOrder);
  expect(byName("a1", "a01")).not.toBe(0);
  expect(Math.sign(byName("a1", "a01"))).toBe(-Math.sign(byName("a01", "a1")));
});
