import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Finding } from "../../shared/model/index.ts";
import type { State } from "../../shared/state/index.ts";
import { type Filter, parseFilter } from "../app/filter.ts";
import { threeGroups as space } from "./elections.fixture.ts";
import { countGroups, type GroupSort, groupRow, groupSorts, groupsLedByNodes } from "./elections.ts";
import { GroupList } from "./group-list.ts";

const all = parseFilter("");
const nodeView = { protocol: "raft", role: "leader", term: 4, leader: "w1", votedFor: "w1", votes: [], members: ["w1", "w2"], because: "2 of 2" } as const;
const rowsOf = (state: State, filter: Filter, sort: GroupSort = "vacant") => new GroupList().look(state, filter, sort).rows;

describe("the list of groups", () => {
  test("puts first what needs somebody, and says how each stands", () => {
    const rows = rowsOf(space().state, all);
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
    expect(rowsOf(made.state, all)[0]).toMatchObject({ key: "roles/a", status: "splitBrain", split: found });
    made.state.findings.clear();
    expect(rowsOf(made.state, all)[0]?.key).toBe("roles/b");
  });

  test("shows groups in which agents run a protocol of their own, with all their nodes", () => {
    const made = space();
    for (const agent of ["w1", "w2"]) made.agent(agent, { type: "node.tell", group: "raft/kv", view: nodeView });
    const row = groupRow(made.state, "raft/kv");
    expect(row).toMatchObject({ status: "none", election: undefined });
    expect(row?.nodes.map(({ agent }) => agent)).toEqual(["w1", "w2"]);
    expect(rowsOf(made.state, all).at(-1)).toEqual(row);
    expect(groupRow(made.state, "raft/nobody")).toBeUndefined();
    expect(groupsLedByNodes(made.state)).toBe(1);
  });

  test("filters by path, by who leads or campaigns, and by state", () => {
    const { state } = space();
    const keys = (query: string) => rowsOf(state, parseFilter(query)).map(({ key }) => key);
    expect(keys("state:vacant")).toEqual(["roles/b"]);
    expect(keys("state:led")).toEqual(["roles/a"]);
    expect(keys("agent:w3")).toEqual(["roles/a"]);
    expect(keys("path:roles state:frozen")).toEqual(["roles/c"]);
    expect(keys("roles/b")).toEqual(["roles/b"]);
  });

  test("sorts by name, by newest leader, by how many led", () => {
    const { state } = space();
    expect(rowsOf(state, all, "name").map(({ key }) => key)).toEqual(["roles/a", "roles/b", "roles/c"]);
    expect(rowsOf(state, all, "terms")[0]?.key).toBe("roles/a");
  });

  test("is made for ten thousand groups", () => {
    const { state } = space();
    const one = state.elections.get("roles/a");
    if (one === undefined) throw new Error("no group");
    for (let index = 0; index < 10_000; index++) state.elections.set(`shards/s${index}`, { ...one, group: `shards/s${index}` });
    expect(rowsOf(state, all)).toHaveLength(10_003);
    expect(rowsOf(state, parseFilter("path:shards/s77"))).toHaveLength(111);
  });

  test("looked at again it makes anew what changed, and leaves the rest as it is", () => {
    const made = space();
    const list = new GroupList().look(made.state, all, "name");
    const before = list.rows;
    const { keys } = list;
    expect(list.look(made.state, all, "name").rows).toBe(before);
    made.agent("w2", { type: "election.resign", group: "roles/a" });
    const { rows } = list.look(made.state, all, "name");
    expect(rows.map((row, index) => row === before[index])).toEqual([false, true, true]);
    expect(rows[0]?.election?.leader?.agent).toBe("w3");
    // Nothing moved: what is laid out by the keys stays.
    expect(list.keys).toBe(keys);
    made.agent("w1", { type: "election.campaign", group: "roles/d" });
    expect(list.look(made.state, all, "name").keys).toEqual(["roles/a", "roles/b", "roles/c", "roles/d"]);
  });

  test("whatever happened in between, it is the list that one would make anew", () => {
    const groups = ["roles/a", "roles/b", "roles/c", "roles/d"];
    const step = fc.record({
      agent: fc.constantFrom("w1", "w2", "w3", "w4", "w5"),
      group: fc.constantFrom(...groups),
      does: fc.constantFrom("campaign", "resign", "tell", "leave", "freeze", "thaw"),
      sort: fc.constantFrom(...groupSorts),
      query: fc.constantFrom("", "w2", "state:led", "path:roles/c"),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const made = space();
        const list = new GroupList();
        const filters = new Map(["", "w2", "state:led", "path:roles/c"].map((query) => [query, parseFilter(query)]));
        for (const { agent, group, does, sort, query } of steps) {
          if (does === "freeze" || does === "thaw") made.operator({ type: `election.${does}`, group, reason: "a test" });
          else if (does === "leave") made.agent(agent, { type: "session.leave" });
          else if (does === "tell") made.agent(agent, { type: "node.tell", group: "raft/kv", view: nodeView });
          else made.agent(agent, { type: `election.${does}`, group });
          const filter = filters.get(query) ?? all;
          const seen = list.look(made.state, filter, sort);
          expect(seen.rows).toEqual(rowsOf(made.state, filter, sort));
          expect(seen.keys).toEqual(seen.rows.map(({ key }) => key));
        }
      }),
      { numRuns: 60 },
    );
  });
});
