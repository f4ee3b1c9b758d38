import { z } from "zod";

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** What kept the suite from counting properly. */
  readonly problem?: string;
}

const vitestSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});
const playwrightSchema = z.object({ stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }) });

/** Vitest's JSON report. A file that failed before its first test counts as one failure. */
export function countVitest(report: unknown): Counts {
  const { numPassedTests, numFailedTests, testResults } = vitestSchema.parse(report);
  const broken = testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
  return { passed: numPassedTests, failed: numFailedTests + broken };
}

/** Playwright's JSON report. A journey that only passed when repeated has failed. */
export function countPlaywright(report: unknown): Counts {
  const { expected, unexpected, flaky } = playwrightSchema.parse(report).stats;
  return { passed: expected, failed: unexpected + flaky };
}

/**
 * What one suite comes to. Truthful when in doubt: without a readable report, with nothing run, or with a bad exit code that
 * its report does not explain, it has failed at least once.
 */
export function countSuite(exitCode: number, reported?: { count: (report: unknown) => Counts; report: string | undefined }): Counts {
  if (reported === undefined) return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  if (reported.report === undefined) return { passed: 0, failed: 1, problem: "it left no report" };
  let counts: Counts;
  try {
    counts = reported.count(JSON.parse(reported.report));
  } catch {
    return { passed: 0, failed: 1, problem: "its report is not readable" };
  }
  if (counts.passed + counts.failed === 0) return { passed: 0, failed: 1, problem: "it ran nothing" };
  if (exitCode !== 0 && counts.failed === 0) return { ...counts, failed: 1, problem: `it ended with exit code ${exitCode}` };
  return counts;
}

export function sum(counts: readonly Counts[]): Counts {
  return { passed: counts.reduce((total, one) => total + one.passed, 0), failed: counts.reduce((total, one) => total + one.failed, 0) };
}
