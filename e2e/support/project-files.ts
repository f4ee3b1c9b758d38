import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Files of the project from its top folder, without what .gitignore leaves out. Read from the disk: a machine may have no git. */
export function projectFiles(): string[] {
  const ignored = readFileSync(".gitignore", "utf8")
    .split("\n")
    .filter((line) => line.endsWith("/"))
    .map((line) => line.slice(0, -1));
  const walk = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      if (!entry.isDirectory()) return [join(folder, entry.name)];
      return entry.name === ".git" || ignored.includes(entry.name) ? [] : walk(join(folder, entry.name));
    });
  return walk(".");
}
