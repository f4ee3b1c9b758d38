import { describe, expect, test } from "vitest";
import type { Ballot } from "../../model/index.ts";
import { joined, pass, server } from "../testing/scene.ts";
import { elect, end, group, holding, openElections, types } from "./testing/group.ts";

openElections();

describe("an observation", () => {
  test("tells who leads, each change, and what is proclaimed; the last one to stop takes it back", async () => {
    const box = await joined();
    const [one, two] = [await box.observe(group), await box.observe(group)];
    const heard: string[] = [];
    one.onChange((leader) => heard.push(`${leader?.agent ?? "nobody"} ${leader?.value ?? ""}`));
    elect("3", "s2", "w2");
    elect("3", "s2", "w2");
    server.notify({ type: "proclaimed", group, term: "3", value: "v1" }, { type: "proclaimed", group, term: "2", value: "v0" });
    end("3");
    expect(heard).toEqual(["w2 ", "w2 v1", "nobody "]);
    await one.stop();
    await one.stop();
    expect(types()).toEqual(["election.observe", "election.observe"]);
    await two[Symbol.asyncDispose]();
    expect(types().at(-1)).toBe("election.unobserve");
    elect("4", "s2", "w2");
    expect(two.leader).toBeNull();
  });

  test("iterates over the newest: first who leads now", async () => {
    const box = await joined();
    const observation = await box.observe(group);
    const iterator = observation[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual({ done: false, value: null });
    elect("3", "s2", "w2");
    elect("4", "s3", "w3");
    expect((await iterator.next()).value).toMatchObject({ term: "4" });
    const next = iterator.next();
    await observation.stop();
    expect((await next).done).toBe(true);
  });
});

describe("EL-11 a ballot", () => {
  const ballot = (number: string, more: Partial<Ballot> = {}): Ballot => ({
    ballot: number,
    session: "s2",
    agent: "w2",
    electorate: ["w1", "w2"],
    need: 2,
    yes: ["w2"],
    no: [],
    sinceMs: 0,
    untilMs: 2_000,
    ...more,
  });
  const votes = () => server.commands.flatMap((command) => (command.type === "election.vote" ? [[command.ballot, command.yes]] : []));

  test("is answered once with yes, by a notice or by the holdings, unless one decides otherwise", async () => {
    const box = await joined();
    await box.observe(group);
    server.notify({ type: "ballot", group, ballot: ballot("3") });
    server.notify({ type: "ballot", group, ballot: ballot("3") });
    await pass(0);
    expect(votes()).toEqual([["3", true]]);
    const back = box.onBallot(async ({ agent }) => agent !== "w2");
    server.holdings.groups = [holding(null, { campaigns: false, observes: true, ballot: ballot("4") })];
    server.drop();
    await pass(1_000);
    expect(votes()).toEqual([
      ["3", true],
      ["4", false],
    ]);
    back();
    server.notify({ type: "ballot", group, ballot: ballot("5") }, { type: "ballot", group, ballot: ballot("6", { yes: ["w1"] }) });
    await pass(0);
    expect(votes().at(-1)).toEqual(["5", true]);
  });
});
