import { expect, test } from "vitest";
import { importTrace } from "../import.ts";
import { reportOf } from "../report.ts";
import { bytesOf, fixture } from "../testing/fixtures.ts";

test("cycles of parents, orphans and ids that are there twice are told, and everything is shown", () => {
  const imported = importTrace(bytesOf(fixture("parents in a cycle, an orphan and a span twice")));
  const parents = Object.fromEntries(imported.spans.map(({ id, parent }) => [id, parent]));
  expect(parents).toEqual({ root: null, a: null, b: "a", orphan: null, child: "root", child_1: "root", after: "child" });
  expect(imported.problems.map((problem) => problem.message)).toEqual([
    expect.stringContaining("Span id child is there twice"),
    expect.stringContaining("names a parent gone that is not in the file"),
    expect.stringContaining("are each other's parents; a, the earliest"),
  ]);
  expect(reportOf(imported)).toMatchObject({ orphans: ["orphan"], roots: ["root", "a", "orphan"], spans: 7 });
});

test("self time counts overlapping children once, and no more of them than lies within their parent", () => {
  const report = reportOf(importTrace(bytesOf(fixture("parents in a cycle, an orphan and a span twice"))));
  // root 1000..1100, its children 1050..1150 and 1060..1070; a 1010..1030 and its child b 1020..1040; child 1050..1150 and after 1090..1110.
  expect(report.self_us).toEqual({ root: 50, a: 10, b: 20, orphan: 5, child: 80, child_1: 10, after: 20 });
  expect(report.services).toEqual({ front: { spans: 5, total_us: 165, self_us: 105 }, back: { spans: 2, total_us: 110, self_us: 90 } });
  expect(report).toMatchObject({ start_us: 1_000, end_us: 1_150 });
});

test("a bare trace, a list of traces and an answer of the query service are the same", () => {
  const answer = JSON.parse(fixture("parents in a cycle, an orphan and a span twice")) as { data: unknown[] };
  const whole = importTrace(bytesOf(JSON.stringify(answer)));
  for (const form of [answer.data[0], answer.data]) expect(importTrace(bytesOf(JSON.stringify(form)))).toEqual(whole);
});

test("ids with and without leading zeros are the same id", () => {
  const span = (spanID: string, more: object) => ({ spanID, operationName: spanID, startTime: "1000", duration: "10", processID: "p", ...more });
  const spans = [
    span("00a1", { traceID: "00ab" }),
    span("00a2", { traceID: "ab", references: [{ refType: "CHILD_OF", traceID: "ab", spanID: "a1" }] }),
    span("a3", { traceID: "00ab", parentSpanID: "00A2" }),
  ];
  const found = importTrace(bytesOf(JSON.stringify({ data: [{ traceID: "00ab", spans, processes: { p: { serviceName: "s" } } }] })));
  expect(found.spans.map(({ id, parent, trace, startNs }) => [id, parent, trace, startNs])).toEqual([
    ["00a1", null, "00ab", "1000000"],
    ["00a2", "00a1", "00ab", "1000000"],
    ["a3", "00a2", "00ab", "1000000"],
  ]);
  expect(found.problems).toEqual([]);
});
