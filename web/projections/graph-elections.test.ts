import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TestSpace } from "../../shared/engine/testing/space.ts";
import type { Finding } from "../../shared/model/index.ts";
import { type ElectionStep, electionHistory } from "./election-history.fixture.ts";
import { edgesAt, edgesOf, neighbourhood } from "./graph-edges.ts";
import { GraphModel } from "./graph-model.ts";
import { agentTone, groupTone, runningOf } from "./graph-nodes.ts";
import { countAllGroups, shownGroups } from "./graph-shown.ts";

const everything = new Set(["roles/a", "roles/b", "roles/c"]);

/** `roles/a` is led by w1, w2 stands by; `roles/b` waits for an operator. */
function led(): { space: TestSpace; model: GraphModel } {
  const space = new TestSpace();
  for (const agent of ["w1", "w2", "w3"]) space.join(agent);
  space.operator({ type: "election.configure", group: "roles/b", settings: { policy: "operator" } as never, reason: "a test" });
  for (const agent of ["w1", "w2"]) space.agent(agent, { type: "election.campaign", group: "roles/a" });
  space.agent("w3", { type: "election.campaign", group: "roles/b" });
  const model = new GraphModel();
  model.reset(space.state);
  model.show(space.state, everything);
  return { space, model };
}

const said = ({ groups, agents }: GraphModel) => ({
  groups: [...groups.values()].sort((one, other) => (one.id < other.id ? -1 : 1)),
  agents: [...agents.values()].map(({ agent, leads }) => [agent, leads]).sort(),
});

const electionSteps = fc.array(fc.tuple(fc.nat(9), fc.nat(3), fc.nat(2), fc.nat(3_000)) as fc.Arbitrary<ElectionStep>, { minLength: 20, maxLength: 120 });

describe("groups in the graph", () => {
  test("are after every frame what a rebuild from the whole state gives", () => {
    fc.assert(
      fc.property(electionSteps, fc.subarray([...everything]), (steps, shown) => {
        const model = new GraphModel();
        let position = 0;
        electionHistory(steps, ({ state, events }) => {
          model.apply(state, events.slice(position));
          position = events.length;
          model.show(state, new Set(shown));
          const anew = new GraphModel();
          anew.reset(state);
          anew.show(state, new Set(shown));
          expect(said(model)).toEqual(said(anew));
        });
      }),
      { numRuns: 30 },
    );
  });

  test("an event of one group touches that group and who leads it, and nothing else", () => {
    const { space, model } = led();
    const before = space.events.length;
    space.agent("w1", { type: "election.resign", group: "roles/a" });
    const change = model.apply(space.state, space.events.slice(before));
    expect([...change.changed].sort()).toEqual(["agent:w1", "agent:w2", "group:roles/a"]);
    expect([change.added.size, change.removed.size]).toEqual([0, 0]);
  });

  test("come and go as they are shown, and what is not shown is no node", () => {
    const { space, model } = led();
    expect(model.show(space.state, new Set(["roles/b"])).removed).toEqual(new Set(["group:roles/a"]));
    expect(model.node("group:roles/a")).toBeUndefined();
    expect(model.show(space.state, everything).added).toEqual(new Set(["group:roles/a"]));
    expect(model.show(space.state, everything)).toEqual({ added: new Set(), removed: new Set(), changed: new Set() });
  });

  test("have an edge from their leader, from who stands by and from who votes", () => {
    const { space, model } = led();
    expect(edgesAt(model, "group:roles/a").map(({ kind, agent }) => [kind, agent])).toEqual([
      ["leads", "agent:w1"],
      ["campaigns", "agent:w2"],
    ]);
    expect(edgesAt(model, "agent:w1").map(({ kind, about }) => [kind, about])).toEqual([["leads", "group:roles/a"]]);
    expect(neighbourhood(model, "agent:w3")).toEqual(new Set(["agent:w3", "group:roles/b"]));
    space.operator({ type: "election.configure", group: "roles/c", settings: { policy: "quorum", members: ["w1", "w2", "w3"] } as never, reason: "a test" });
    for (const agent of ["w1", "w2", "w3"]) space.agent(agent, { type: "election.observe", group: "roles/c" });
    space.agent("w1", { type: "election.campaign", group: "roles/c" });
    model.reset(space.state);
    const group = model.groups.get("roles/c");
    if (group === undefined) throw new Error("roles/c is not shown");
    expect(edgesOf(group).filter(({ kind }) => kind === "votes")).toMatchObject([{ agent: "agent:w1", yes: true }]);
    expect(runningOf(group.election)).toMatchObject({ what: "ballot on w1" });
  });

  test("colours say who leads: violet where somebody does, amber where nobody does", () => {
    const { model } = led();
    const tone = (group: string) => groupTone(model.groups.get(group) ?? neverShown());
    expect([tone("roles/a"), tone("roles/b")]).toEqual(["lead", "wait"]);
    expect(groupTone(model.groups.get("roles/a") ?? neverShown(), true)).toBe("alert");
    expect([...model.agents.values()].map((node) => agentTone(node))).toEqual(["lead", "idle", "idle"]);
  });

  test("nodes of a protocol of the agents' own lead and follow, too, and their timers stand at their agents", () => {
    const { space, model } = led();
    const view = { protocol: "raft", term: 4, leader: "w1", votedFor: "w1", votes: [], members: ["w1", "w2"], because: "2 of 2" };
    const timer = { what: "election timeout", leftMs: 100, spanMs: 300 };
    space.agent("w1", { type: "node.tell", group: "raft/kv", view: { ...view, role: "leader" } });
    space.agent("w2", { type: "node.tell", group: "raft/kv", view: { ...view, role: "follower", timer } });
    model.reset(space.state);
    model.show(space.state, new Set(["raft/kv"]));
    expect(edgesAt(model, "group:raft/kv").map(({ kind, agent }) => [kind, agent])).toEqual([
      ["leads", "agent:w1"],
      ["campaigns", "agent:w2"],
    ]);
    expect(model.agents.get("w2")?.timer).toEqual({ what: "election timeout", sinceMs: space.nowMs - 200, untilMs: space.nowMs + 100 });
  });
});

describe("which groups are shown", () => {
  function many(count: number): TestSpace {
    const { space } = led();
    const one = space.state.elections.get("roles/a");
    if (one === undefined) throw new Error("no group");
    for (let index = 0; index < count; index++) space.state.elections.set(`shards/s${index}`, { ...one, group: `shards/s${index}` });
    return space;
  }

  test("all, where they are few", () => {
    expect(shownGroups(many(5).state, null, [], 10).size).toBe(7);
    expect(countAllGroups(many(5).state)).toBe(7);
  });

  test("of many those of the selection, of split brains, vacant ones, those that were there, the first", () => {
    const { state } = many(100);
    const found: Finding = { finding: "f", kind: "splitBrain", agents: ["w1"], resources: ["shards/s77"], because: [], sinceMs: 0 };
    state.findings.set("f", found);
    const shown = shownGroups(state, { kind: "group", id: "shards/s50" }, ["shards/s60", "gone"], 6);
    expect([...shown]).toEqual(["shards/s50", "shards/s77", "roles/b", "shards/s60", "roles/a", "shards/s0"]);
    expect([...shownGroups(state, { kind: "agent", id: "w2" }, [], 1)]).toEqual(["roles/a"]);
    expect([...shownGroups(state, { kind: "finding", id: "f" }, [], 1)]).toEqual(["shards/s77"]);
  });
});

function neverShown(): never {
  throw new Error("the group is not shown");
}
