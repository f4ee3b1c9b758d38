import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TestSpace } from "../../engine/testing/space.ts";
import { contests, play } from "../../sim/detectors/score.ts";
import { crew, World } from "../../sim/detectors/world.ts";
import { Detectors } from "./index.ts";

function scoreOf(kind: string, worlds: number) {
  const game = play(contests[kind] as Parameters<typeof play>[0], worlds);
  for (;;) {
    const step = game.next();
    if (step.done) return step.value;
  }
}

describe("seeded worlds, planted and look-alike", () => {
  test.each([
    ["WG-1", "deadlock", 150],
    ["LV-1, LV-2", "livelock", 120],
    ["LV-7", "starvation", 40],
    ["LV-8", "staleHolder", 60],
    ["LV-12", "lockOrder", 150],
    ["EL-17", "splitBrain", 150],
  ])("%s %s: all that is planted is found, nothing else is", (_rules, kind, worlds) => {
    const { score, wrong, planted } = scoreOf(kind, worlds);
    expect(wrong).toEqual([]);
    expect(score).toMatchObject({ recall: 1, falseAlarms: 0 });
    expect(planted).toBeGreaterThan(worlds / 4);
    expect(planted).toBeLessThan(worlds);
  });
});

describe("livelock", () => {
  /** Two that hold one thing and try the other; whoever gets both works and is done with it. Counts who was done. */
  function politePair(world: World, heeds = false): Map<string, number> {
    const done = new Map<string, number>();
    world.join("a1", "a2");
    for (const [agent, own, next] of [
      ["a1", "x", "y"],
      ["a2", "y", "x"],
    ] as const)
      world.play(
        (function* () {
          for (;;) {
            const backMs = (world.standsBackUntilMs.get(agent) ?? 0) - world.nowMs;
            if (heeds && backMs > 0) yield backMs;
            world.try(agent, own);
            yield 100;
            const got = world.holds(agent, own) && world.try(agent, next);
            if (got) done.set(agent, (done.get(agent) ?? 0) + 1);
            yield 100;
            if (got) world.release(agent, next);
            world.release(agent, own);
            yield 100;
          }
        })(),
      );
    return done;
  }

  test("LV-2 it is told within a bound, with the loop that repeats, and cleared when it ends", () => {
    const world = new World(1);
    politePair(world);
    world.run(4_000);
    const [found] = world.reported.get("livelock") ?? [];
    expect(found?.agents).toEqual(["a1", "a2"]);
    expect(found?.resources).toEqual(["x", "y"]);
    expect(found?.loop?.length).toBeGreaterThanOrEqual(12);
    expect(new Set(found?.loop?.map((act) => `${act.agent} ${act.act}`))).toContain("a2 wasRefused");
    expect(found?.plan).toMatchObject({ act: "favour", agent: "a1" });
    expect(world.state.findings.size).toBe(1);
    world.stopScripts();
    world.run(15_000);
    expect(world.state.findings.size).toBe(0);
  });

  test("LV-3 where it may, the engine ends it at once: one goes first, the other stands back", () => {
    const world = new World(1, { automatic: "live" });
    const done = politePair(world, true);
    world.run(3_000);
    expect(world.state.favours.get("livelock a1 a2")).toMatchObject({ agent: "a1", attempt: 1 });
    world.run(60_000);
    expect(Math.min(...["a1", "a2"].map((agent) => done.get(agent) ?? 0))).toBeGreaterThan(0);
  });

  test("LV-3 without that, nobody of them ever gets through", () => {
    const world = new World(1);
    const done = politePair(world, true);
    world.run(60_000);
    expect(done.size).toBe(0);
  });

  test("LV-1 one sign of progress and the count begins anew", () => {
    const world = new World(1);
    politePair(world);
    world.play(
      (function* () {
        for (;;) {
          yield 1_000;
          world.progress("a1");
        }
      })(),
    );
    world.run(30_000);
    expect(world.reported.get("livelock")).toBeUndefined();
  });
});

describe("starvation", () => {
  /** One waits while urgent ones come and go, a visit a second; at 20 s the engine tells it to stand back for `backOffMs`. */
  function overtaken(backOffMs: number, visits: number): string[] {
    const space = new TestSpace();
    const detectors = new Detectors();
    for (const agent of ["modest", "urgent", "hasty"]) space.join(agent);
    space.configure("**", { agingStepMs: 600_000 });
    space.acquire("urgent", "hot");
    space.acquire("modest", "hot");
    const found: string[] = [];
    for (let visit = 1; visit <= visits; visit++) {
      const [next, last] = visit % 2 === 0 ? ["urgent", "hasty"] : ["hasty", "urgent"];
      space.acquire(next, "hot", { priority: 50 });
      space.nowMs += 1_000;
      space.release(last, "hot");
      for (const event of space.events.splice(0)) detectors.feed(event, space.state);
      if (visit === 20 && backOffMs > 0) {
        const backOff = [{ session: "s-modest", agent: "modest", ms: backOffMs }];
        const resolved = { finding: "livelock", agent: "urgent", resources: ["hot"], untilMs: space.nowMs, attempt: 1, backOff, why: "test" };
        detectors.feed({ type: "livelock.resolved", position: space.state.position, atMs: space.nowMs, ...resolved }, space.state);
      }
      for (const { kind, agents } of detectors.findings(space.state, space.nowMs)) if (kind === "starvation") found.push(`${agents} at ${visit}`);
    }
    return found;
  }

  test("LV-7 who stands back by order does not starve; who gets nothing for long after that does", () => {
    expect(overtaken(0, 40)[0]).toBe("modest at 30");
    expect(overtaken(10_000, 59)).toEqual([]);
    expect(overtaken(10_000, 61)[0]).toBe("modest at 60");
  });
});

describe("convoy", () => {
  /** Comes `everyMs`, is served in `workMs`. */
  function crowd(count: number, everyMs: number, workMs: number): World {
    const world = new World(3);
    const agents = crew(count);
    world.join(...agents);
    for (const [at, agent] of agents.entries())
      world.play(
        (function* () {
          world.ask(agent, "hot");
          yield* world.until(agent, "hot");
          yield workMs;
          world.release(agent, "hot");
        })(),
        at * everyMs,
      );
    return world;
  }

  test("LV-9 a queue that only grows is one", () => {
    const world = crowd(60, 2_000, 6_000);
    world.run(110_000);
    expect(world.reported.get("convoy")).toMatchObject([{ resources: ["hot"] }]);
  });

  test("LV-9 a burst that drains is none, and neither is a queue that stays as long", () => {
    const burst = crowd(40, 10, 2_500);
    burst.run(110_000);
    expect(burst.reported.get("convoy")).toBeUndefined();
    const steady = crowd(60, 2_000, 2_000);
    steady.run(110_000);
    expect(steady.reported.get("convoy")).toBeUndefined();
  });
});

describe("priority inversion", () => {
  /** The urgent one waits for x, which the modest one holds, which waits for y behind somebody else. */
  function inverted(settings: { inherit?: boolean; otherPriority?: number }): World {
    const world = new World(1, { inherit: settings.inherit ?? false });
    world.join("urgent", "modest", "other", "builder");
    world.ask("modest", "x");
    world.ask("builder", "y");
    world.ask("other", "y", { priority: settings.otherPriority ?? 1 });
    world.ask("modest", "y");
    world.ask("urgent", "x", { priority: 50 });
    world.run(15_000);
    return world;
  }

  test("LV-10 an urgent one behind a modest one behind a less urgent one", () => {
    expect(inverted({}).reported.get("priorityInversion")).toMatchObject([{ agents: ["urgent", "modest", "other"], resources: ["x", "y"] }]);
  });

  test("LV-10 not where urgency is inherited, nor behind somebody more urgent still", () => {
    expect(inverted({ inherit: true }).reported.get("priorityInversion")).toBeUndefined();
    expect(inverted({ otherPriority: 60 }).reported.get("priorityInversion")).toBeUndefined();
  });
});

describe("lock order", () => {
  test("LV-12 both histories are told, and the plan that keeps them from meeting", () => {
    const world = new World(1);
    world.join("a1", "a2");
    for (const [agent, first, next, afterMs] of [
      ["a1", "x", "y", 0],
      ["a2", "y", "x", 5_000],
    ] as const)
      world.play(
        (function* () {
          world.ask(agent, first);
          yield 100;
          world.ask(agent, next);
          yield 100;
          world.release(agent, next);
          world.release(agent, first);
        })(),
        afterMs,
      );
    world.run(10_000);
    const [found] = world.reported.get("lockOrder") ?? [];
    expect(found?.orders?.map(({ agent, first, next }) => `${agent} ${first} ${next}`).sort()).toEqual(["a1 x y", "a2 y x"]);
    expect(found?.plan?.why).toContain("x, then y");
  });
});

test("JR-10 what detectors remember is bounded, whatever comes", () => {
  const resource = fc.constantFrom("x", "y", "z", "x/1", "x/2");
  const step = fc.record({
    agent: fc.integer({ min: 0, max: 5 }),
    resource,
    act: fc.constantFrom("try", "ask", "release", "leave", "handOn", "announce", "withdraw"),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 50, maxLength: 200 }), (steps) => {
      const space = new TestSpace();
      const detectors = new Detectors();
      const agents = crew(6);
      let seen = 0;
      const feed = (): void => {
        for (const event of space.events.slice(seen)) detectors.feed(event, space.state);
        seen = space.events.length;
      };
      for (const { agent: at, resource, act } of steps) {
        const agent = agents[at] as string;
        if (!space.state.agents.has(agent)) space.join(agent);
        space.nowMs += 200;
        const lock = [...space.state.locks.values()].find((one) => one.agent === agent);
        const intent = [...space.state.intents.values()].find((one) => one.agent === agent);
        if (act === "try" && space.acquire(agent, resource, { waitMs: 0 }).error?.code === "busy") {
          const failure = { session: `s-${agent}`, agent, resources: [resource], because: agents.slice(0, 2), how: "refused" as const, atMs: space.nowMs };
          detectors.failed(failure, space.state);
        } else if (act === "ask") space.acquire(agent, resource, { waitMs: 1_000 });
        else if (act === "release" && lock !== undefined) space.release(agent, lock.resource, lock.fence);
        else if (act === "handOn" && lock !== undefined)
          space.agent(agent, { type: "lock.transfer", resource: lock.resource, fence: lock.fence, to: agents[5 - at] });
        else if (act === "announce") space.agent(agent, { type: "intent.announce", uses: [{ resource }], lastsMs: 5_000, reason: "plan" });
        else if (act === "withdraw" && intent !== undefined) space.agent(agent, { type: "intent.withdraw", intent: intent.intent });
        else if (act === "leave") space.agent(agent, { type: "session.leave" });
        feed();
        space.pass(0);
        feed();
        detectors.findings(space.state, space.nowMs);
      }
      // Everybody leaves: of them nothing is remembered but the orders they took things in.
      for (const agent of space.state.agents.keys()) space.agent(agent, { type: "session.leave" });
      for (let look = 0; look < 30; look++) {
        space.pass(5_000);
        feed();
        detectors.findings(space.state, space.nowMs);
      }
      expect(detectors.isWary).toBe(false);
      expect(detectors.size).toBeLessThanOrEqual(60);
    }),
    { numRuns: 60 },
  );
});
