import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createGuard, memoryFenceStore, StaleFence } from "../../shared/client/index.ts";
import { GitError, git } from "./git.ts";
import { mergeIntoRelease, releaseResource } from "./merger.ts";

let tree: string;

beforeEach(async () => {
  tree = await mkdtemp(join(tmpdir(), "signalbox-merger-"));
  await git(tree, "init", "--quiet", "--initial-branch=main");
  await git(tree, "config", "user.name", "test");
  await git(tree, "config", "user.email", "test@signalbox.invalid");
  await edit("one");
});
afterEach(() => rm(tree, { recursive: true, force: true }));

async function edit(text: string): Promise<void> {
  await writeFile(join(tree, "a.ts"), text);
  await git(tree, "add", "--all");
  await git(tree, "commit", "--quiet", "--message", text);
}

const merge = () => mergeIntoRelease(tree, "w1, term 4", (update) => update());
const textOfRelease = () => git(tree, "show", "release:a.ts");

test("what was committed since is merged, once", async () => {
  expect(await merge()).toMatchObject({ edits: 1 });
  expect(await merge()).toBeUndefined();
  await edit("two");
  await edit("three");
  const merged = await merge();
  expect(merged).toMatchObject({ edits: 2, commit: (await git(tree, "rev-parse", "release")).trim() });
  expect(await textOfRelease()).toBe("three");
  expect(await git(tree, "log", "-1", "--format=%s", "release")).toBe("merge 2 edits (w1, term 4)\n");
});

test("after the history was squashed release begins anew", async () => {
  await merge();
  const root = (await git(tree, "commit-tree", "HEAD^{tree}", "-m", "squashed")).trim();
  await git(tree, "update-ref", "refs/heads/main", root);
  expect(await merge()).toMatchObject({ edits: 1 });
  expect((await git(tree, "rev-list", "--count", "release")).trim()).toBe("2");
});

test("LK-6 a merger whose term is over changes nothing", async () => {
  const guard = createGuard({ store: memoryFenceStore() });
  await guard.check(releaseResource, "5");
  const late = mergeIntoRelease(tree, "w1, term 4", (update) => guard.write(releaseResource, "4", update));
  await expect(late).rejects.toBeInstanceOf(StaleFence);
  await expect(textOfRelease()).rejects.toBeInstanceOf(GitError);
});

test("neither does one that another overtook without a guard", async () => {
  const late = mergeIntoRelease(tree, "w1, term 4", async (update) => {
    await merge();
    await update();
  });
  await expect(late).rejects.toBeInstanceOf(GitError);
});
