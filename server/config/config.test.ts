import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ConfigError, isLoopback, parseConfig, readConfigFile } from "./load.ts";
import { newToken, sha256, TokenTable } from "./tokens.ts";

const folder = mkdtempSync(join(tmpdir(), "signalbox-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

function problemsWith(file: unknown): readonly string[] {
  try {
    parseConfig("test.json", file);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const hash = "a".repeat(64);

describe("configuration", () => {
  it("has a safe default for everything", () => {
    const config = parseConfig("defaults", {});
    expect(config).toMatchObject({ host: "127.0.0.1", port: 4600, spaces: ["main"], tokens: [], rules: [] });
    expect(config.limits.commandsPerSecond).toBeGreaterThan(0);
  });

  it("lets the command line win over the file", () => {
    expect(parseConfig("test.json", { port: 1, data: "kept" }, { port: 2 })).toMatchObject({ port: 2, data: "kept" });
  });

  it.each<[string, unknown, string[]]>([
    ["an array instead of an object", [], ["the file: expected object, received array"]],
    ["a string instead of an object", "x", ["the file: expected object, received string"]],
    ["null", null, ["the file: expected object, received null"]],
    ["a misspelt field", { prot: 1 }, ['the file: unknown field "prot"']],
    ["a port out of range", { port: 70_000 }, ["port: too large"]],
    ["a port in words", { port: "http" }, ["port: expected number, received string"]],
    ["half a port", { port: 1.5 }, ["port: expected int"]],
    ["an empty host", { host: "" }, ["host: too small"]],
    ["no space at all", { spaces: [] }, ["spaces: too small"]],
    ["a space that would leave its folder", { spaces: ["../x"] }, ["spaces[0]: use lower-case letters"]],
    ["a space twice", { spaces: ["a", "b", "a"] }, ["spaces[2]: the same as spaces[0]"]],
    ["an origin that is none", { origins: ["signalbox"] }, ["origins[0]: must be an origin"]],
    ["an origin of another kind", { origins: ["file:///etc"] }, ["origins[0]: must be an origin"]],
    ["a token in clear text", { tokens: [{ principal: "ann", role: "operator", sha256: "secret" }] }, ["tokens[0].sha256: must be the SHA-256"]],
    ["a role nobody has", { tokens: [{ principal: "ann", role: "root", sha256: hash }] }, ["tokens[0].role: "]],
    ["a principal with blanks", { tokens: [{ principal: "a b", role: "agent", sha256: hash }] }, ["tokens[0].principal: use letters"]],
    ["a rule without a reason", { rules: [{ pattern: "a", settings: {} }] }, ["rules[0].reason: missing, expected string"]],
    ["a rule with a bad path", { rules: [{ pattern: "a//b", settings: {}, reason: "r" }] }, ["rules[0].pattern: empty segment"]],
    ["a rule with an unknown level", { rules: [{ pattern: "a", settings: { level: "strict" }, reason: "r" }] }, ["rules[0].settings.level: "]],
    [
      "a rule twice",
      {
        rules: [
          { pattern: "a", settings: {}, reason: "r" },
          { pattern: "a", settings: { capacity: 2 }, reason: "s" },
        ],
      },
      ["rules[1]: the same as rules[0]"],
    ],
    ["a limit of nothing", { limits: { commandsPerSecond: 0 } }, ["limits.commandsPerSecond: too small"]],
    ["a limit nobody knows", { limits: { speed: 1 } }, ['limits: unknown field "speed"']],
    ["two wrong fields at once", { port: -1, host: 1 }, ["host: expected string", "port: too small"]],
    ["every address without a token", { host: "0.0.0.0" }, ["host: 0.0.0.0 can be reached from other machines"]],
  ])("refuses %s and names the field", (_, file, expected) => {
    const problems = problemsWith(file);
    expect(problems).toHaveLength(expected.length);
    for (const [index, start] of expected.entries()) expect(problems[index]).toContain(start);
  });

  it("says where JSON breaks off, and which file is missing", () => {
    const path = join(folder, "broken.json");
    writeFileSync(path, '{"port": 1,}');
    expect(() => readConfigFile(path)).toThrow(/broken\.json cannot be used; nothing was started\.\n {2}not valid JSON: .*position 11/);
    expect(() => readConfigFile(join(folder, "none.json"))).toThrow(/ENOENT/);
  });

  it("opens to other machines once there is a token", () => {
    expect(parseConfig("test.json", { host: "0.0.0.0", tokens: [{ principal: "ann", role: "operator", sha256: hash }] }).host).toBe("0.0.0.0");
  });

  it("knows loopback addresses", () => {
    expect(["127.0.0.1", "127.9.9.9", "::1", "localhost"].filter(isLoopback)).toHaveLength(4);
    expect(["0.0.0.0", "::", "10.0.0.1", "127.example.com"].filter(isLoopback)).toEqual([]);
  });
});

describe("tokens", () => {
  it("keep the hash only and find their principal", () => {
    const { token, entry } = newToken("ann", "operator");
    expect(entry).toEqual({ principal: "ann", role: "operator", sha256: sha256(token) });
    const table = new TokenTable([entry]);
    expect(table.open).toBe(false);
    expect(table.find(token)).toEqual({ principal: "ann", role: "operator" });
    expect(table.find(`${token}x`)).toBeUndefined();
    expect(table.find("__proto__")).toBeUndefined();
    expect(new TokenTable([]).open).toBe(true);
  });
});
