import { describe, expect, test } from "vitest";
import type { Event, Lock, LockMode } from "../../shared/model/index.ts";
import { check, type Verdict } from "./checker.ts";
import type { Observation } from "./observations.ts";

/** The checker of the crash test must be able to fail: a whole history passes, and each planted fault is found. */

const atMs = 1_000;

function lock(fence: string, resource: string, session: string, mode: LockMode = "exclusive"): Lock {
  return {
    fence,
    resource,
    mode,
    weight: 1,
    level: "sequenced",
    guarded: false,
    session,
    agent: `agent-${session}`,
    command: `c-${fence}`,
    reason: "",
    grantedMs: atMs,
    waitedMs: 0,
    holds: 1,
  };
}

type Body = Event extends infer E ? (E extends Event ? Omit<E, "position" | "atMs"> : never) : never;

const numbered = (bodies: readonly Body[]): Event[] => bodies.map((body, index) => ({ ...body, position: index + 1, atMs }) as Event);

const joins = (session: string): Body => ({
  type: "session.joined",
  session,
  agent: `agent-${session}`,
  principal: "p",
  roles: [],
  labels: {},
  ttlMs: 1,
  resumeHash: "",
});
const grants = (held: Lock, cause = true): Body => ({
  type: "lock.granted",
  session: held.session,
  agent: held.agent,
  command: held.command,
  locks: [held],
  ...(cause && { cause: { sender: held.session, id: held.command } }),
});
const releases = (held: Lock): Body => ({
  type: "lock.released",
  fence: held.fence,
  resource: held.resource,
  session: held.session,
  agent: held.agent,
  why: "released",
  cause: { sender: held.session, id: `r-${held.fence}` },
});

const wasGranted = (held: Lock): Observation => ({
  kind: "answered",
  session: held.session,
  type: "lock.acquire",
  answer: {
    id: held.command,
    ok: true,
    result: { status: "granted", locks: [{ resource: held.resource, fence: held.fence, level: "sequenced", guarded: false }] },
  },
});
const wasReleased = (held: Lock): Observation => ({
  kind: "answered",
  session: held.session,
  type: "lock.release",
  fence: held.fence,
  answer: { id: `r-${held.fence}`, ok: true, result: { status: "done" } },
});
const wasHeld = (held: Lock, fromMs: number, toMs: number): Observation => ({
  kind: "held",
  agent: held.agent,
  resource: held.resource,
  mode: held.mode,
  fence: held.fence,
  fromMs,
  toMs,
});

const first = lock("1", "repo/src", "s1");
const second = lock("2", "repo", "s2");
const events = [joins("s1"), joins("s2"), grants(first), releases(first), grants(second), releases(second)];
const seen: Observation[] = [
  { kind: "joined", session: "s1", agent: "agent-s1" },
  { kind: "joined", session: "s2", agent: "agent-s2" },
  wasGranted(first),
  wasHeld(first, 10, 20),
  wasReleased(first),
  wasGranted(second),
  wasHeld(second, 20, 30),
  wasReleased(second),
];
const without = <T>(list: readonly T[], index: number): T[] => list.filter((_, at) => at !== index);

function counts(verdict: Verdict): number[] {
  return [verdict.lost.length, verdict.repeated.length, verdict.doubleGranted.length];
}

describe("the crash test's checker", () => {
  test("passes a history in which all is as it was told", () => {
    expect(check(seen, numbered(events))).toEqual({ acknowledged: 6, lost: [], repeated: [], doubleGranted: [] });
  });

  test("does not count what was not acknowledged", () => {
    expect(counts(check(seen.slice(0, 4), numbered(events)))).toEqual([0, 0, 0]);
  });

  test.each([0, 2, 3])("finds an acknowledged event that is not in the journal (%i)", (index) => {
    const verdict = check(seen, numbered(without(events, index)));
    expect(verdict.lost).toHaveLength(1);
  });

  test("finds an acknowledged grant that the journal has under another fence", () => {
    const other = { ...first, fence: "7" };
    const verdict = check(seen.slice(0, 3), numbered([joins("s1"), joins("s2"), { ...grants(other), cause: { sender: "s1", id: first.command } } as Body]));
    expect(verdict.lost).toEqual([expect.stringContaining("say otherwise")]);
  });

  test("finds a lost grant after waiting, and one that went to another", () => {
    const notice: Observation = { kind: "granted", session: "s1", command: "c-9", fences: ["9"] };
    expect(check([notice], numbered([])).lost).toHaveLength(1);
    expect(check([notice], numbered([grants(lock("9", "a", "s1"), false)])).lost).toHaveLength(0);
    expect(check([notice], numbered([grants(lock("9", "a", "s2"), false)])).lost).toHaveLength(1);
  });

  test("finds a lost place in the queue", () => {
    const queued: Observation = {
      kind: "answered",
      session: "s1",
      type: "lock.acquire",
      answer: { id: "c", ok: true, result: { status: "queued", request: 4, blockers: [] } },
    };
    expect(check([queued], numbered([])).lost).toHaveLength(1);
  });

  test("finds a command that was applied twice", () => {
    const again = { ...lock("3", "other", "s1"), command: first.command };
    expect(counts(check(seen, numbered([...events, grants(again)])))).toEqual([0, 1, 0]);
    expect(check(seen, numbered([...events, releases(first)])).repeated).toHaveLength(1);
  });

  test("finds a command that was answered in two ways", () => {
    const differently = wasGranted({ ...first, fence: "8" });
    expect(check([...seen, wasGranted(first)], numbered(events)).repeated).toEqual([]);
    expect(check([...seen, differently], numbered(events)).repeated).toHaveLength(1);
  });

  test("finds a fence that does not rise", () => {
    const reused = lock("2", "other", "s1");
    expect(counts(check(seen, numbered([...events, grants(reused, false)])))).toEqual([0, 0, 1]);
  });

  test("finds two holders in the journal, above and below each other", () => {
    const below = lock("3", "repo/src/app.ts", "s1");
    const above = lock("4", "repo", "s2");
    expect(check([], numbered([grants(below), grants(above)])).doubleGranted).toHaveLength(1);
    expect(check([], numbered([grants(below), grants(lock("4", "repo/srcs", "s2"))])).doubleGranted).toEqual([]);
    expect(check([], numbered([grants({ ...below, mode: "shared" }), grants({ ...above, mode: "shared" })])).doubleGranted).toEqual([]);
    expect(check([], numbered([grants(below), grants(lock("4", "repo/src/app.ts", "s1"))])).doubleGranted).toEqual([]);
  });

  test("finds a new holder before an old one gave back, by the clients' own clock", () => {
    const overlapping = [wasHeld(first, 10, 20), wasHeld(second, 19, 30)];
    expect(check(overlapping, []).doubleGranted).toHaveLength(1);
    const apart = [wasHeld(first, 10, 20), wasHeld(lock("2", "docs", "s2"), 12, 15), wasHeld(second, 20, 30)];
    expect(check(apart, []).doubleGranted).toEqual([]);
  });

  test("finds two holders after an upgrade", () => {
    const [one, other] = [lock("3", "a", "s1", "shared"), lock("4", "a", "s2", "shared")];
    const upgraded: Body = { type: "lock.upgraded", fence: "3", newFence: "5", resource: "a", session: "s1", agent: one.agent, command: "c-5", waitedMs: 0 };
    expect(check([], numbered([grants(one), grants(other), upgraded])).doubleGranted).toHaveLength(1);
    expect(check([], numbered([grants(one), grants(other), releases(other), upgraded])).doubleGranted).toEqual([]);
  });
});
