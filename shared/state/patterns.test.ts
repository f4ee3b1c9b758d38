import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anchorOf, covers, isGlob, namesFile, overlaps } from "./patterns.ts";

describe("overlap", () => {
  test.each([
    ["repo", "repo/src/app.ts", true],
    ["repo/src", "repo/srcs", false],
    ["repo/src/**/*.test.ts", "repo/src", true],
    ["repo/src/**/*.test.ts", "repo/src/app.ts", false],
    ["repo/src/**/*.test.ts", "repo/src/app.test.ts", true],
    ["repo/src/**/*.test.ts", "repo/src/a/b/c.test.ts", true],
    ["repo/src/**/*.test.ts", "repo/src/*.md", false],
    ["repo/src/**/*.test.ts", "repo/*/x/?.test.ts", true],
    ["repo/**", "repo", true],
    ["repo/*", "repo", true],
    ["*/a", "b/*", true],
    ["*/a", "b/c", false],
    ["a*b", "ab", true],
    ["a?b", "ab", false],
    ["a*c", "*bc", true],
    ["a*", "b*", false],
    ["etc/**/*.conf", "etc/conf.d/**", true],
    ["etc/conf.d/*.conf", "etc/conf.d", true],
    ["github.com", "github.com/foo", true],
    ["x.ts", "*.ts", true],
    ["*.md", "x.md/y.ts", true],
  ])("LK-4 %s and %s: %s", (a, b, expected) => {
    expect(overlaps(a, b)).toBe(expected);
    expect(overlaps(b, a)).toBe(expected);
  });

  const segment = fc.constantFrom("a", "b", "ab", "*", "?", "a*", "*b", "**");
  const pattern = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join("/"));

  test("LK-4 agrees with a search over all short paths", () => {
    const paths = allPaths(["a", "b", "ab"], 6);
    fc.assert(
      fc.property(pattern, pattern, (a, b) => {
        const common = paths.some((path) => slowCovers(a, path) && slowCovers(b, path));
        expect(overlaps(a, b)).toBe(common);
      }),
      { numRuns: 300 },
    );
  });

  test("LE-5 covers agrees with a plain matcher", () => {
    const paths = allPaths(["a", "b", "ab"], 4);
    fc.assert(
      fc.property(pattern, fc.constantFrom(...paths), (a, path) => {
        expect(covers(a, path)).toBe(slowCovers(a, path));
      }),
      { numRuns: 500 },
    );
  });

  test("JR-10 hostile patterns cost little: no backtracking", () => {
    const a = `${"**/".repeat(15)}${"*a".repeat(40)}`;
    const b = `${"**/".repeat(15)}${"*b".repeat(40)}`;
    expect(overlaps(a, b)).toBe(true);
  });
});

test("the anchor is what comes before the first wildcard", () => {
  expect(anchorOf("repo/src/**/*.ts")).toBe("repo/src");
  expect(anchorOf("repo/src")).toBe("repo/src");
  expect(anchorOf("*/src")).toBe("");
  expect(anchorOf("repo/a?")).toBe("repo");
});

test("file names", () => {
  expect(["a.ts", "d/x.test.ts", "*.md", "conf.d"].map(namesFile)).toEqual([true, true, true, true]);
  expect([".git", "v1.2", "src", "*.*", "a.b/c"].map(namesFile)).toEqual([false, false, false, false, false]);
});

function allPaths(names: string[], depth: number): string[] {
  let level = names;
  const all = [...level];
  for (let i = 1; i < depth; i++) {
    level = level.flatMap((path) => names.map((name) => `${path}/${name}`));
    all.push(...level);
  }
  return all;
}

/** By definition: some beginning of the path matches the pattern as a regular expression. */
function slowCovers(pattern: string, path: string): boolean {
  if (!isGlob(pattern)) return path === pattern || path.startsWith(`${pattern}/`);
  const source = pattern
    .split("/")
    .map((segment) => (segment === "**" ? "(?:[^/]+/)*" : `${segment.replaceAll("*", "[^/]*").replaceAll("?", "[^/]")}/`))
    .join("");
  return new RegExp(`^${source}`).test(`${path}/`);
}
