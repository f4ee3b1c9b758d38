import { describe, expect, test } from "vitest";
import { toSnapshot } from "../state/index.ts";
import { TestSpace } from "./testing/space.ts";

describe("sessions", () => {
  test("SE-1 a second join of an agent is refused, or replaces the first", () => {
    const space = new TestSpace();
    space.join("a");
    expect(space.join("a", { session: "s2" }).error?.code).toBe("agentPresent");
    space.acquire("a", "x");
    space.join("a", { session: "s2", replace: true });
    expect(space.state.sessions.has("s-a")).toBe(false);
    expect(space.state.agents.get("a")).toBe("s2");
    expect(space.events.find((event) => event.type === "lock.released")).toMatchObject({ why: "replaced", coolingUntilMs: 6_000 });
  });

  test("SE-1 nobody replaces another principal's agent", () => {
    const space = new TestSpace();
    space.join("a");
    expect(space.join("a", { session: "s2", replace: true, principal: "other" }).error?.code).toBe("unauthorized");
  });

  test("SE-2 SE-5 LK-13 an expiry ends all a session has; the next grant waits out the lock-delay", () => {
    const space = new TestSpace();
    space.join("a", { ttlMs: 2_000 });
    space.join("b");
    space.acquire("a", "x");
    space.acquire("b", "x");
    space.acquire("a", "y", { waitMs: 60_000 });
    space.pass(1_999, ["a"]);
    expect(space.state.sessions.has("s-a")).toBe(true);
    space.pass(1, ["a"]);
    expect(space.state.sessions.has("s-a")).toBe(false);
    expect(space.held("x")).toEqual([]);
    space.pass(4_999);
    expect(space.queue("x")).toEqual(["b"]);
    space.pass(1);
    expect(space.held("x")).toEqual(["b"]);
  });

  test("LK-13 a guarded resource needs no lock-delay", () => {
    const space = new TestSpace();
    space.configure("x", { guarded: true });
    space.join("a", { ttlMs: 2_000 });
    space.join("b");
    space.acquire("a", "x");
    space.acquire("b", "x");
    space.pass(2_000, ["a"]);
    expect(space.holders("x")).toMatchObject([{ agent: "b", fence: "2" }]);
  });

  test("SE-8 a repeated command id gets its first result, also after a restart", () => {
    const space = new TestSpace();
    space.join("a");
    const first = space.acquire("a", "x", { id: "same" });
    const again = space.acquire("a", "x", { id: "same" });
    expect(again.result).toEqual(first.result);
    expect(again.events).toEqual([]);
    expect(space.holders("x")).toHaveLength(1);
    expect(toSnapshot(space.restarted())).toEqual(toSnapshot(space.state));
    expect(space.restarted().answers.get("s-a")?.get("same")?.result).toEqual(first.result);
  });

  test("SE-9 commands of a session that is over are refused", () => {
    const space = new TestSpace();
    space.join("a");
    space.agent("a", { type: "session.leave" });
    expect(space.acquire("a", "x").error?.code).toBe("noSession");
  });

  test("SE-10 progress only rises, and only a rise moves its time", () => {
    const space = new TestSpace();
    space.join("a");
    space.nowMs = 2_000;
    space.agent("a", { type: "session.declare", state: "working", doing: "tests", progress: 3 });
    space.nowMs = 3_000;
    space.agent("a", { type: "session.declare", doing: "more tests", progress: 3 });
    expect(space.state.sessions.get("s-a")).toMatchObject({ state: "working", doing: "more tests", progress: 3, progressMs: 2_000, declaredMs: 3_000 });
    expect(space.agent("a", { type: "session.declare", progress: 2 }).error?.field).toBe("progress");
  });
});

describe("intents", () => {
  const plan = { startsInMs: 0, lastsMs: 1_000, reason: "refactor" };

  test("IN-4 IN-5 an announcement and a check name the same conflicts", () => {
    const space = new TestSpace();
    space.join("a");
    space.join("b");
    space.agent("a", { type: "intent.announce", uses: [{ resource: "repo/src" }], ...plan });
    const uses = [{ resource: "repo/src/x.ts" }];
    const checked = space.agent("b", { type: "intent.check", uses, startsInMs: 500, lastsMs: 10 }).result;
    expect(checked).toMatchObject({ status: "checked", conflicts: [{ kind: "intent", agent: "a", resource: "repo/src" }] });
    expect(space.agent("b", { type: "intent.check", uses, startsInMs: 1_000, lastsMs: 10 }).result).toMatchObject({ conflicts: [] });
    expect(space.agent("b", { type: "intent.announce", uses, ...plan }).result).toMatchObject({ status: "announced", conflicts: [{ agent: "a" }] });
  });

  test("IN-1 of two that do not go together only one commits", () => {
    const space = new TestSpace();
    space.join("a");
    space.join("b");
    space.agent("a", { type: "intent.announce", uses: [{ resource: "x" }], ...plan });
    space.agent("b", { type: "intent.announce", uses: [{ resource: "x" }], ...plan });
    expect(space.agent("a", { type: "intent.commit", intent: "i1" }).result?.status).toBe("done");
    expect(space.agent("b", { type: "intent.commit", intent: "i2" }).error).toMatchObject({ code: "conflict", conflicts: [{ agent: "a" }] });
  });

  test("IN-2 IN-3 an intent ends once: here by its window", () => {
    const space = new TestSpace();
    space.join("a");
    space.agent("a", { type: "intent.announce", uses: [{ resource: "x" }], ...plan });
    space.pass(999);
    expect(space.state.intents.size).toBe(1);
    space.pass(1);
    expect(space.events.at(-1)).toMatchObject({ type: "intent.ended", why: "expired" });
    expect(space.agent("a", { type: "intent.fulfil", intent: "i1" }).error?.code).toBe("notFound");
  });
});

describe("levels", () => {
  test("LE-1 none records nothing", () => {
    const space = new TestSpace();
    space.configure("tmp", { level: "none" });
    space.join("a");
    const outcome = space.acquire("a", "tmp/x");
    expect(outcome.result).toMatchObject({ status: "granted", locks: [{ fence: null, level: "none" }] });
    expect(outcome.events).toEqual([]);
  });

  test("LE-2 advisory never waits and names who else is there", () => {
    const space = new TestSpace();
    space.configure("doc", { level: "advisory" });
    space.join("a");
    space.join("b");
    space.acquire("a", "doc/x");
    expect(space.acquire("b", "doc").result).toMatchObject({ status: "granted", conflicts: [{ kind: "holder", agent: "a", resource: "doc/x" }] });
  });

  test("LE-3 optimistic: the first writer wins, the other compensates", () => {
    const space = new TestSpace();
    space.configure("page", { level: "optimistic" });
    space.join("a");
    space.join("b");
    space.acquire("a", "page/1");
    space.acquire("b", "page");
    expect(space.release("a", "page/1", "1", { wrote: true }).result).toEqual({ status: "written", version: "3" });
    expect(space.release("b", "page", "2", { wrote: true }).result).toEqual({ status: "compensate", current: "3", winner: "a" });
    expect(space.state.locks.size).toBe(0);
    expect(space.acquire("b", "page/1").result).toMatchObject({ locks: [{ version: "3" }] });
  });

  test("LE-5 a new level frees who waits under the old one", () => {
    const space = new TestSpace();
    space.join("a");
    space.join("b");
    space.acquire("a", "x/1");
    space.acquire("b", "x/1");
    space.configure("x", { level: "advisory" });
    expect(space.held("x/1")).toEqual(["a", "b"]);
  });
});
