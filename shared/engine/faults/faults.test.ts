import { describe, expect, test } from "vitest";
import { serverFaultKinds } from "../../model/index.ts";
import { toSnapshot } from "../../state/index.ts";
import { TestSpace } from "../testing/space.ts";
import { isTarget, targetsOf } from "./index.ts";

function fleet(...agents: string[]): TestSpace {
  const space = new TestSpace();
  for (const agent of agents) space.join(agent);
  return space;
}

const fault = { kind: "pause", target: "w1", strength: 1, delayMs: 1_000, durationMs: 5_000, seed: 7, reason: "drill" } as const;

describe("faults", () => {
  test("FI-1 a target is an agent, a pattern, or several of them with commas between", () => {
    const space = fleet("w1", "w2", "w3", "x");
    const named = (target: string) => [targetsOf(space.state, target), [...space.state.agents.keys()].filter((agent) => isTarget(target, agent)).sort()];
    for (const [target, agents] of Object.entries({
      w2: ["w2"],
      "w*": ["w1", "w2", "w3"],
      "w3,w1,w3,gone": ["w1", "w3"],
      "x,w*": ["w1", "w2", "w3", "x"],
      "w,1": [],
    }))
      expect(named(target), target).toEqual([agents, agents]);
    space.operator({ type: "fault.inject", ...fault, kind: "cutPair", target: "w1,w2", peer: "w3,x" });
    expect(space.state.faults.get("f1")).toMatchObject({ target: "w1,w2", peer: "w3,x" });
    expect(space.operator({ type: "fault.inject", ...fault, target: "w8,w9" }).error).toMatchObject({ code: "notFound", field: "target" });
  });

  test("FI-3 a schedule strikes one of several that it names", () => {
    const space = fleet("w1", "w2", "x");
    space.operator({ type: "schedule.set", ...fault, target: "w2,w1", durationMs: 500, everyMs: 1_000, halt: {} });
    for (let run = 0; run < 12; run++) space.pass(1_000);
    const struck = space.events.flatMap((event) => (event.type === "fault.began" ? [event.fault.target] : []));
    expect([...new Set(struck)].sort()).toEqual(["w1", "w2"]);
  });

  test("FI-1 a fault has a begin and an end, and heals by itself", () => {
    const space = fleet("w1");
    space.operator({ type: "fault.inject", ...fault });
    expect(space.state.faults.get("f1")).toMatchObject({ kind: "pause", target: "w1", untilMs: 6_000, by: "dana" });
    space.pass(4_999);
    expect(space.state.faults.size).toBe(1);
    space.pass(1);
    expect(space.events.at(-1)).toMatchObject({ type: "fault.ended", fault: "f1", why: "healed" });
  });

  test("FI-2 stop all ends all faults and schedules at once", () => {
    const space = fleet("w1", "w2");
    space.operator({ type: "fault.inject", ...fault });
    space.operator({ type: "fault.inject", ...fault, target: "w*" });
    space.operator({ type: "schedule.set", ...fault, everyMs: 20_000, halt: {} });
    space.operator({ type: "fault.stopAll", reason: "enough" });
    expect(space.state.faults.size + space.state.schedules.size).toBe(0);
    expect(space.events.filter((event) => event.type === "fault.ended")).toMatchObject([
      { why: "stoppedAll", actor: { principal: "dana" } },
      { why: "stoppedAll" },
    ]);
  });

  test("FI-1 who is not here cannot be troubled", () => {
    const space = fleet("w1");
    expect(space.operator({ type: "fault.inject", ...fault, target: "w9" }).error).toMatchObject({ code: "notFound", field: "target" });
  });

  test("FI-3 a schedule picks by its seed, again and again, the same in every replay", () => {
    const runs = () => {
      const space = fleet("w1", "w2", "w3", "x");
      space.operator({ type: "schedule.set", ...fault, target: "w*", durationMs: 500, everyMs: 1_000, halt: {} });
      for (let n = 0; n < 10; n++) space.pass(1_000);
      expect(toSnapshot(space.restarted())).toEqual(toSnapshot(space.state));
      return space.events.flatMap((event) => (event.type === "fault.began" ? [event.fault.target] : []));
    };
    const targets = runs();
    expect(targets).toHaveLength(10);
    expect(new Set(targets).size).toBeGreaterThan(1);
    expect(targets).not.toContain("x");
    expect(runs()).toEqual(targets);
  });

  test("FI-4 a schedule halts when the fleet is not well", () => {
    const space = fleet("w1", "w2");
    space.acquire("w1", "x");
    space.acquire("w2", "x");
    space.operator({ type: "schedule.set", ...fault, everyMs: 1_000, halt: { waiting: 0 } });
    space.pass(1_000);
    expect(space.events.at(-1)).toMatchObject({ type: "schedule.ended", why: "halted", because: "1 waiting, more than 0" });
  });
});

describe("whom a fault strikes", () => {
  const cut = { ...fault, kind: "cutPair" } as const;

  test("FI-7 a cut between two needs to know both", () => {
    const space = fleet("w1", "w2");
    expect(space.operator({ type: "fault.inject", ...cut }).error).toMatchObject({ code: "invalid", field: "peer", message: expect.stringContaining("peer") });
    expect(space.operator({ type: "schedule.set", ...cut, everyMs: 1_000, halt: {} }).error).toMatchObject({ code: "invalid", field: "peer" });
    expect(space.operator({ type: "fault.inject", ...cut, peer: "w9" }).error).toMatchObject({ code: "notFound", field: "peer" });
    space.operator({ type: "fault.inject", ...cut, peer: "w2" });
    expect(space.state.faults.get("f1")).toMatchObject({ kind: "cutPair", target: "w1", peer: "w2" });
  });

  test("FI-7 a peer and a point belong to one kind each", () => {
    const space = fleet("w1", "w2");
    expect(space.operator({ type: "fault.inject", ...fault, peer: "w2" }).error).toMatchObject({ code: "invalid", field: "peer" });
    expect(space.operator({ type: "fault.inject", ...fault, point: "afterFlush" }).error).toMatchObject({ code: "invalid", field: "point" });
  });

  test.each(serverFaultKinds)("FI-1 %s strikes the server, whoever is here", (kind) => {
    const space = fleet();
    space.operator({ type: "fault.inject", ...fault, kind, target: "server" });
    expect(space.state.faults.get("f1")).toMatchObject({ kind, target: "server" });
    expect(space.state.faults.get("f1")?.point).toBe(kind === "killServer" ? "afterFlush" : undefined);
  });

  test("FI-8 a clock that jumps is an agent's or the server's", () => {
    const space = fleet("w1");
    for (const target of ["w1", "server"]) space.operator({ type: "fault.inject", ...fault, kind: "clockJump", target });
    expect([...space.state.faults.values()].map(({ target }) => target)).toEqual(["w1", "server"]);
    expect(space.operator({ type: "fault.inject", ...fault, kind: "clockDrift", target: "server" }).error).toMatchObject({ code: "notFound" });
  });

  test("FI-3 a schedule of the server strikes it at each run, and keeps its point", () => {
    const space = fleet("w1", "w2");
    space.operator({ type: "schedule.set", ...fault, kind: "killServer", point: "beforeAnswer", target: "server", durationMs: 500, everyMs: 1_000, halt: {} });
    for (let n = 0; n < 3; n++) space.pass(1_000);
    const begun = space.events.flatMap((event) => (event.type === "fault.began" ? [event.fault] : []));
    expect(begun).toMatchObject(Array.from({ length: 3 }, () => ({ target: "server", point: "beforeAnswer" })));
  });
});

test("FI-5 a liar is refused, changes nothing, and is written down", () => {
  const space = fleet("w1", "liar");
  space.acquire("w1", "x");
  const outcome = space.release("liar", "x", "1");
  expect(outcome.error?.code).toBe("notHolder");
  expect(outcome.events).toMatchObject([{ type: "claim.refused", agent: "liar", holder: "w1", resource: "x", fence: "1" }]);
  expect(space.held("x")).toEqual(["w1"]);
});
