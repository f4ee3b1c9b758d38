import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { type Box, type Guard, type Lock, SignalboxError, StaleFence } from "../../shared/client/index.ts";
import { subjectOf } from "./audit.ts";
import { GitError, git, isIndexLocked } from "./git.ts";
import { withEdit } from "./ledger.ts";
import type { TaskEnded } from "./messages.ts";

const run = promisify(execFile);
/** Tries to commit before an uncoordinated worker gives up, as a person at a shell would. */
const commitTries = 3;

/** How long a worker waits for a file before it looks for other work. */
const patienceMs = 30_000;

export interface Desk {
  readonly box: Box;
  readonly guard: Guard;
  readonly tree: string;
  /** A number from 0 to 1. */
  readonly chance: () => number;
  /** Resolves when the worker may go on: at once, or, when it is to be stuck, once it has lost its lock. */
  readonly pause: (lock: Lock) => Promise<void>;
}

/**
 * One piece of real work: reads a file, thinks, writes it, checks it, commits it. Locks and guards are asked for in either
 * mode; where the server's rules say `advisory`, nobody is kept out, and what then happens is counted. Undefined when the
 * file could not be had in time: then there was no work.
 */
export async function editAndCommit(desk: Desk, file: string, id: string): Promise<TaskEnded | undefined> {
  const { box, tree, chance } = desk;
  const resource = `repo/${file}`;
  const task: TaskEnded = { type: "ended", id, file, coordinated: true, outcome: "failed", indexLocked: 0, tests: 0 };
  const intent = await box.intend({ uses: resource, lastsMs: 60_000, reason: `edit ${file}` });
  let lock: Lock | undefined;
  try {
    lock = await box.lock(resource, { reason: `edit ${file}`, waitMs: patienceMs });
    task.coordinated = lock.level === "sequenced";
    await admit(desk, lock, resource);
    await box.declare({ state: "working", doing: `reading ${file}` });
    const text = await readFile(join(tree, file), "utf8");
    await think(desk, file);
    await desk.pause(lock);
    await write(desk, lock, resource, file, withEdit(text, id));
    box.progress();
    await check(desk, file, task);
    await commit(desk, file, id, task);
    task.outcome = "committed";
    await intent.fulfil();
  } catch (error) {
    if (error instanceof StaleFence || (error instanceof SignalboxError && (error.code === "lost" || error.code === "notHolder"))) task.outcome = "refused";
    else if (lock === undefined && error instanceof SignalboxError && error.code === "deadline") return undefined;
    else if (!(error instanceof GitError || error instanceof CheckFailed)) throw error;
  } finally {
    await lock?.[Symbol.asyncDispose]();
    if (task.outcome !== "committed") await intent.withdraw().catch(() => undefined);
  }
  await sleep(300 + 1_200 * chance());
  return task;
}

/** The guard learns of a new holder before it does anything, so that the one before it is kept out from now on. */
async function admit({ guard }: Desk, lock: Lock, resource: string): Promise<void> {
  if (lock.guarded && lock.fence !== null) await guard.check(resource, lock.fence);
}

async function think({ box, chance }: Desk, file: string): Promise<void> {
  await using _budget = await box.lock("budget/tokens", { weight: 50_000 + Math.round(250_000 * chance()), reason: `think about ${file}` });
  await box.declare({ state: "working", doing: `editing ${file}` });
  await sleep(600 + 2_400 * chance());
  box.progress();
}

/** A worker that was stuck does not ask whether it still holds the lock: that is what the guard is for. */
async function write({ guard, tree }: Desk, lock: Lock, resource: string, file: string, text: string): Promise<void> {
  const work = () => writeFile(join(tree, file), text);
  if (lock.guarded && lock.fence !== null) await guard.write(resource, lock.fence, work);
  else await work();
}

class CheckFailed extends Error {
  override name = "CheckFailed";
}

async function check({ box, tree }: Desk, file: string, task: TaskEnded): Promise<void> {
  await using _gpu = await box.lock("gpu/h200-pool", { reason: `check ${file}` });
  await box.declare({ state: "working", doing: `checking ${file}` });
  task.tests += 1;
  await run(process.execPath, ["check.mjs", file], { cwd: tree, timeout: 30_000 }).catch((error: unknown) => {
    throw new CheckFailed(`${file} does not pass its check`, { cause: error });
  });
  box.progress();
}

/** The index is one for the whole tree: whoever commits has it alone. */
async function commit({ box, tree, chance }: Desk, file: string, id: string, task: TaskEnded): Promise<void> {
  await using _index = await box.lock("repo/.git/index", { reason: `commit ${file}`, priority: 1 });
  await box.declare({ state: "working", doing: `committing ${file}` });
  for (let attempt = 1; ; attempt++) {
    try {
      await git(tree, "add", "--", file);
      await git(tree, "commit", "--quiet", "--message", subjectOf(id, task.coordinated ? "sequenced" : "advisory", file));
      break;
    } catch (error) {
      if (!isIndexLocked(error) || attempt === commitTries) {
        if (isIndexLocked(error)) task.indexLocked += 1;
        throw error;
      }
      task.indexLocked += 1;
      await sleep(20 + 80 * chance());
    }
  }
  box.progress();
}
