import { describe, expect, test } from "vitest";
import { toSnapshot } from "../state/index.ts";
import { previewAct } from "./index.ts";
import { TestSpace } from "./testing/space.ts";

const actor = { principal: "dana", role: "operator" } as const;

describe("operators", () => {
  test("OP-1 OP-2 a forced release names lock and fence and is written down with who and why", () => {
    const space = new TestSpace();
    space.join("a");
    space.acquire("a", "x");
    expect(space.operator({ type: "lock.forceRelease", resource: "x", fence: "9", reason: "stuck" }).error?.code).toBe("notFound");
    expect(space.held("x")).toEqual(["a"]);
    space.operator({ type: "lock.forceRelease", resource: "x", fence: "1", reason: "stuck" });
    expect(space.events.at(-1)).toMatchObject({ type: "lock.released", why: "forced", actor, reason: "stuck" });
    expect(space.operator({ type: "lock.forceRelease", resource: "x", fence: "1", reason: "stuck" }).error?.code).toBe("conflict");
  });

  test("OP-3 nobody is granted what is frozen; a thaw lets them in", () => {
    const space = new TestSpace();
    space.join("a");
    space.operator({ type: "resource.freeze", resource: "repo/**/*.ts", reason: "release" });
    space.acquire("a", "repo/src/x.ts");
    expect(space.queue("repo/src/x.ts")).toEqual(["a"]);
    space.operator({ type: "resource.thaw", resource: "repo/**/*.ts", reason: "released" });
    expect(space.held("repo/src/x.ts")).toEqual(["a"]);
  });

  test("OP-4 an expelled session ends with everything it has", () => {
    const space = new TestSpace();
    space.join("a");
    space.acquire("a", "x");
    space.agent("a", { type: "intent.announce", uses: [{ resource: "y" }], lastsMs: 10, reason: "r" });
    const before = space.state.position;
    space.operator({ type: "session.expel", session: "s-a", reason: "runaway" });
    expect(space.types(before)).toEqual(["lock.released", "intent.ended", "session.ended"]);
    expect(space.state.sessions.size).toBe(0);
  });

  test("OP-5 a preview says what the act then does, and changes nothing", () => {
    const space = new TestSpace();
    for (const agent of ["a", "b", "c"]) space.join(agent);
    space.acquire("a", "repo/x");
    space.acquire("a", "other");
    space.acquire("b", "repo/x");
    space.acquire("c", "repo");
    const before = toSnapshot(space.state);
    space.nowMs = 4_000;
    const act = { id: "p", type: "lock.forceRelease", resource: "repo/x", fence: "1", reason: "stuck" } as const;
    const effect = previewAct(space.state, actor, act, space.nowMs);
    expect(toSnapshot(space.state)).toEqual(before);
    expect(effect).toEqual({
      loses: [{ agent: "a", resource: "repo/x", fence: "1", heldMs: 3_000 }],
      gains: [{ agent: "b", resource: "repo/x", fence: "3", waitedMs: 8_000, afterMs: 5_000 }],
      dequeues: [],
      guards: [],
      keeps: [{ resource: "other", fence: "2" }],
      leads: [],
      lockDelayMs: 5_000,
    });
    space.operator({ type: "lock.forceRelease", resource: "repo/x", fence: "1", reason: "stuck" });
    space.pass(5_000);
    expect(space.holders("repo/x")).toMatchObject([{ agent: "b", fence: "3" }]);
  });

  test("OP-5 on a guarded resource the next one gets it at once and the guard keeps the loser out", () => {
    const space = new TestSpace();
    space.configure("repo", { guarded: true });
    space.join("a");
    space.join("b");
    space.acquire("a", "repo/x");
    space.acquire("b", "repo/x");
    const effect = previewAct(space.state, actor, { id: "p", type: "lock.forceRelease", resource: "repo/x", fence: "1", reason: "stuck" }, space.nowMs);
    expect(effect).toMatchObject({ lockDelayMs: 0, gains: [{ agent: "b", fence: "2", afterMs: 0 }], guards: [{ resource: "repo/x", agent: "a", below: "2" }] });
  });
});
