import { expect, test } from "vitest";
import { importTrace } from "../import.ts";
import { reportOf } from "../report.ts";
import { bytesOf, fixture } from "../testing/fixtures.ts";

const report = (text: string) => reportOf(importTrace(bytesOf(text)));

test("slices, flows, counters and names of an unsorted trace", () => {
  const found = report(fixture("slices, flows, counters"));
  expect(found).toMatchObject({
    ...{ slices: 4, processes: 2, threads: 2, arrows: 1, bound_arrows: 1, async_slices: 1, unfinished: 1, instants: 1, display_time_unit: "ns" },
    flows: {
      "0x1": [
        [13, 1],
        [30, 2],
      ],
    },
    counters: { queue: [[20, { waiting: 3 }]] },
    objects: [{ name: "Frame", created_us: 22, deleted_us: 23 }],
    process_names: { 1: "browser", 2: "2" },
  });
  expect(
    (found.slice_list as { name: string; ts: number; dur: number; self_us: number }[]).map(({ name, ts, dur, self_us }) => [name, ts, dur, self_us]),
  ).toEqual([
    ["outer", 10, 30, 20],
    ["inner", 12.5, 10, 10],
    ["served", 25, 20, 20],
    ["cut off", 41, 4, 4],
  ]);
});

test("an arrow leads from slice to slice, at the positions of the events made of them", () => {
  const { messages, events } = importTrace(bytesOf(fixture("slices, flows, counters")));
  expect(messages).toHaveLength(1);
  const [from, to] = [messages[0]!.from, messages[0]!.to].map(({ position }) => events[position! - 1]);
  expect(from).toMatchObject({ type: "lock.granted", agent: "browser:main", locks: [{ reason: "inner" }] });
  expect(to).toMatchObject({ type: "lock.granted", agent: "2:7", locks: [{ reason: "served" }] });
});

test("an array without its closing bracket is whole, one that ends within an event is refused with its byte", () => {
  const text = fixture("an array without its end");
  expect(report(text)).toMatchObject({ slices: 2, problems: [{ line: 4 }] });
  expect(() => importTrace(bytesOf(text.slice(0, 40)), { format: "chrome" })).toThrow(expect.objectContaining({ name: "TraceError", byte: 40 }));
});

test("flows of one id in two categories are two, an end without a begin is none", () => {
  const point = (ph: string, cat: string, ts: number, pid: number) => ({ ph, cat, name: "hop", id: 1, pid, tid: 1, ts });
  const events = [point("s", "a", 1, 1), point("s", "b", 2, 2), point("f", "a", 3, 3), point("f", "b", 4, 4), point("f", "c", 5, 5)];
  const found = report(JSON.stringify(events));
  expect(found).toMatchObject({
    arrows: 2,
    flows: {
      1: [
        [1, 1],
        [3, 3],
      ],
      "1#2": [
        [2, 2],
        [4, 4],
      ],
    },
  });
  expect(found.problems).toEqual([{ message: expect.stringContaining("has no begin") as string }]);
});

test("an event a line is a trace as well", () => {
  const lines = ['{"name":"a","ph":"B","pid":1,"tid":1,"ts":1}', '{"name":"a","ph":"E","pid":1,"tid":1,"ts":3}'];
  expect(importTrace(bytesOf(lines.join("\n"))).spans).toMatchObject([{ name: "a", startNs: "1000", durationNs: "2000" }]);
});
