import { git } from "./git.ts";
import { editsIn, overwritten } from "./ledger.ts";
import type { TaskEnded } from "./messages.ts";

/** What really happened to the fleet's work, in numbers that git backs. */
export interface Collisions {
  commits: number;
  /** Edits that are in no commit although their worker set out to commit them. */
  lostCommits: number;
  /** Edits that somebody else's newer text of the file had not seen. */
  overwrittenEdits: number;
  /** Times that git refused because another git was at the index. */
  indexLockFailures: number;
  testsRun: number;
}

export function noCollisions(): Collisions {
  return { commits: 0, lostCommits: 0, overwrittenEdits: 0, indexLockFailures: 0, testsRun: 0 };
}

/** The subject of a worker's commit: what the audit reads back. */
export function subjectOf(id: string, level: string, file: string): string {
  return `${id} ${level} edit ${file}`;
}

/** Commits looked at in one pass; the rest in the next. */
const commitsPerPass = 200;

/**
 * Reads the history as it grows and counts collisions from it: not from what workers say of themselves, but from whether
 * their edit is in a commit, and whether a later text of the file still has it.
 */
export class Audit {
  readonly #tree: string;
  #head: string;
  /** Edits that ended and were not found in a commit yet. */
  readonly #open = new Map<string, TaskEnded>();
  readonly #counts = { coordinated: noCollisions(), uncoordinated: noCollisions() };

  constructor(tree: string, head: string) {
    this.#tree = tree;
    this.#head = head;
  }

  counts(coordinated: boolean): Collisions {
    return coordinated ? this.#counts.coordinated : this.#counts.uncoordinated;
  }

  /** A worker ended a piece of work. What the guard refused was kept out rightly and is no loss. */
  ended(task: TaskEnded): void {
    const counts = this.counts(task.coordinated);
    counts.testsRun += task.tests;
    counts.indexLockFailures += task.indexLocked;
    if (task.outcome !== "refused") this.#open.set(task.id, task);
  }

  /** Looks at what was committed since the last pass. */
  async pass(): Promise<void> {
    const waiting = [...this.#open.values()];
    const listed = await git(this.#tree, "log", "--reverse", "--format=%H %s", `${this.#head}..HEAD`).catch(() => undefined);
    if (listed === undefined) return this.#restart();
    const found = new Set<string>();
    for (const line of listed.split("\n").slice(0, commitsPerPass)) {
      if (line === "") continue;
      const [commit = "", id = "", level = "", , edited = ""] = line.split(" ");
      this.#head = commit;
      found.add(id);
      await this.#look(commit, id, edited, this.counts(level === "sequenced"));
    }
    if (listed.split("\n").length > commitsPerPass) return;
    // Whoever ended before this pass began and is in no commit by now will be in none.
    for (const task of waiting) {
      this.#open.delete(task.id);
      if (!found.has(task.id) && !(await this.#isCommitted(task))) this.counts(task.coordinated).lostCommits += 1;
    }
  }

  async #look(commit: string, id: string, edited: string, counts: Collisions): Promise<void> {
    counts.commits += 1;
    const files = (await git(this.#tree, "diff-tree", "--no-commit-id", "--name-only", "-r", commit)).split("\n").filter((file) => file !== "");
    const texts = new Map<string, string>();
    for (const file of files) {
      const before = await git(this.#tree, "show", `${commit}^:${file}`).catch(() => "");
      const after = await git(this.#tree, "show", `${commit}:${file}`).catch(() => "");
      texts.set(file, after);
      counts.overwrittenEdits += overwritten(before, after).length;
    }
    // Its own line is missing from its own commit: it was overwritten before it could be committed.
    if (!editsIn(texts.get(edited) ?? "").includes(id)) counts.overwrittenEdits += 1;
  }

  async #isCommitted(task: TaskEnded): Promise<boolean> {
    const subject = await git(this.#tree, "log", "--format=%s", "--fixed-strings", `--grep=${task.id}`, "HEAD").catch(() => "");
    return subject.split("\n").some((line) => line.split(" ")[0] === task.id);
  }

  /** The history was squashed: goes on from what is there now. */
  async #restart(): Promise<void> {
    this.#head = (await git(this.#tree, "rev-parse", "HEAD")).trim();
    this.#open.clear();
  }
}
