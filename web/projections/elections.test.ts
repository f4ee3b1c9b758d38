import { describe, expect, test } from "vitest";
import { threeGroups as space } from "./elections.fixture.ts";
import { candidateOrder, groupsOf } from "./elections.ts";

describe("candidates", () => {
  const order = (made: ReturnType<typeof space>, group: string) => {
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
