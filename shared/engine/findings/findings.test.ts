import { describe, expect, test } from "vitest";
import type { Finding } from "../../model/index.ts";
import { toSnapshot } from "../../state/index.ts";
import { execute } from "../index.ts";
import { TestSpace } from "../testing/space.ts";

function fleet(...agents: string[]): TestSpace {
  const space = new TestSpace();
  for (const agent of agents) space.join(agent);
  return space;
}

function report(space: TestSpace, raised: Finding[], cleared: string[] = []) {
  const outcome = execute(space.state, { from: "system", nowMs: space.nowMs, command: { type: "finding.report", raised, cleared } });
  space.events.push(...outcome.events);
  return outcome.events;
}

const livelock = (...agents: string[]): Finding => ({
  finding: `livelock ${agents.join(" ")}`,
  kind: "livelock",
  agents,
  resources: ["x", "y"],
  because: ["each gave back what it had 6 times"],
  sinceMs: 1_000,
  plan: { act: "favour", agent: agents[0], why: "the lowest id goes first" },
});
const convoy: Finding = { finding: "convoy x", kind: "convoy", agents: ["a"], resources: ["x"], because: ["grows"], sinceMs: 500 };

describe("findings as events", () => {
  test("LV-11 are raised once, cleared once, and survive a restart", () => {
    const space = fleet("a");
    expect(report(space, [convoy]).map((event) => event.type)).toEqual(["finding.raised"]);
    expect(report(space, [convoy])).toEqual([]);
    expect(toSnapshot(space.restarted())).toEqual(toSnapshot(space.state));
    space.nowMs += 500;
    expect(report(space, [], ["convoy x"])).toMatchObject([{ type: "finding.cleared", kind: "convoy", lastedMs: 1_000 }]);
    expect(report(space, [], ["convoy x"])).toEqual([]);
    expect(space.state.findings.size).toBe(0);
  });

  test("are bounded, whatever the detectors say", () => {
    const space = fleet("a");
    const many = (from: number) => Array.from({ length: 150 }, (_, n) => ({ ...convoy, finding: `convoy ${from + n}` }));
    report(space, many(0));
    report(space, many(150));
    expect(space.state.findings.size).toBe(200);
  });

  test("a person's word is counted once per finding, and is kept with it", () => {
    const space = fleet("a");
    report(space, [convoy]);
    space.operator({ type: "finding.judge", finding: "convoy x", verdict: "notAnIssue", reason: "a batch" });
    expect(space.operator({ type: "finding.judge", finding: "convoy x", verdict: "agree", reason: "no" }).error?.code).toBe("conflict");
    expect(space.state.judged).toEqual({ convoy: { agree: 0, notAnIssue: 1 } });
    expect(space.state.findings.get("convoy x")?.judged).toMatchObject({ verdict: "notAnIssue", by: "dana" });
    expect(toSnapshot(space.restarted())).toEqual(toSnapshot(space.state));
  });

  test("a mute is by kind and pattern and can be taken back", () => {
    const space = fleet("a");
    space.operator({ type: "finding.mute", kind: "convoy", pattern: "repo/**", reason: "nightly" });
    expect(space.operator({ type: "finding.mute", kind: "convoy", pattern: "repo/**", reason: "again" }).error?.code).toBe("conflict");
    expect(space.state.mutes.size).toBe(1);
    space.operator({ type: "finding.unmute", kind: "convoy", pattern: "repo/**", reason: "over" });
    expect(space.state.mutes.size).toBe(0);
    expect(space.operator({ type: "finding.unmute", kind: "convoy", pattern: "repo/**", reason: "over" }).error?.code).toBe("notFound");
  });
});

describe("the end of a livelock", () => {
  test("LV-3 the lowest id goes first, the others stand back, no two alike", () => {
    const space = fleet("a", "b", "c");
    const events = report(space, [livelock("a", "b", "c")]);
    const resolved = events.find((event) => event.type === "livelock.resolved");
    expect(resolved).toMatchObject({ agent: "a", attempt: 1 });
    const times = resolved?.type === "livelock.resolved" ? resolved.backOff.map(({ ms }) => ms) : [];
    expect(times).toHaveLength(2);
    expect(new Set(times).size).toBe(2);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(1_000);
  });

  test("LV-4 one that comes back is ended for longer, in favour of the next", () => {
    const space = fleet("a", "b");
    report(space, [livelock("a", "b")]);
    const first = space.state.favours.get("livelock a b");
    space.nowMs += 5_000;
    report(space, [], ["livelock a b"]);
    report(space, [livelock("a", "b")]);
    const second = space.state.favours.get("livelock a b");
    expect([first?.agent, second?.agent]).toEqual(["a", "b"]);
    expect(second?.attempt).toBe(2);
  });

  test("LV-5 who is favoured is put first in the queue, for a bounded time", () => {
    const space = fleet("a", "b", "c");
    report(space, [livelock("a", "b")]);
    space.acquire("c", "x");
    space.acquire("b", "x");
    space.acquire("a", "x");
    expect(space.queue("x")).toEqual(["a", "b"]);
    const { untilMs } = space.state.favours.get("livelock a b") ?? { untilMs: 0 };
    space.agent("a", { type: "lock.cancel", acquire: [...space.state.waits.values()].find((wait) => wait.agent === "a")?.command });
    space.nowMs = untilMs;
    space.acquire("a", "x");
    expect(space.queue("x")).toEqual(["b", "a"]);
  });

  test("LV-6 in shadow nothing is done, and an operator's pick is counted", () => {
    const space = fleet("a", "b");
    space.configure("**", { automatic: "shadow" });
    expect(report(space, [livelock("a", "b")]).map((event) => event.type)).toEqual(["finding.raised"]);
    space.operator({ type: "livelock.resolve", finding: "livelock a b", favour: "b", reason: "its work is older" });
    expect(space.events.at(-1)).toMatchObject({ type: "livelock.resolved", agent: "b", agreed: false, actor: { principal: "dana" } });
    expect(space.state.shadow).toEqual({ agreed: 0, differed: 1 });
    expect(space.operator({ type: "livelock.resolve", finding: "livelock a b", favour: "z", reason: "no" }).error?.code).toBe("invalid");
  });
});
