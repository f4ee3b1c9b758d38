import { cp, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { git } from "./git.ts";

/** The parts of this project that the demo's workers work on. */
const parts = ["shared/model", "shared/state", "shared/engine", "shared/analysis", "shared/host", "shared/protocol"];
const project = fileURLToPath(new URL("../..", import.meta.url));
/** A tree with more commits than this begins anew: a demo that runs for weeks must not fill the disk. */
const commitsAtMost = 2_000;

/** The check that workers run on a file after an edit: its brackets close, and no edit is in it twice. */
const checker = `import { readFileSync } from "node:fs";
const text = readFileSync(process.argv[2], "utf8");
const edits = text.split("\\n").filter((line) => line.startsWith("// edit "));
if (new Set(edits).size !== edits.length) throw new Error("an edit is in the file twice");
const code = text.replace(/\\/\\*[^]*?\\*\\/|\\/\\/.*|"(?:\\\\.|[^"\\\\])*"|'(?:\\\\.|[^'\\\\])*'|\`(?:\\\\.|[^\`\\\\])*\`|\\/(?![*/])(?:\\\\.|\\[(?:\\\\.|[^\\]])*\\]|[^/\\n\\\\])+\\/[a-z]*(?=[\\s.,;)])/g, "");
const count = (character) => code.split(character).length;
if (count("{") !== count("}")) throw new Error("the braces do not close");
`;

/** A real git working tree with files of this project, kept over restarts. Returns its folder. */
export async function prepareWorkingTree(folder: string): Promise<string> {
  const tree = join(folder, "tree");
  if (await exists(join(tree, ".git"))) {
    await rm(join(tree, ".git", "index.lock"), { force: true });
    const commits = Number(await git(tree, "rev-list", "--count", "HEAD").catch(() => "0"));
    if (commits > 0 && commits <= commitsAtMost) {
      await git(tree, "reset", "--hard", "--quiet");
      return tree;
    }
    await rm(tree, { recursive: true, force: true });
  }
  await mkdir(tree, { recursive: true });
  for (const part of parts) {
    await cp(join(project, part), join(tree, part), { recursive: true, filter: (source) => !source.includes(".test.") && !source.includes("node_modules") });
  }
  await writeFile(join(tree, "check.mjs"), checker);
  await git(tree, "init", "--quiet", "--initial-branch=main");
  await git(tree, "config", "user.name", "Signalbox demo");
  await git(tree, "config", "user.email", "demo@signalbox.invalid");
  await git(tree, "add", "--all");
  await git(tree, "commit", "--quiet", "--message", "Files of the project, as the fleet found them");
  return tree;
}

/** The TypeScript files of the tree, in a stable order. */
export async function filesOf(tree: string): Promise<string[]> {
  const listed = await git(tree, "ls-files", "shared/*.ts");
  return listed.split("\n").filter((file) => file !== "");
}

/** Makes one commit of the whole history when it has grown long. Nobody else may be at the tree meanwhile. */
export async function squash(tree: string): Promise<boolean> {
  if (Number(await git(tree, "rev-list", "--count", "HEAD")) <= commitsAtMost) return false;
  const root = (await git(tree, "commit-tree", "HEAD^{tree}", "-m", "What the fleet did so far")).trim();
  await git(tree, "update-ref", "refs/heads/main", root);
  await git(tree, "reflog", "expire", "--expire=now", "--all");
  await git(tree, "gc", "--prune=now", "--quiet");
  return true;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
