import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { importsOf, violations } from "./import-directions.ts";
import { leftovers } from "./leftovers.ts";

describe("import directions", () => {
  test("finds every way to import", () => {
    const source = [
      'import { a } from "./a.ts";',
      'import type { B } from "../b.ts";',
      "import {\n  c,\n  d,\n} from '../c.ts';",
      'export * from "./d.ts";',
      'import "./e.ts";',
      'const f = await import("./f.ts");',
    ].join("\n");
    expect(importsOf(source)).toEqual(["./a.ts", "../b.ts", "../c.ts", "./d.ts", "./e.ts", "./f.ts"]);
  });

  test.each([
    ["shared/model/x.ts", "../protocol/index.ts"],
    ["shared/protocol/x.ts", "../state/fences.ts"],
    ["shared/state/x.ts", "../engine/decide.ts"],
    ["shared/analysis/x.ts", "../engine/decide.ts"],
    ["shared/engine/x.ts", "../host/space-host.ts"],
    ["shared/host/x.ts", "../sim/world.ts"],
    ["shared/engine/x.ts", "../client/connect.ts"],
    ["shared/client/x.ts", "../state/evolve.ts"],
    ["shared/client/x.ts", "../engine/decide.ts"],
    ["shared/engine/x.ts", "node:fs"],
    ["shared/sim/x.ts", "pino"],
    ["shared/model/x.ts", "../../server/app.ts"],
    ["web/stores/x.ts", "../../server/app.ts"],
    ["web/stores/x.ts", "../../shared/host/space-host.ts"],
    ["web/stores/x.ts", "node:path"],
    ["server/host/x.ts", "../../web/stores/world.ts"],
    ["server/host/x.ts", "vitest"],
    ["shared/newcomer/x.ts", "../model/index.ts"],
    ["shared/analysis/x.test.ts", "../../server/app.ts"],
  ])("refuses %s importing %s", (path, specifier) => {
    expect(violations(path, `import { x } from "${specifier}";`)).toHaveLength(1);
  });

  test.each([
    ["shared/protocol/x.ts", "../model/index.ts"],
    ["shared/engine/x.ts", "../state/state.ts"],
    ["shared/engine/deep/x.ts", "../y.ts"],
    ["shared/client/x.ts", "../state/fences.ts"],
    ["shared/client/x.ts", "socket.io-client"],
    ["shared/model/x.ts", "zod"],
    ["shared/engine/x.test.ts", "node:fs"],
    ["shared/analysis/x.test.ts", "../engine/index.ts"],
    ["server/host/x.ts", "../../shared/host/space-host.ts"],
    ["web/stores/x.ts", "../../shared/state/evolve.ts"],
  ])("allows %s importing %s", (path, specifier) => {
    expect(violations(path, `import { x } from "${specifier}";`)).toEqual([]);
  });
});

describe("leftovers", () => {
  test.each([`// ${"TO"}DO later`, `/* ${"FIX"}ME */`, `// @ts-${"ignore"}`])("finds %s", (line) => {
    expect(leftovers("a.ts", `const a = 1;\n${line}\n`)).toEqual([`a.ts:2: ${line}`]);
  });

  test("leaves ordinary words alone", () => {
    expect(leftovers("a.ts", "const todo = methodology; // todos")).toEqual([]);
  });
});

describe("biome", () => {
  /** Lints planted files with the project's own rules, in a folder of their own; gives one report per file. */
  function lintPlanted(files: Readonly<Record<string, string>>): Map<string, string> {
    const folder = mkdtempSync(join(tmpdir(), "signalbox-lint-"));
    const config = JSON.parse(readFileSync("biome.json", "utf8")) as Record<string, unknown>;
    writeFileSync(join(folder, "biome.json"), JSON.stringify({ ...config, $schema: undefined, vcs: undefined }));
    for (const [path, source] of Object.entries(files)) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), source);
    }
    const run = spawnSync(resolve("node_modules/.bin/biome"), ["lint", "--reporter=github", "--max-diagnostics=none"], { cwd: folder, encoding: "utf8" });
    rmSync(folder, { recursive: true });
    const lines = `${run.stdout}${run.stderr}`.split("\n");
    return new Map(Object.keys(files).map((path) => [path, lines.filter((line) => line.includes(`/${path},`)).join("\n")]));
  }

  const impure = [
    "export const now = Date.now();",
    "export const now = performance.now();",
    "export const chance = Math.random();",
    "setTimeout(() => {}, 1);",
    "setInterval(() => {}, 1);",
    "export const pid = process.pid;",
    "export const id = crypto.randomUUID();",
  ];
  const reports = lintPlanted({
    ...Object.fromEntries(
      impure.flatMap((source, index) => [`shared/engine/planted${index}.ts`, `shared/client/planted${index}.ts`].map((path) => [path, source])),
    ),
    "server/any.ts": "export const x = (y: any) => y;",
  });

  test.each(impure.map((source, index) => [source, index] as const))("keeps out of pure folders: %s", (_, index) => {
    expect(reports.get(`shared/engine/planted${index}.ts`)).toMatch(/noRestrictedGlobals|noJsRestrictedProperties/);
    expect(reports.get(`shared/client/planted${index}.ts`)).toBe("");
  });

  test("refuses any", () => {
    expect(reports.get("server/any.ts")).toMatch(/noExplicitAny/);
  });
});
