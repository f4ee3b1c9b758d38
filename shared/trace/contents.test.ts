import { describe, expect, test } from "vitest";
import { TestSpace } from "../engine/testing/space.ts";
import { ContentsGatherer, matchesQuery, type TraceQuery } from "./contents.ts";

function recorded() {
  const space = new TestSpace();
  for (const agent of ["w1", "w2"]) space.join(agent);
  space.acquire("w1", "repo/a");
  space.acquire("w2", "repo/b");
  space.nowMs = 5_000;
  space.acquire("w1", "repo/b");
  space.acquire("w2", "repo/a");
  const gatherer = new ContentsGatherer();
  for (const event of space.events) gatherer.add(event);
  return gatherer.contents();
}

test("the contents of a trace name who, what and what went wrong", () => {
  const contents = recorded();
  expect(contents).toMatchObject({ agents: ["w1", "w2"], resources: ["repo/a", "repo/b"], sinceMs: 1_000, untilMs: 5_000, more: 0 });
  expect(contents.anomalies[0]).toMatchObject({ kind: "deadlock", atMs: 5_000 });
  expect(contents.anomalies[0]?.about).toEqual(expect.arrayContaining(["w1", "w2", "repo/a", "repo/b"]));
});

describe("a recording is found by", () => {
  const found = (query: TraceQuery) => matchesQuery(query, ["Lunch time", "slow"], recorded());
  test.each<[string, TraceQuery, boolean]>([
    ["nothing asked", {}, true],
    ["a word of its name", { text: "LUNCH" }, true],
    ["a tag", { text: "slo" }, true],
    ["another word", { text: "dinner" }, false],
    ["an agent", { agent: "w2" }, true],
    ["another agent", { agent: "w" }, false],
    ["a folder", { resource: "repo" }, true],
    ["a folder of a like name", { resource: "rep" }, false],
    ["an event", { event: "lock.queued" }, true],
    ["what every object has", { event: "toString" }, false],
    ["an anomaly", { anomaly: "deadlock" }, true],
    ["another anomaly", { anomaly: "livelock" }, false],
    ["a time in it", { sinceMs: 4_000, untilMs: 9_000 }, true],
    ["a time after it", { sinceMs: 5_001 }, false],
    ["a time before it", { untilMs: 999 }, false],
    ["all of it together", { agent: "w1", anomaly: "livelock" }, false],
  ])("%s", (_, query, expected) => expect(found(query)).toBe(expected));
});
