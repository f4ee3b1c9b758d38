import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Audit, subjectOf } from "./audit.ts";
import { git } from "./git.ts";
import { withEdit } from "./ledger.ts";
import type { TaskEnded } from "./messages.ts";

let tree: string;
let audit: Audit;

beforeEach(async () => {
  tree = await mkdtemp(join(tmpdir(), "signalbox-audit-"));
  await git(tree, "init", "--quiet", "--initial-branch=main");
  await git(tree, "config", "user.name", "test");
  await git(tree, "config", "user.email", "test@signalbox.invalid");
  await commit("code\n", "begin");
  audit = new Audit(tree, (await git(tree, "rev-parse", "HEAD")).trim());
});
afterEach(() => rm(tree, { recursive: true, force: true }));

async function commit(text: string, subject: string): Promise<void> {
  await writeFile(join(tree, "a.ts"), text);
  await git(tree, "add", "--all");
  await git(tree, "commit", "--quiet", "--message", subject);
}

function ended(id: string, coordinated: boolean, outcome: TaskEnded["outcome"] = "committed"): void {
  audit.ended({ type: "ended", id, file: "a.ts", coordinated, outcome, indexLocked: 0, tests: 1 });
}

const now = () => readFile(join(tree, "a.ts"), "utf8");

test("work that follows on loses nothing", async () => {
  for (const id of ["w1-1", "w2-1", "w1-2"]) {
    await commit(withEdit(await now(), id), subjectOf(id, "sequenced", "a.ts"));
    ended(id, true);
  }
  await audit.pass();
  expect(audit.counts(true)).toEqual({ commits: 3, lostCommits: 0, overwrittenEdits: 0, indexLockFailures: 0, testsRun: 3 });
});

test("a later text that had not seen an edit overwrites it", async () => {
  const base = await now();
  await commit(withEdit(base, "w1-1"), subjectOf("w1-1", "advisory", "a.ts"));
  await commit(withEdit(base, "w2-1"), subjectOf("w2-1", "advisory", "a.ts"));
  await audit.pass();
  expect(audit.counts(false)).toMatchObject({ commits: 2, overwrittenEdits: 1 });
});

test("an edit that is in no commit is lost; one that the guard refused is not", async () => {
  ended("w1-1", false, "failed");
  ended("w2-1", true, "refused");
  await audit.pass();
  expect(audit.counts(false).lostCommits).toBe(1);
  expect(audit.counts(true).lostCommits).toBe(0);
});

test("a commit without its own edit means that the edit was overwritten before", async () => {
  const base = await now();
  await commit(withEdit(base, "w2-1"), subjectOf("w1-1", "advisory", "a.ts"));
  await audit.pass();
  expect(audit.counts(false).overwrittenEdits).toBe(1);
});
