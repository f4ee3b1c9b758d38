import { expect, test } from "vitest";
import { importTrace } from "../import.ts";
import { reportOf } from "../report.ts";
import { bytesOf, fixture } from "../testing/fixtures.ts";

const log = (...lines: readonly string[]) => bytesOf(lines.join("\n"));
const parser = String.raw`(?<host>\w+) (?<clock>{.*}) (?<event>.*)`;

test("edges are the messages that vector clocks tell, pairs are ordered or concurrent", () => {
  const report = reportOf(importTrace(bytesOf(fixture("a call and its answer"))));
  expect(report).toMatchObject({
    ...{
      events: 6,
      hosts: 2,
      events_per_host: { client: 3, server: 3 },
      cross_host_edges: 2,
      edges: [
        ["server", 2, "client", 3],
        ["client", 1, "server", 1],
      ],
    },
    ...{ happens_before_pairs: 11, concurrent_pairs: 4, duplicate_own_index: 0, index_gaps: {}, n_dangling: 0, clock_regressions: 0, unparseable_events: 0 },
  });
});

test("the order in which events are shown never contradicts the clocks", () => {
  const { messages, events } = importTrace(bytesOf(fixture("a call and its answer")));
  for (const { from, to } of messages) expect(from.position).toBeLessThan(to.position!);
  const declared = events.flatMap((event) => (event.type === "session.declared" ? [event.doing] : []));
  expect(declared.indexOf("asked")).toBeLessThan(declared.indexOf("answered"));
});

test("times are steps: concurrent events may share one, what follows from something never does", () => {
  const { events } = importTrace(log('a {"a":1} one', 'a {"a":2} two', 'b {"b":1} apart', 'b {"b":2,"a":2} heard', 'a {"a":3} three'), { parser });
  const steps = Object.fromEntries(events.flatMap((event) => (event.type === "session.declared" ? [[event.doing, event.atMs / 1_000]] : [])));
  expect(steps).toEqual({ one: 1, apart: 1, two: 2, heard: 3, three: 3 });
});

test("an edge that another implies is left out", () => {
  const report = reportOf(importTrace(log('a {"a":1} x', 'b {"a":1,"b":1} x', 'c {"a":1,"b":1,"c":1} x'), { parser }));
  expect(report.edges).toEqual([
    ["a", 1, "b", 1],
    ["b", 1, "c", 1],
  ]);
});

test("a log says its expressions, and hosts of several executions are told apart", () => {
  const imported = importTrace(bytesOf(fixture("two executions with their expressions")));
  expect(imported.agents.map((agent) => agent.name)).toEqual(["one:a", "one:b", "two:a", "two:b"]);
  expect(imported.figures.executions).toMatchObject([
    { label: "one", cross_host_edges: 1 },
    { label: "two", concurrent_pairs: 1 },
  ]);
});

test("executions are told apart by the usual lines between them, when nothing else is said", () => {
  const lines = ["=== one ===", 'a {"a":1}', "init", "=== two ===", 'a {"a":1}', "init", 'b {"b":1,"a":1}', "got"];
  const imported = importTrace(log(...lines));
  expect(imported.agents.map((agent) => agent.name)).toEqual(["one:a", "two:a", "two:b"]);
  expect(imported.problems).toEqual([]);
});

test("gaps, places taken twice, unknown references, clocks that go back and clocks that are none are told", () => {
  const report = reportOf(importTrace(log('a {"a":1,"b":2} x', 'a {"a":3,"b":1} x', 'a {"a":3} x', 'b {"b":1} x', "a {oops} x", 'b {"a":1} x'), { parser }));
  expect(report).toMatchObject({
    ...{
      events: 4,
      duplicate_own_index: 1,
      index_gaps: { a: [2] },
      dangling_references: [["a", 1, "b", 2]],
      n_dangling: 1,
      clock_regressions: 2,
      unparseable_events: 2,
    },
  });
  expect((report.problems as { line?: number }[]).filter((problem) => problem.line !== undefined).map((problem) => problem.line)).toEqual([5, 6]);
});

test("an expression without a needed group, and one that is none, are refused with words", () => {
  expect(() => importTrace(log("x"), { parser: "(?<host>x)" })).toThrow("lacks the named groups clock, event");
  expect(() => importTrace(log("x"), { parser: "(?<host>(?<clock>(?<event>" })).toThrow("is no regular expression");
});

test("what no line matches is bounded: lines of any length, text without an event", () => {
  const long = `${"a".repeat(3_000_000)}\nx {"a":1} y`;
  const imported = importTrace(log(long, 'a {"a":1} said'), { parser: String.raw`(?<host>\S+) (?<clock>{.*}) (?<event>said)` });
  expect(imported.figures).toMatchObject({ events: 1 });
  expect(imported.problems[0]).toMatchObject({ line: 1, message: expect.stringContaining("3000001 characters") as string });
});

test("clocks within quotes, as TLC prints them, are read", () => {
  const text = [
    "State 2: <Send line 1>",
    "/\\ Host = n6",
    '/\\ Clock = "{\\"n1\\":0,\\"n6\\":1}"',
    "",
    "State 3: <Recv line 2>",
    "/\\ Host = n1",
    '/\\ Clock = "{\\"n1\\":1,\\"n6\\":1}"',
  ];
  const tlc = String.raw`^State \d+: <(?<event>\w+) .*>\n/\\ Host = (?<host>\w+)\n/\\ Clock = "(?<clock>.*)"`;
  expect(reportOf(importTrace(log(...text), { parser: tlc }))).toMatchObject({
    events: 2,
    cross_host_edges: 1,
    happens_before_pairs: 1,
    unparseable_events: 0,
  });
});
