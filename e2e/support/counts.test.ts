import { describe, expect, test } from "vitest";
import { countPlaywright, countSuite, countVitest, sum } from "./counts.ts";

const report = (numPassedTests: number, numFailedTests: number) => ({
  count: countVitest,
  report: JSON.stringify({ numPassedTests, numFailedTests, testResults: [] }),
});

describe("what a suite comes to", () => {
  test("its report counts", () => {
    expect(countSuite(0, report(2000, 0))).toEqual({ passed: 2000, failed: 0, failures: [] });
    expect(countSuite(1, report(1999, 1))).toEqual({ passed: 1999, failed: 1, failures: [] });
  });

  test("without a report the exit code is one check", () => {
    expect(countSuite(0)).toEqual({ passed: 1, failed: 0, failures: [] });
    expect(countSuite(2)).toEqual({ passed: 0, failed: 1, failures: [] });
  });

  test.each([
    ["no report", countSuite(0, { count: countVitest, report: undefined })],
    ["a report cut short", countSuite(0, { count: countVitest, report: '{"passed": 3' })],
    ["a report of another kind", countSuite(0, { count: countVitest, report: '{"passed":3,"failed":0}' })],
    ["nothing run", countSuite(0, report(0, 0))],
    ["a bad exit code that the report does not explain", countSuite(1, report(10, 0))],
  ])("has failed with %s", (_, counts) => {
    expect(counts.failed).toBe(1);
    expect(counts.problem).toBeDefined();
  });

  test("a test file that does not load is a failure, named with what it said", () => {
    const broken = {
      numPassedTests: 5,
      numFailedTests: 0,
      testResults: [{ name: "a.test.ts", status: "failed", message: "no such module", assertionResults: [] }],
    };
    expect(countVitest(broken)).toEqual({ passed: 5, failed: 1, failures: ["a.test.ts does not load\nno such module"] });
  });

  test("a failed test is named with what it said, shortened", () => {
    const said = `\u001b[31mSeed: 7\u001b[39m ${"x".repeat(5_000)}`;
    const assertionResults = [
      { status: "passed", fullName: "fine", failureMessages: [] },
      { status: "failed", fullName: "holds always", failureMessages: [said] },
    ];
    const [named] = countVitest({ numPassedTests: 1, numFailedTests: 1, testResults: [{ name: "a.test.ts", status: "failed", assertionResults }] }).failures;
    expect(named).toContain("a.test.ts > holds always\nSeed: 7 xxx");
    expect(named?.length).toBeLessThan(1_300);
  });

  test("a journey that passed only when repeated is a failure, and named", () => {
    const spec = (title: string, status: string, message?: string) => ({
      title,
      file: "a.journey.ts",
      tests: [{ status, results: [{ errors: message === undefined ? [] : [{ message }] }, { errors: [] }] }],
    });
    const suites = [
      { specs: [spec("fine", "expected")], suites: [{ specs: [spec("once", "flaky", "timed out")] }] },
      { specs: [spec("never", "unexpected", "not seen")] },
    ];
    expect(countPlaywright({ stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 0 }, suites })).toEqual({
      passed: 3,
      failed: 2,
      failures: ["a.journey.ts > once (flaky)\ntimed out", "a.journey.ts > never (unexpected)\nnot seen"],
    });
  });

  test("sums", () => {
    expect(
      sum([
        { passed: 1, failed: 2, failures: ["a", "b"] },
        { passed: 3, failed: 4, failures: ["c"], problem: "x" },
      ]),
    ).toEqual({ passed: 4, failed: 6, failures: ["a", "b", "c"] });
  });
});
