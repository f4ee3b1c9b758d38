import { describe, expect, it } from "vitest";
import { TestSpace } from "../../shared/engine/testing/space.ts";
import { chainOf } from "./wait-chain.ts";

const fleet = (...agents: string[]): TestSpace => {
  const space = new TestSpace();
  for (const agent of agents) space.join(agent);
  return space;
};
const say = (space: TestSpace, agent: string) => {
  const { links, roots } = chainOf(space.state, `s-${agent}`);
  return { links: links.map(({ depth, agent: who, kind, resource, on }) => `${depth} ${who} ${kind} ${resource} ${on.join("+")}`), roots };
};

describe("why it waits", () => {
  it("goes down to the holder who waits for nothing", () => {
    const space = fleet("w1", "w2", "w3");
    space.acquire("w1", "a");
    space.acquire("w2", "b");
    space.acquire("w2", "a");
    space.acquire("w3", "b");
    const { links, roots } = say(space, "w3");
    expect(links).toEqual(["0 w3 lock b w2", "1 w2 lock a w1"]);
    expect(roots).toMatchObject([{ kind: "holder", agent: "w1", locks: [{ resource: "a" }] }]);
  });

  it("tells declared waits, and ends at a person outside the fleet", () => {
    const space = fleet("w1", "w2");
    space.acquire("w1", "a");
    space.acquire("w2", "a");
    space.agent("w1", { type: "wait.declare", kind: "approval", on: [], what: "dana signs off" });
    const { links, roots } = say(space, "w2");
    expect(links).toEqual(["0 w2 lock a w1"]);
    expect(roots).toMatchObject([{ kind: "outside", agent: "w1", declared: { what: "dana signs off" } }]);
  });

  it("waits for another's task like for a lock", () => {
    const space = fleet("w1", "w2");
    space.agent("w1", { type: "wait.declare", kind: "task", on: ["w2"], what: "the build" });
    expect(say(space, "w1")).toMatchObject({ links: ["0 w1 task the build w2"], roots: [{ kind: "busy", agent: "w2" }] });
  });

  it("ends at an operator's freeze and at a lock-delay", () => {
    const space = fleet("w1", "w2");
    space.operator({ type: "resource.freeze", resource: "a", reason: "release day" });
    space.acquire("w1", "a");
    expect(say(space, "w1").roots).toMatchObject([{ kind: "frozen", resource: "a", by: "dana" }]);
    space.acquire("w2", "b");
    space.acquire("w1", "b");
    space.pass(60_000, ["w2"]);
    expect(say(space, "w1").roots).toContainEqual(expect.objectContaining({ kind: "cooling", resource: "b" }));
  });

  it("a ring is told once round, and ends at its deadlock", () => {
    const space = fleet("w1", "w2", "w3");
    space.configure("**", { policy: "manual" });
    space.acquire("w1", "a");
    space.acquire("w2", "b");
    space.acquire("w1", "b");
    space.acquire("w2", "a");
    space.acquire("w3", "a");
    const { links, roots } = say(space, "w3");
    expect(links.length).toBeLessThan(6);
    expect(roots).toMatchObject([{ kind: "deadlock" }]);
  });

  it("is bounded, whoever waits behind whom", () => {
    const space = fleet(...Array.from({ length: 100 }, (_, index) => `w${index}`));
    for (let index = 0; index < 100; index++) space.acquire(`w${index}`, `r${index}`);
    for (let index = 0; index < 99; index++) space.acquire(`w${index}`, `r${index + 1}`);
    const chain = chainOf(space.state, "s-w0");
    expect(chain.links).toHaveLength(60);
    expect(chain.cut).toBe(true);
  });
});
