import { stripVTControlCharacters } from "node:util";
import { z } from "zod";

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** Each failed test with what it said, shortened: a log that is cut to its end still tells what happened. */
  readonly failures: readonly string[];
  /** What kept the suite from counting properly. */
  readonly problem?: string;
}

const vitestSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string(), failureMessages: z.array(z.string()).nullish() })),
    }),
  ),
});

const playwrightSpecSchema = z.object({
  title: z.string(),
  file: z.string(),
  tests: z.array(z.object({ status: z.string(), results: z.array(z.object({ errors: z.array(z.object({ message: z.string().optional() })).optional() })) })),
});
const playwrightSuiteSchema = z.object({
  specs: z.array(playwrightSpecSchema).optional(),
  get suites() {
    return z.array(playwrightSuiteSchema).optional();
  },
});
const playwrightSchema = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
  suites: z.array(playwrightSuiteSchema),
});

const MESSAGE_LIMIT = 1_200;

function failure(where: string, messages: readonly string[]): string {
  const lines = stripVTControlCharacters(messages.join("\n")).split("\n");
  const said = lines.filter((line) => !/^\s+at .*node_modules/.test(line)).join("\n");
  return `${where}\n${said.length > MESSAGE_LIMIT ? `${said.slice(0, MESSAGE_LIMIT)} [...]` : said}`;
}

/** Vitest's JSON report. A file that failed before its first test counts as one failure. */
export function countVitest(report: unknown): Counts {
  const { numPassedTests, numFailedTests, testResults } = vitestSchema.parse(report);
  const broken = testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
  const failures = testResults.flatMap((file) =>
    file.assertionResults.filter((test) => test.status === "failed").map((test) => failure(`${file.name} > ${test.fullName}`, test.failureMessages ?? [])),
  );
  return {
    passed: numPassedTests,
    failed: numFailedTests + broken.length,
    failures: [...broken.map((file) => failure(`${file.name} does not load`, [file.message ?? ""])), ...failures],
  };
}

type PlaywrightSuite = z.infer<typeof playwrightSuiteSchema>;

function playwrightFailures(suite: PlaywrightSuite): string[] {
  const own = (suite.specs ?? []).flatMap((spec) =>
    spec.tests
      .filter((test) => test.status === "unexpected" || test.status === "flaky")
      .map((test) =>
        failure(
          `${spec.file} > ${spec.title} (${test.status})`,
          test.results.flatMap((result) => result.errors?.map((error) => error.message ?? "") ?? []),
        ),
      ),
  );
  return [...own, ...(suite.suites ?? []).flatMap(playwrightFailures)];
}

/** Playwright's JSON report. A journey that only passed when repeated has failed. */
export function countPlaywright(report: unknown): Counts {
  const { stats, suites } = playwrightSchema.parse(report);
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, failures: suites.flatMap(playwrightFailures) };
}

const broken = (problem?: string): Counts => ({ passed: 0, failed: 1, failures: [], ...(problem === undefined ? {} : { problem }) });

/**
 * What one suite comes to. Truthful when in doubt: without a readable report, with nothing run, or with a bad exit code that
 * its report does not explain, it has failed at least once.
 */
export function countSuite(exitCode: number, reported?: { count: (report: unknown) => Counts; report: string | undefined }): Counts {
  if (reported === undefined) return exitCode === 0 ? { passed: 1, failed: 0, failures: [] } : broken();
  if (reported.report === undefined) return broken("it left no report");
  let counts: Counts;
  try {
    counts = reported.count(JSON.parse(reported.report));
  } catch {
    return broken("its report is not readable");
  }
  if (counts.passed + counts.failed === 0) return broken("it ran nothing");
  if (exitCode !== 0 && counts.failed === 0) return { ...counts, failed: 1, problem: `it ended with exit code ${exitCode}` };
  return counts;
}

export function sum(counts: readonly Counts[]): Counts {
  return {
    passed: counts.reduce((total, one) => total + one.passed, 0),
    failed: counts.reduce((total, one) => total + one.failed, 0),
    failures: counts.flatMap((one) => one.failures),
  };
}
