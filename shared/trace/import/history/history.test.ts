import { expect, test } from "vitest";
import { importTrace } from "../import.ts";
import { reportOf } from "../report.ts";
import { bytesOf, fixture } from "../testing/fixtures.ts";

const verdict = (text: string) => reportOf(importTrace(bytesOf(text)));

test("a register: what timed out may have happened, the nemesis is no process", () => {
  const imported = importTrace(bytesOf(fixture("a register")));
  expect(imported.history).toEqual([
    { process: "0", key: "", call: { f: "write", value: 1 }, invokedAt: 1, completedAt: 3, outcome: "ok" },
    { process: "1", key: "", call: { f: "read" }, invokedAt: 2, completedAt: 4, outcome: "ok", value: 1 },
    { process: "0", key: "", call: { f: "cas", from: 1, to: 2 }, invokedAt: 6, completedAt: null, outcome: "unknown" },
  ]);
  expect(reportOf(imported)).toMatchObject({ linearizable: true, operations: 3, info: 1 });
});

test("a lock that two processes hold at once is not linearizable, and both holds are drawn", () => {
  const imported = importTrace(bytesOf(fixture("a lock held twice")));
  expect(reportOf(imported)).toMatchObject({ linearizable: false, model: "lock" });
  expect(imported.events.filter((event) => event.type === "lock.granted")).toHaveLength(2);
  expect(imported.holds.map(({ agent, untilNs }) => [agent, untilNs === undefined])).toEqual([
    ["0", false],
    ["1", true],
  ]);
});

test("a log of Jepsen: other lines are left out, a wrong read is found", () => {
  expect(verdict(fixture("a log of Jepsen"))).toMatchObject({ linearizable: false, operations: 2, events: 4 });
});

test("values of jepsen.independent are keyed, tagged operations are read", () => {
  const text = ["write 1 invoke [x 1]", "write 1 ok [x 1]", "read 2 invoke [y nil]", "read 2 ok [y nil]"]
    .map((line) => line.split(/ (?![^[]*\])/))
    .map(([f, process, type, value]) => `#jepsen.history.Op{:index 0 :process ${process} :type :${type} :f :${f} :value ${value}}`)
    .join("\n");
  expect(verdict(text)).toMatchObject({ linearizable: true, keys: ["x", "y"] });
});

test("keys: get, put, append as porcupine has them", () => {
  const line = (type: string, f: string, value: string) => `{:process 3, :type :${type}, :f :${f}, :key "k", :value ${value}}`;
  const history = (got: string) =>
    [line("invoke", "append", '"a"'), line("ok", "append", '"a"'), line("invoke", "get", "nil"), line("ok", "get", got)].join("\n");
  expect(verdict(history('"a"')).linearizable).toBe(true);
  expect(verdict(history('"b"')).linearizable).toBe(false);
});

test("a history that is cut off is refused with line and byte", () => {
  const text = fixture("a register").slice(0, 100);
  expect(() => importTrace(bytesOf(text))).toThrow(expect.objectContaining({ name: "TraceError", line: 2, byte: 100 }));
});
