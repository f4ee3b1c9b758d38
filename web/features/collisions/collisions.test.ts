import { describe, expect, it } from "vitest";
import type { Report } from "../../../shared/protocol/index.ts";
import { missingWords, perHundred, runsOf, runWords } from "./collisions.ts";

const calm = { commits: 218, lostCommits: 0, overwrittenEdits: 0, indexLockFailures: 0, testsRun: 215, mode: 1 };
const wild = { commits: 1_240, lostCommits: 31, overwrittenEdits: 1, indexLockFailures: 402, testsRun: 1_100, mode: 0 };
const report = (name: string, figures: Report["figures"]): Report => ({ name, atMs: 5, figures });

describe("what git counted", () => {
  it("is nothing where no demo runs", () => {
    expect(runsOf([report("health", { cpu: 1 })])).toEqual([]);
    expect(missingWords([])).toBeUndefined();
  });

  it("puts the fleet with locks first, whichever of the two runs now", () => {
    for (const [now, before] of [
      [calm, wild],
      [wild, calm],
    ] as const) {
      const runs = runsOf([report("demo:previous", before), report("health", {}), report("demo", now)]);
      expect(runs.map(({ coordinated }) => coordinated)).toEqual([true, false]);
      expect(runs.find(({ current }) => current)?.coordinated).toBe(now.mode === 1);
    }
  });

  it("says what happened and what is still missing for a comparison", () => {
    const [withLocks, without] = runsOf([report("demo", calm), report("demo:previous", wild)]);
    expect(runWords(withLocks!)).toBe("With locks: 218 commits, none lost, no edit overwritten, no failed index.lock.");
    expect(runWords(without!)).toBe("Without locks: 1\u202f240 commits, 31 lost, 1 edit overwritten, 402 failed index.locks.");
    expect(missingWords([withLocks!, without!])).toBeUndefined();
    expect(missingWords([withLocks!])).toContain("with --uncoordinated");
    expect(missingWords([without!])).toContain("without --uncoordinated");
    expect(runWords({ ...without!, commits: 0 })).toBe("Without locks: no commit yet.");
  });

  it("compares by the hundred commits, and not at all before the first", () => {
    const [run] = runsOf([report("demo", wild)]);
    expect(perHundred(31, run!)).toBe(2.5);
    expect(perHundred(0, { ...run!, commits: 0 })).toBeUndefined();
  });
});
