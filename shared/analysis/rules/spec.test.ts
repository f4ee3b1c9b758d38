import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkers } from "./index.ts";

const spec = readFileSync("shared/SPEC.md", "utf8");
const defined = [...spec.matchAll(/^- \*\*([A-Z]{2}-\d+) /gm)].map((match) => match[1] as string);
const quoted = new Set(testFiles().flatMap((path) => readFileSync(path, "utf8").match(/\b(?:LK|SE|IN|LE|OP|JR|WG|LV|EL|NG|FI|RC)-\d+\b/g) ?? []));

function testFiles(): string[] {
  return ["shared", "server", "web", "e2e"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => /\.test\.tsx?$|\/testing\/stories\.ts$/.test(path))
      .map((path) => join(folder, path)),
  );
}

test("a rule is numbered once", () => {
  expect(new Set(defined).size).toBe(defined.length);
  expect(defined.length).toBeGreaterThan(50);
});

test("every rule is quoted by a test, and tests quote no other", () => {
  expect(defined.filter((rule) => !quoted.has(rule))).toEqual([]);
  expect([...quoted].filter((rule) => !defined.includes(rule))).toEqual([]);
});

test("the checkers that the rules name are there", () => {
  const named = [...spec.matchAll(/^Checked by (.*)$/gm)].flatMap((line) =>
    [...(line[1] ?? "").matchAll(/`([a-z-]+\.ts)`/g)].map((match) => match[1] as string),
  );
  const files = readdirSync("shared/analysis/rules").filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
  expect(named.filter((file) => !files.includes(file))).toEqual([]);
  const parts = [
    "ages",
    "believers",
    "checker",
    "decided-before",
    "groups",
    "index",
    "inert",
    "ledger",
    "match",
    "monitor",
    "plans",
    "shelf",
    "stuck",
    "uses",
    "wait-for",
    "witnesses",
  ];
  expect(files.filter((file) => !named.includes(file) && !parts.includes(file.slice(0, -3)))).toEqual([]);
});

test("every checker is to catch a bad stream in the test of a chapter", () => {
  const tests = readdirSync("shared/analysis/rules")
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => readFileSync(join("shared/analysis/rules", file), "utf8"));
  const tried = new Set(tests.flatMap((text) => [...text.matchAll(/silentAmong\(\s*\[([^\]]*)\]/g)].flatMap(([, names]) => names?.match(/[a-z-]+/g) ?? [])));
  expect(Object.keys(checkers).filter((name) => !tried.has(name))).toEqual([]);
});
