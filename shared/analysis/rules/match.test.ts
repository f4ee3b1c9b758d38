import { describe, expect, test } from "vitest";
import { covers, overlaps } from "./match.ts";

describe("match", () => {
  test.each([
    ["repo", "repo/src", true],
    ["repo/src", "repo/srcs", false],
    ["repo/*/x", "repo/a", true],
    ["repo/**/*.test.ts", "repo/src/a.test.ts", true],
    ["repo/**/*.test.ts", "repo/src/a.ts", false],
    ["**/a.ts/*", "repo/src/a.ts", true],
    ["a*c", "*bc", true],
    ["a*", "b*", false],
  ])("LK-4 %s and %s: %s", (a, b, expected) => {
    expect([overlaps(a, b), overlaps(b, a)]).toEqual([expected, expected]);
  });

  test("LE-5 a glob is covered by its text", () => {
    expect([covers("repo/*.ts", "repo/a.ts"), covers("repo/*.ts", "repo/a*"), covers("repo/**", "repo/src/*.ts"), covers("repo/?", "repo/*")]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});
