import { describe, expect, test } from "vitest";
import { toSnapshot } from "../../state/index.ts";
import { TestSpace } from "../testing/space.ts";

function fleet(...agents: string[]): TestSpace {
  const space = new TestSpace();
  for (const agent of agents) space.join(agent);
  return space;
}

const fault = { kind: "pause", target: "w1", strength: 1, delayMs: 1_000, durationMs: 5_000, seed: 7, reason: "drill" } as const;

describe("faults", () => {
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

test("FI-5 a liar is refused, changes nothing, and is written down", () => {
  const space = fleet("w1", "liar");
  space.acquire("w1", "x");
  const outcome = space.release("liar", "x", "1");
  expect(outcome.error?.code).toBe("notHolder");
  expect(outcome.events).toMatchObject([{ type: "claim.refused", agent: "liar", holder: "w1", resource: "x", fence: "1" }]);
  expect(space.held("x")).toEqual(["w1"]);
});
