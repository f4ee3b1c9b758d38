import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startChild } from "../../support/child.ts";
import { assertClear } from "../case.ts";

/** A configuration that cannot be used: what is in the file, and what the server has to say about it. */
export interface BadConfiguration {
  readonly name: string;
  /** Undefined: there is no such file. */
  readonly content: string | Buffer | undefined;
  readonly says: RegExp;
  readonly args?: readonly string[];
}

const of = (name: string, content: unknown, says: RegExp): BadConfiguration => ({ name, content: JSON.stringify(content), says });
const hash = "a".repeat(64);
const rule = { pattern: "a", settings: {}, reason: "r" };

export const configurations: readonly BadConfiguration[] = [
  { name: "no such file", content: undefined, says: /ENOENT|no such file/ },
  { name: "an empty file", content: "", says: /not valid JSON/ },
  { name: "noise", content: Buffer.from([0, 1, 2, 255, 254, 253]), says: /not valid JSON/ },
  { name: "JSON that breaks off", content: '{"port": 4600, "spaces": ["main"', says: /not valid JSON/ },
  { name: "JSON with a comma too many", content: '{"port": 4600,}', says: /not valid JSON.*position 14/ },
  { name: "10,000 lists in each other", content: `{"spaces": ${"[".repeat(10_000)}${"]".repeat(10_000)}}`, says: /spaces\[0\]: expected string/ },
  { name: "the field __proto__", content: '{"__proto__": {"host": "0.0.0.0"}}', says: /unknown field "__proto__"/ },
  of("a list", [], /the file: expected object, received array/),
  of("null", null, /the file: expected object, received null/),
  of("a number", 7, /the file: expected object, received number/),
  of("a misspelt field", { prot: 1 }, /unknown field "prot"/),
  of("a host that is a list", { host: ["127.0.0.1"] }, /host: expected string, received array/),
  of("every address without a token", { host: "0.0.0.0" }, /host: 0\.0\.0\.0 can be reached from other machines/),
  of("no space", { spaces: [] }, /spaces: too small/),
  of("a space that leaves its folder", { spaces: ["../../etc"] }, /spaces\[0\]: use lower-case letters/),
  of("a space twice", { spaces: ["a", "a"] }, /spaces\[1\]: the same as spaces\[0\]/),
  of("a token in clear text", { tokens: [{ principal: "ann", role: "operator", sha256: "my secret" }] }, /tokens\[0\]\.sha256: must be the SHA-256/),
  of("a token twice", { tokens: [0, 1].map(() => ({ principal: "ann", role: "viewer", sha256: hash })) }, /tokens\[1\]: the same as tokens\[0\]/),
  of("a role that there is not", { tokens: [{ principal: "ann", role: "root", sha256: hash }] }, /tokens\[0\]\.role: expected one of/),
  of("a rule without a reason", { rules: [{ pattern: "a", settings: {} }] }, /rules\[0\]\.reason: missing/),
  of("a rule for no path", { rules: [{ ...rule, pattern: "a//b" }] }, /rules\[0\]\.pattern: empty segment/),
  of("a rule with a level that there is not", { rules: [{ ...rule, settings: { level: "strict" } }] }, /rules\[0\]\.settings\.level: expected one of/),
  of("a capacity of nothing", { rules: [{ ...rule, settings: { capacity: 0 } }] }, /rules\[0\]\.settings\.capacity: too small/),
  of("1,001 rules", { rules: Array.from({ length: 1_001 }, (_, index) => ({ ...rule, pattern: `a${index}` })) }, /rules: too large/),
  of("a limit of nothing", { limits: { commandsPerSecond: 0 } }, /limits\.commandsPerSecond: too small/),
  of("a limit that there is not", { limits: { speed: 9 } }, /limits: unknown field "speed"/),
  of("an origin that is none", { origins: ["signalbox"] }, /origins\[0\]: must be an origin/),
  { ...of("a port in words", {}, /port: expected number, received string/), args: ["--port", "http"] },
  { ...of("a port beyond the last", {}, /port: too large/), args: ["--port", "70000"] },
  { ...of("a space in capitals, on the command line", {}, /spaces\[0\]: use lower-case letters/), args: ["--space", "MAIN"] },
];

/** Starts the real server with it: it has to end at once, with exit code 2 and in words. Gives its words. */
export async function tryConfiguration({ name, content, says, args = [] }: BadConfiguration, folder: string): Promise<string> {
  const own = join(folder, name.replace(/\W+/g, "-"));
  mkdirSync(own, { recursive: true });
  const path = join(own, "config.json");
  if (content !== undefined) writeFileSync(path, content);
  const child = startChild(process.execPath, ["--import", "tsx", "server/cli/main.ts", "serve", "--config", path, "--data", join(own, "data"), ...args]);
  const timer = setTimeout(() => void child.kill(), 60_000);
  const code = await child.exited;
  clearTimeout(timer);
  const said = child.output().replaceAll(path, "config.json").trim();
  if (code !== 2) throw new Error(`exit code ${code}: ${said.slice(0, 300)}`);
  assertClear(said.slice(0, 500));
  if (!says.test(said)) throw new Error(`it does not say ${says}: ${said.slice(0, 300)}`);
  return said.split("\n").at(-1)?.trim() ?? "";
}
