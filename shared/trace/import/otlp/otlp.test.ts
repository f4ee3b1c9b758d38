import { expect, test } from "vitest";
import { importTrace } from "../import.ts";
import { reportOf } from "../report.ts";
import { bytesOf, fixture } from "../testing/fixtures.ts";

test("ids in hex and base64 are one, times are exact, services are agents", () => {
  const imported = importTrace(bytesOf(fixture("a checkout of two services")));
  expect(
    imported.spans.map(({ id, trace, parent, agent, startNs, durationNs, selfNs, status }) => ({
      id,
      trace,
      parent,
      agent,
      startNs,
      durationNs,
      selfNs,
      status,
    })),
  ).toEqual([
    {
      ...{ id: "00f067aa0ba902b7", trace: "0af7651916cd43dd8448eb211c80319c", parent: null, agent: "shop", startNs: "1700000000000000001" },
      ...{ durationNs: "500000000", selfNs: "299999999", status: "ok" },
    },
    {
      ...{ id: "00f067aa0ba902b8", trace: "0af7651916cd43dd8448eb211c80319c", parent: "00f067aa0ba902b7", agent: "stock", startNs: "1700000000100000000" },
      ...{ durationNs: "200000001", selfNs: "200000001", status: "error" },
    },
  ]);
  expect(imported.spans[1]?.links).toEqual([{ trace: "0af7651916cd43dd8448eb211c80319c", span: "00f067aa0ba902b7", kind: "link" }]);
  expect(imported.messages).toMatchObject([{ from: { agent: "shop", index: 1 }, to: { agent: "stock", index: 1 }, name: "reserve" }]);
  expect(imported.problems).toEqual([]);
});

test("one request a line makes one trace", () => {
  const report = reportOf(importTrace(bytesOf(fixture("one request a line"))));
  expect(report).toMatchObject({ spans: 2, roots: ["0000000000000001"], services: { part1: { spans: 1 }, part2: { spans: 1 } } });
});

test("a file that is cut off is refused with its byte, and nothing of it comes through", () => {
  const text = fixture("a checkout of two services").slice(0, 400);
  expect(() => importTrace(bytesOf(text))).toThrow(expect.objectContaining({ name: "TraceError", line: 1, byte: 400 }));
});

test("a span without its end, and one that ends before it begins, are shown and told", () => {
  const spans = [
    { traceId: "1".repeat(32), spanId: "a".repeat(16), name: "open", startTimeUnixNano: "10" },
    { traceId: "1".repeat(32), spanId: "b".repeat(16), name: "back", startTimeUnixNano: "10", endTimeUnixNano: "5" },
    { traceId: "1".repeat(32), name: "nobody", startTimeUnixNano: "10", endTimeUnixNano: "15" },
  ];
  const imported = importTrace(bytesOf(JSON.stringify({ resourceSpans: [{ resource: {}, scopeSpans: [{ spans }] }] })));
  expect(imported.spans.map((span) => [span.name, span.agent, span.durationNs])).toEqual([
    ["open", "unknown_service", "0"],
    ["back", "unknown_service", "0"],
  ]);
  expect(imported.problems).toHaveLength(3);
});

test("a key that is called __proto__ is a key", () => {
  const text = fixture("a checkout of two services").replace('"stringValue":"shop"', '"stringValue":"__proto__"');
  const report = reportOf(importTrace(bytesOf(text)));
  expect(Object.keys(report.services as object)).toEqual(["__proto__", "stock"]);
  expect(({} as Record<string, unknown>).spans).toBeUndefined();
});
