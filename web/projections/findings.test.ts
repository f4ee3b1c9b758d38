import { describe, expect, it } from "vitest";
import { TestSpace } from "../../shared/engine/testing/space.ts";
import { type Event, type EventBody, type Finding, findingKindSchema } from "../../shared/model/index.ts";
import { troubles } from "../features/attention/troubles.ts";
import { FindingHistory } from "./finding-history.ts";
import { findingKinds, findingTitle } from "./finding-words.ts";

const found = (kind: Finding["kind"], agents: string[], resources: string[]): Finding => ({
  finding: `${kind} ${agents.join(" ")}`,
  kind,
  agents,
  resources,
  because: ["a signal"],
  sinceMs: 1_000,
});
let position = 0;
const event = (body: EventBody): Event => ({ ...body, position: ++position, atMs: position * 1_000 }) as Event;

it("every kind of finding has a title without holes", () => {
  for (const kind of findingKindSchema.options) {
    expect(findingTitle(found(kind, ["w1", "w2"], ["a", "b"]))).not.toMatch(/undefined|null| {2}/);
    expect(findingTitle(found(kind, [], []))).not.toMatch(/undefined|null/);
    expect(findingKinds[kind].means.length).toBeGreaterThan(20);
  }
});

describe("past findings", () => {
  const livelock = found("livelock", ["l1", "l2"], ["a"]);
  const resolved: EventBody = {
    type: "livelock.resolved",
    finding: livelock.finding,
    agent: "l1",
    resources: ["a"],
    untilMs: 9,
    attempt: 1,
    backOff: [],
    why: "lower id",
  };

  it("tell what was done and when it was over; one that comes again is the same", () => {
    const history = new FindingHistory();
    history.take([event({ type: "finding.raised", found: livelock }), event(resolved)]);
    history.take([event({ type: "finding.cleared", finding: livelock.finding, kind: "livelock", lastedMs: 5_000 })]);
    expect(history.list()).toMatchObject([{ found: livelock, resolved: { agent: "l1" }, cleared: { lastedMs: 5_000 } }]);
    history.take([event({ type: "finding.raised", found: livelock })]);
    expect(history.list()).toHaveLength(1);
    expect(history.list()[0]?.cleared).toBeUndefined();
  });

  it("are the newest hundred", () => {
    const history = new FindingHistory();
    history.take(
      Array.from({ length: 150 }, (_, index) => event({ type: "finding.raised", found: found("convoy", [], [`r${index}`]) })).map((one, index) =>
        one.type === "finding.raised" ? { ...one, found: { ...one.found, finding: `f${index}` } } : one,
      ),
    );
    expect(history.list()).toHaveLength(100);
    expect(history.list()[0]?.found.finding).toBe("f149");
  });
});

describe("what needs a person", () => {
  const stuck = {
    id: "stuck 1",
    kind: "stuckHolder",
    subject: { kind: "resource", id: "a" },
    agent: "w1",
    fence: "1",
    title: "",
    because: [],
    sinceMs: 0,
    waiting: 1,
  } as const;

  it("is counted once: a stale holder and the look at the state are one, and a person's word clears both", () => {
    const space = new TestSpace();
    space.join("w1");
    const stale = found("staleHolder", ["w1"], ["a"]);
    space.state.findings.set(stale.finding, stale);
    expect(troubles(space.state, [stuck]).map(({ kind }) => kind)).toEqual(["stuckHolder"]);
    space.state.findings.set(stale.finding, { ...stale, judged: { verdict: "notAnIssue", by: "dana", atMs: 1 } });
    expect(troubles(space.state, [stuck])).toEqual([]);
  });

  it("leaves out who stands in a deadlock, what is muted, and what has not happened", () => {
    const space = new TestSpace();
    for (const agent of ["w1", "w2"]) space.join(agent);
    space.configure("**", { policy: "manual" });
    space.acquire("w1", "a");
    space.acquire("w2", "b");
    space.acquire("w1", "b");
    space.acquire("w2", "a");
    const fence = space.fence("a");
    for (const one of [found("starvation", ["w1"], ["a"]), found("lockOrder", ["w1", "w9"], ["a", "b"]), found("convoy", [], ["x"])])
      space.state.findings.set(one.finding, one);
    space.operator({ type: "finding.mute", kind: "convoy", pattern: "x", reason: "known" });
    expect(troubles(space.state, [{ ...stuck, fence }]).map(({ kind }) => kind)).toEqual(["deadlock"]);
  });
});
