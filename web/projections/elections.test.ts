import { describe, expect, test } from "vitest";
import { TestSpace } from "../../shared/engine/testing/space.ts";
import type { Finding } from "../../shared/model/index.ts";
import { parseFilter } from "../app/filter.ts";
import { candidateOrder, countGroups, groupRow, groupRows, groupsLedByNodes, groupsOf } from "./elections.ts";

const all = parseFilter("");

/** w1 to w5 are here; `roles/a` is led by w2, `roles/b` waits for an operator, `roles/c` is frozen and has no leader. */
function space(): TestSpace {
  const made = new TestSpace();
  for (const agent of ["w1", "w2", "w3", "w4", "w5"]) made.join(agent);
  const set = (group: string, settings: object) => made.operator({ type: "election.configure", group, settings: settings as never, reason: "a test" });
  set("roles/a", { policy: "priority", preempt: true });
  set("roles/b", { policy: "operator" });
  for (const [agent, priority] of [
    ["w1", 1],
    ["w2", 7],
    ["w3", 5],
  ] as const)
    made.agent(agent, { type: "election.campaign", group: "roles/a", priority });
  made.agent("w4", { type: "election.campaign", group: "roles/b" });
  made.operator({ type: "election.freeze", group: "roles/c", reason: "a test" });
  made.agent("w5", { type: "election.campaign", group: "roles/c" });
  return made;
}

describe("the list of groups", () => {
  test("puts first what needs somebody, and says how each stands", () => {
    const rows = groupRows(space().state, all);
    expect(rows.map(({ key, status }) => [key, status])).toEqual([
      ["roles/b", "vacant"],
      ["roles/c", "frozen"],
      ["roles/a", "led"],
    ]);
    expect(countGroups(rows)).toMatchObject({ vacant: 1, frozen: 1, led: 1, splitBrain: 0 });
  });

  test("a split brain comes before all else, and goes with its finding", () => {
    const made = space();
    const found: Finding = { finding: "splitBrain roles/a", kind: "splitBrain", agents: ["w2", "w1"], resources: ["roles/a"], because: [], sinceMs: 0 };
    made.state.findings.set(found.finding, found);
    expect(groupRows(made.state, all)[0]).toMatchObject({ key: "roles/a", status: "splitBrain", split: found });
    made.state.findings.clear();
    expect(groupRows(made.state, all)[0]?.key).toBe("roles/b");
  });

  test("shows groups in which agents run a protocol of their own, with all their nodes", () => {
    const made = space();
    const view = { protocol: "raft", role: "leader", term: 4, leader: "w1", votedFor: "w1", votes: [], members: ["w1", "w2"], because: "2 of 2" } as const;
    for (const agent of ["w1", "w2"]) made.agent(agent, { type: "node.tell", group: "raft/kv", view });
    const row = groupRow(made.state, "raft/kv");
    expect(row).toMatchObject({ status: "none", election: undefined });
    expect(row?.nodes.map(({ agent }) => agent)).toEqual(["w1", "w2"]);
    expect(groupRows(made.state, all).at(-1)).toEqual(row);
    expect(groupRow(made.state, "raft/nobody")).toBeUndefined();
    expect(groupsLedByNodes(made.state)).toBe(1);
  });

  test("filters by path, by who leads or campaigns, and by state", () => {
    const { state } = space();
    const keys = (query: string) => groupRows(state, parseFilter(query)).map(({ key }) => key);
    expect(keys("state:vacant")).toEqual(["roles/b"]);
    expect(keys("state:led")).toEqual(["roles/a"]);
    expect(keys("agent:w3")).toEqual(["roles/a"]);
    expect(keys("path:roles state:frozen")).toEqual(["roles/c"]);
    expect(keys("roles/b")).toEqual(["roles/b"]);
  });

  test("sorts by name, by newest leader, by how many led", () => {
    const { state } = space();
    expect(groupRows(state, all, "name").map(({ key }) => key)).toEqual(["roles/a", "roles/b", "roles/c"]);
    expect(groupRows(state, all, "terms")[0]?.key).toBe("roles/a");
  });

  test("keeps the records of what did not change: a row that says the same costs nothing", () => {
    const made = space();
    const before = groupRow(made.state, "roles/b");
    made.agent("w1", { type: "election.resign", group: "roles/a" });
    expect(groupRow(made.state, "roles/b")?.election).toBe(before?.election);
  });

  test("is made for ten thousand groups", () => {
    const { state } = space();
    const one = state.elections.get("roles/a");
    if (one === undefined) throw new Error("no group");
    for (let index = 0; index < 10_000; index++) state.elections.set(`shards/s${index}`, { ...one, group: `shards/s${index}` });
    expect(groupRows(state, all)).toHaveLength(10_003);
    expect(groupRows(state, parseFilter("path:shards/s77"))).toHaveLength(111);
  });
});

describe("candidates", () => {
  const order = (made: TestSpace, group: string) => {
    const election = made.state.elections.get(group);
    if (election === undefined) throw new Error("no such group");
    return candidateOrder(election).map(({ agent }) => agent);
  };

  test("stand in the order in which the policy takes them, the leader first", () => {
    expect(order(space(), "roles/a")).toEqual(["w2", "w3", "w1"]);
  });

  test("who was deposed stands last (EL-12)", () => {
    const made = space();
    const term = made.state.elections.get("roles/a")?.leader?.term ?? "";
    made.operator({ type: "election.depose", group: "roles/a", term, reason: "a test" });
    expect(order(made, "roles/a")).toEqual(["w3", "w1", "w2"]);
  });

  test("an agent leads some groups and campaigns in others", () => {
    const { state } = space();
    const of = (agent: string) => groupsOf(state, state.agents.get(agent) ?? "");
    expect(of("w2").leads.map(({ group }) => group)).toEqual(["roles/a"]);
    expect(of("w3")).toMatchObject({ leads: [], campaigns: [{ group: "roles/a" }] });
    expect(groupsOf(state, "nobody")).toEqual({ leads: [], campaigns: [] });
  });
});
