import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { projectFiles } from "./project-files.ts";

/** What a trace is made of and what can be done with it. */
const belowTrace = ["shared/model", "shared/protocol", "shared/state", "shared/analysis", "shared/engine", "shared/host", "shared/sim"];

/**
 * Which folder may import which: downwards only. Biome compares specifiers as they are spelt and can only forbid; this is
 * a closed list over resolved paths, so that a new folder has to be given its place before anything may use it.
 */
const directions: Readonly<Record<string, readonly string[]>> = {
  "shared/model": [],
  "shared/protocol": ["shared/model"],
  "shared/state": ["shared/model"],
  "shared/analysis": ["shared/model", "shared/state"],
  "shared/engine": ["shared/model", "shared/state", "shared/analysis"],
  // What agents run among themselves: state machines that know nothing of the engine.
  "shared/agents": ["shared/model"],
  "shared/host": ["shared/model", "shared/protocol", "shared/state", "shared/analysis", "shared/engine"],
  "shared/sim": ["shared/model", "shared/protocol", "shared/state", "shared/analysis", "shared/engine", "shared/agents", "shared/host"],
  // Every part of trace/ by itself; those later in this list may use those before.
  "shared/trace/format": ["shared/model", "shared/state"],
  "shared/trace/redact": ["shared/model", "shared/trace/format"],
  "shared/trace/seek": ["shared/model", "shared/state", "shared/trace/format"],
  "shared/trace/check": ["shared/model", "shared/state", "shared/analysis", "shared/engine", "shared/trace/format", "shared/trace/redact", "shared/trace/seek"],
  "shared/trace/histories": ["shared/model", "shared/state"],
  "shared/trace/import": ["shared/model", "shared/state", "shared/trace/format", "shared/trace/seek", "shared/trace/histories"],
  "shared/trace/spans.ts": ["shared/model", "shared/state"],
  "shared/trace/export": ["shared/model", "shared/state", "shared/analysis", "shared/trace/spans.ts", "shared/trace/format", "shared/trace/seek"],
  "shared/trace/compare": ["shared/model", "shared/engine", "shared/trace/format", "shared/trace/seek"],
  "shared/trace/fork": [...belowTrace, "shared/trace/format", "shared/trace/seek", "shared/trace/check", "shared/trace/compare"],
  "shared/trace/testing": [...belowTrace, "shared/trace"],
  "shared/trace": belowTrace,
  "shared/client": ["shared/model", "shared/agents", "shared/protocol", "shared/state/fences.ts", "shared/state/patterns.ts"],
  server: [
    "shared/model",
    "shared/agents",
    "shared/protocol",
    "shared/state",
    "shared/analysis",
    "shared/engine",
    "shared/host",
    "shared/client",
    "shared/trace",
  ],
  // The engine is there for previews: what an act would do, decided on a copy. The lab runs in the browser: its figures and
  // its recordings are the same there as on the command line.
  web: ["shared/model", "shared/agents", "shared/protocol", "shared/state", "shared/analysis", "shared/engine", "shared/trace", "shared/sim/lab"],
  e2e: ["shared", "server", "web"],
  "vite.config.ts": [],
};

/** Edges outside of the list, each with its reason. */
const exceptions: readonly { from: string; to: string; reason: string }[] = [
  { from: "server/test-server.ts", to: "vitest", reason: "starts a server for a test and ends it with it" },
  { from: "server/cli/detectors.ts", to: "shared/sim", reason: "the command that scores the detectors on simulated worlds" },
  { from: "server/cli/elections.ts", to: "shared/sim/lab", reason: "the command that compares elections; nothing that serves does" },
  { from: "server/cli/simulated.ts", to: "shared/sim", reason: "what the command that runs the simulator can run; nothing that serves does" },
];

/** Packages that pure folders may use; everything else there is our own code. */
const purePackages = ["zod", "@noble/hashes", "fflate"];
/** Packages that only tests may use, anywhere. */
const testPackages = ["vitest", "fast-check"];

const isPure = (folder: string) => folder.startsWith("shared/") && folder !== "shared/client";
const isTest = (path: string) => /\.test\.tsx?$/.test(path);

const exceptionsOf = (path: string) => exceptions.filter((exception) => exception.from === path).map((exception) => exception.to);

function folderOf(path: string): string | undefined {
  return Object.keys(directions).find((folder) => path === folder || path.startsWith(`${folder}/`));
}

const importPattern = /^\s*(?:import|export)\b[^;"'`]*?\bfrom\s*["']([^"']+)["']|^\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm;

/** Every module that a source text imports, as spelt. */
export function importsOf(source: string): string[] {
  return [...source.matchAll(importPattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

/** What is wrong with one file's imports, in words; empty when nothing is. */
export function violations(path: string, source: string): string[] {
  const folder = folderOf(path);
  if (folder === undefined) return [`${path}: its folder is not in the list of import directions; give it a place there`];
  return importsOf(source).flatMap((specifier) => {
    const problem = specifier.startsWith(".") ? pathProblem(path, folder, specifier) : packageProblem(path, folder, specifier);
    return problem === undefined ? [] : [`${path}: imports ${specifier}, but ${problem}`];
  });
}

function pathProblem(path: string, folder: string, specifier: string): string | undefined {
  const target = normalize(join(dirname(path), specifier));
  if (target.startsWith("..")) return "that is outside of the project";
  if (target === folder || target.startsWith(`${folder}/`)) return undefined;
  // A test may drive what it looks at with anything of shared/: it is no part of the layer it stands in.
  const allowed = [...(directions[folder] ?? []), ...exceptionsOf(path), ...(isTest(path) ? ["shared"] : [])];
  if (allowed.some((open) => target === open || target.startsWith(`${open}/`))) return undefined;
  return allowed.length === 0 ? `${folder} imports no other folder` : `${folder} may only import ${allowed.join(", ")}`;
}

function packageProblem(path: string, folder: string, specifier: string): string | undefined {
  // What tests share lies in folders of that name.
  if (isTest(path) || path.includes("/testing/") || exceptionsOf(path).includes(specifier)) return undefined;
  const name = specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
  if (testPackages.includes(name) && folder !== "e2e" && folder !== "vite.config.ts") return "that package is for tests";
  if (isPure(folder) && !purePackages.includes(name)) return `pure folders only use ${purePackages.join(", ")}`;
  if (folder === "web" && specifier.startsWith("node:")) return "the web runs in a browser";
  return undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = projectFiles()
    .filter((path) => /\.tsx?$/.test(path))
    .flatMap((path) => violations(path, readFileSync(path, "utf8")));
  for (const line of found) console.error(line);
  process.exitCode = found.length === 0 ? 0 : 1;
}
