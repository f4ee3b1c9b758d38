import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { projectFiles } from "./project-files.ts";

// Put together here so that this file does not contain what it looks for.
const leftover = new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "XX" + "X"].join("|")})\\b|@ts-(${["ig" + "nore", "no" + "check"].join("|")})`);

/** Lines of a text that say that something was left undone or unchecked. */
export function leftovers(path: string, text: string): string[] {
  return text.split("\n").flatMap((line, index) => (leftover.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : []));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = projectFiles()
    .filter((path) => /\.(ts|tsx|js|css|html|md|json|sh|yml)$/.test(path) && path !== "package-lock.json")
    .flatMap((path) => leftovers(path, readFileSync(path, "utf8")));
  for (const line of found) console.error(line);
  process.exitCode = found.length === 0 ? 0 : 1;
}
