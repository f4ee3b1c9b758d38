import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Files of the project from its top folder: all in git, and those that are new and not ignored. */
export function trackedFiles(): string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" });
  return listed.split("\n").filter((path) => path !== "" && existsSync(path));
}
