import { describe, expect, test } from "vitest";
import { countPlaywright, countSuite, countVitest, sum } from "./counts.ts";

const report = (numPassedTests: number, numFailedTests: number) => ({
  count: countVitest,
  report: JSON.stringify({ numPassedTests, numFailedTests, testResults: [] }),
});

describe("what a suite comes to", () => {
  test("its report counts", () => {
    expect(countSuite(0, report(2000, 0))).toEqual({ passed: 2000, failed: 0 });
    expect(countSuite(1, report(1999, 1))).toEqual({ passed: 1999, failed: 1 });
  });

  test("without a report the exit code is one check", () => {
    expect(countSuite(0)).toEqual({ passed: 1, failed: 0 });
    expect(countSuite(2)).toEqual({ passed: 0, failed: 1 });
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

  test("a test file that does not load is a failure", () => {
    const broken = { numPassedTests: 5, numFailedTests: 0, testResults: [{ status: "failed", assertionResults: [] }] };
    expect(countVitest(broken)).toEqual({ passed: 5, failed: 1 });
  });

  test("a journey that passed only when repeated is a failure", () => {
    expect(countPlaywright({ stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 0 } })).toEqual({ passed: 3, failed: 2 });
  });

  test("sums", () => {
    expect(
      sum([
        { passed: 1, failed: 2 },
        { passed: 3, failed: 4, problem: "x" },
      ]),
    ).toEqual({ passed: 4, failed: 6 });
  });
});
