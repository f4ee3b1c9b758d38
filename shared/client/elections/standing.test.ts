import { describe, expect, test } from "vitest";
import { joined, pass, server } from "../testing/scene.ts";
import { group, holding, leaderRecord, leading, openElections, replies, types } from "./testing/group.ts";

openElections();

describe("after a lost connection", () => {
  test("EL-15 holdings tell who leads by now: it, another, or nobody", async () => {
    const { leadership, box } = await leading();
    const observation = await box.observe(group);
    server.holdings.groups = [holding(leaderRecord("7"), { observes: true })];
    server.drop();
    expect(leadership.state).toBe("leading");
    await pass(1_000);
    expect(leadership.state).toBe("leading");
    server.holdings.groups = [holding(leaderRecord("8", "s2", "w2"), { observes: true })];
    server.drop();
    await pass(1_000);
    expect([leadership.state, observation.leader?.agent]).toEqual(["lost", "w2"]);
    server.holdings.groups = [holding(null, { observes: true })];
    server.drop();
    await pass(1_000);
    expect(observation.leader).toBeNull();
  });

  test("a candidacy that was ended meanwhile ends here", async () => {
    const box = await joined();
    const candidacy = await box.campaign(group);
    server.drop();
    await pass(1_000);
    expect(candidacy.endedWhy?.message).toMatch(/while the connection was lost/);
  });

  test("an answer that comes again is not believed: the holdings are asked for", async () => {
    const box = await joined();
    replies["election.campaign"] = undefined;
    const asked = box.campaign(group);
    await pass(0);
    server.drop();
    // It was done before the connection broke, led in term 3, and was deposed since.
    server.holdings.groups = [holding(null)];
    replies["election.campaign"] = { status: "leads", leader: leaderRecord("3") };
    await pass(1_000);
    const candidacy = await asked;
    await pass(0);
    expect(candidacy.leadership).toBeUndefined();
    expect(server.heard.filter(({ event }) => event === "resume")).toHaveLength(2);
  });

  test("what was given back and is still there is given back again", async () => {
    await joined();
    server.holdings.groups = [holding(null, { observes: true })];
    server.drop();
    await pass(1_000);
    expect(types()).toEqual(["election.resign", "election.unobserve"]);
  });
});
