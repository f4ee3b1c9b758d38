import { setTimeout as sleep } from "node:timers/promises";
import { plural } from "../../shared/analysis/words.ts";
import { type Box, type Guard, type Leadership, SignalboxError, StaleFence } from "../../shared/client/index.ts";
import { GitError, git } from "./git.ts";

/**
 * One of the fleet is its merger: it brings what was committed on `main` to the branch `release`, and nobody else does. Who it
 * is they elect. Its term is the fence of every write, so a merger that was paused beyond its lease and does not know yet
 * writes nothing over its successor's work.
 */
export const mergerGroup = "demo/merger";
/** What the guard knows the branch by. */
export const releaseResource = "repo/.git/refs/heads/release";

const main = "refs/heads/main";
const release = "refs/heads/release";
const noCommit = "0".repeat(40);
const everyMs = 5_000;
/** Whoever merged for so long lets the next one do it. */
const turnMs = 300_000;

export interface MergerDesk {
  readonly box: Box;
  readonly guard: Guard;
  readonly tree: string;
}

/** Campaigns, merges while it leads, and campaigns again, until it is told to stop. */
export async function mergeWhenElected(desk: MergerDesk, stopping: AbortSignal, log: (line: string) => void): Promise<void> {
  while (!stopping.aborted) {
    try {
      await using candidacy = await desk.box.campaign(mergerGroup);
      while (!(await lead(desk, await candidacy.elected({ signal: stopping }), stopping)));
    } catch (error) {
      // Blocked, or the server is away: it campaigns again.
      if (!stopping.aborted) log(`merger: ${error instanceof Error ? error.message : String(error)}`);
    }
    await pause(stopping);
  }
}

/** Merges in one term. True when its turn is over, false when the term was. */
async function lead({ guard, tree, box }: MergerDesk, leadership: Leadership, stopping: AbortSignal): Promise<boolean> {
  const { term } = leadership;
  const untilMs = Date.now() + turnMs;
  try {
    // From now on the guard keeps out who led before.
    await guard.check(releaseResource, term);
    while (!stopping.aborted && (leadership.state === "leading" || leadership.state === "uncertain")) {
      if (Date.now() > untilMs) return true;
      if (leadership.state === "leading") {
        const merged = await mergeIntoRelease(tree, `${box.agent}, term ${term}`, (update) => guard.write(releaseResource, term, update)).catch(ignoreGit);
        if (merged !== undefined) await leadership.proclaim(`release at ${merged.commit.slice(0, 7)}, ${plural(merged.edits, "more edit")}`);
      }
      await pause(stopping);
    }
  } catch (error) {
    // Another leads by now: the guard or the server said so first.
    if (!(error instanceof StaleFence || (error instanceof SignalboxError && ["lost", "uncertain", "notLeader"].includes(error.code)))) throw error;
    await pause(stopping);
  }
  return stopping.aborted;
}

export interface Merged {
  readonly edits: number;
  /** The commit that `release` is at now. */
  readonly commit: string;
}

/**
 * Merges what is on `main` and not yet on `release`; undefined when nothing is. Only its last step, `update`, is seen by others,
 * and git makes it only when `release` is still where it was. @throws GitError, and whatever `write` throws
 */
export async function mergeIntoRelease(tree: string, by: string, write: (update: () => Promise<unknown>) => Promise<unknown>): Promise<Merged | undefined> {
  const heads = new Map<string, string>();
  for (const line of (await git(tree, "for-each-ref", "--format=%(refname) %(objectname)", main, release)).split("\n")) {
    const [name = "", commit = ""] = line.split(" ");
    heads.set(name, commit);
  }
  const [newest, before] = [heads.get(main), heads.get(release)];
  if (newest === undefined) return undefined;
  const edits = Number(await git(tree, "rev-list", "--count", newest, ...(before === undefined ? [] : [`^${before}`])));
  if (edits === 0) return undefined;
  // After the history was squashed there is nothing in common: then release begins anew as well.
  const related = before !== undefined && (await git(tree, "merge-base", newest, before).catch(() => "")) !== "";
  const parents = related ? ["-p", before, "-p", newest] : ["-p", newest];
  const commit = (await git(tree, "commit-tree", `${newest}^{tree}`, ...parents, "-m", `merge ${plural(edits, "edit")} (${by})`)).trim();
  await write(() => git(tree, "update-ref", release, commit, before ?? noCommit));
  return { edits, commit };
}

/** Somebody was at the repository at the same time: the next round finds what is there then. */
function ignoreGit(error: unknown): undefined {
  if (!(error instanceof GitError)) throw error;
}

async function pause(stopping: AbortSignal): Promise<void> {
  await sleep(everyMs, undefined, { signal: stopping }).catch(() => undefined);
}
