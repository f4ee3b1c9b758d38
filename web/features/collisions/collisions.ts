import type { Report } from "../../../shared/protocol/index.ts";
import { formatCount, plural } from "../../app/format.ts";

/** What git itself counted of one way to run the demo fleet: with locks or without. */
export interface Run {
  readonly coordinated: boolean;
  /** Whether this is the fleet that runs now, or the last one of the other way. */
  readonly current: boolean;
  readonly atMs: number;
  readonly commits: number;
  readonly lostCommits: number;
  readonly overwrittenEdits: number;
  readonly indexLockFailures: number;
  readonly testsRun: number;
}

const currentName = "demo";
const previousName = "demo:previous";

export function isOfDemo(report: Report): boolean {
  return report.name === currentName || report.name === previousName;
}

/** The runs that reports tell of, with locks first; of two of one way, the one that runs now. */
export function runsOf(reports: readonly Report[]): Run[] {
  const runs: Run[] = [];
  for (const report of reports.filter(isOfDemo).sort((left, right) => left.name.length - right.name.length)) {
    const figure = (name: string): number => report.figures[name] ?? 0;
    const run: Run = {
      coordinated: figure("mode") === 1,
      current: report.name === currentName,
      atMs: report.atMs,
      commits: figure("commits"),
      lostCommits: figure("lostCommits"),
      overwrittenEdits: figure("overwrittenEdits"),
      indexLockFailures: figure("indexLockFailures"),
      testsRun: figure("testsRun"),
    };
    if (!runs.some(({ coordinated }) => coordinated === run.coordinated)) runs.push(run);
  }
  return runs.sort((left, right) => Number(right.coordinated) - Number(left.coordinated));
}

export const collisionsOf = (run: Run): number => run.lostCommits + run.overwrittenEdits + run.indexLockFailures;

/** The two ways make different numbers of commits: only rates compare. Undefined before the first commit. */
export function perHundred(count: number, run: Run): number | undefined {
  return run.commits === 0 ? undefined : (count / run.commits) * 100;
}

/** One run in a sentence: `With locks: 218 commits, none lost, no edit overwritten.` */
export function runWords(run: Run): string {
  const way = run.coordinated ? "With locks" : "Without locks";
  if (run.commits === 0) return `${way}: no commit yet.`;
  const made = `${way}: ${plural(run.commits, "commit")}`;
  if (collisionsOf(run) === 0) return `${made}, none lost, no edit overwritten, no failed index.lock.`;
  const troubles = [
    run.lostCommits > 0 ? `${formatCount(run.lostCommits)} lost` : "none lost",
    run.overwrittenEdits > 0 ? `${plural(run.overwrittenEdits, "edit")} overwritten` : "no edit overwritten",
    run.indexLockFailures > 0 ? `${plural(run.indexLockFailures, "failed index.lock")}` : "no failed index.lock",
  ];
  return `${made}, ${troubles.join(", ")}.`;
}

/** How to get the other half of the comparison; undefined when both are there. */
export function missingWords(runs: readonly Run[]): string | undefined {
  const [only] = runs;
  if (only === undefined || runs.length > 1) return undefined;
  return only.coordinated
    ? "Run the demo again with --uncoordinated to see what the same fleet does to itself without locks."
    : "Run the demo again without --uncoordinated to see the same fleet with locks.";
}
