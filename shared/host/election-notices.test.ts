import { afterEach, describe, expect, test } from "vitest";
import { TestSpace } from "../engine/testing/space.ts";
import { defaultElectionSettings } from "../model/index.ts";
import type { Notice } from "../protocol/index.ts";
import { plant, unplant } from "../state/index.ts";
import { noticesOf } from "./notices.ts";
import { groupsOf } from "./standings.ts";

afterEach(unplant);

/** What a step tells whom, as `session: what`, in the order in which it is told. */
function told(space: TestSpace, step: () => unknown): string[] {
  const after = space.state.position;
  step();
  const heard: string[] = [];
  for (const event of space.events)
    if (event.position > after) noticesOf(space.state, event, (session, notice) => heard.push(`${session}: ${inWords(notice)}`));
  return heard;
}

function inWords(notice: Notice): string {
  switch (notice.type) {
    case "leader":
      return `${notice.leader?.agent ?? "nobody"}${notice.ended ? ` after ${notice.ended.agent} (${[notice.ended.why, notice.ended.by].filter(Boolean).join(" by ")})` : ""}`;
    case "ballot":
      return `ballot ${notice.ballot.ballot} on ${notice.ballot.agent}`;
    case "ballotEnded":
      return `ballot on ${notice.agent} ended (${notice.why})`;
    case "candidacyEnded":
      return `out: ${notice.why} by ${notice.by}: ${notice.reason}`;
    case "message":
      return `${notice.from} says ${notice.body}`;
    case "proclaimed":
      return `proclaimed ${notice.value} in term ${notice.term}`;
    default:
      return notice.type;
  }
}

function spaceOf(...agents: string[]): TestSpace {
  const space = new TestSpace();
  for (const agent of agents) space.join(agent);
  return space;
}

const campaign = (space: TestSpace, agent: string, more: object = {}) => space.agent(agent, { type: "election.campaign", group: "g", ...more });
const observe = (space: TestSpace, agent: string) => space.agent(agent, { type: "election.observe", group: "g" });

describe("EL-15 who leads is told to whom it concerns, once for each change", () => {
  test("candidates and observers hear of a leader, others do not", () => {
    const space = spaceOf("a", "b", "c", "d");
    observe(space, "c");
    expect(told(space, () => campaign(space, "a"))).toEqual(["s-a: a", "s-c: a"]);
    expect(told(space, () => campaign(space, "b"))).toEqual([]);
    expect(told(space, () => space.agent("a", { type: "election.proclaim", group: "g", term: "1", value: "v2" }))).toEqual(
      ["s-a", "s-b", "s-c"].map((session) => `${session}: proclaimed v2 in term 1`),
    );
    expect(told(space, () => space.agent("a", { type: "election.handOver", group: "g", term: "1", to: "b" }))).toEqual(
      ["s-a", "s-b", "s-c"].map((session) => `${session}: b after a (handedOver)`),
    );
  });

  test("who leads no more hears it though it has left the group, and not when its session is over", () => {
    const space = spaceOf("a", "b");
    campaign(space, "a");
    campaign(space, "b");
    expect(told(space, () => space.agent("a", { type: "election.resign", group: "g" }))).toEqual([
      "s-b: nobody after a (resigned)",
      "s-a: nobody after a (resigned)",
      "s-b: b",
    ]);
    campaign(space, "a");
    expect(told(space, () => space.agent("b", { type: "session.leave" }))).toEqual(["s-a: nobody after b (left)", "s-a: a"]);
  });

  test("a candidate that is put out hears by whom and why", () => {
    const space = spaceOf("a", "b");
    campaign(space, "a");
    campaign(space, "b");
    const heard = told(space, () => space.operator({ type: "election.block", group: "g", agent: "a", reason: "bad build" }));
    expect(heard).toEqual(["s-b: nobody after a (blocked by dana)", "s-a: nobody after a (blocked by dana)", "s-a: out: blocked by dana: bad build", "s-b: b"]);
    const settings = { ...defaultElectionSettings, roles: ["merger"] };
    const ineligible = told(space, () => space.operator({ type: "election.configure", group: "g", settings, reason: "mergers only" }));
    expect(ineligible).toContain("s-b: out: ineligible by dana: mergers only");
  });

  test("members that campaign or observe are asked in a ballot", () => {
    const space = spaceOf("a", "b", "c", "d");
    observe(space, "b");
    observe(space, "d");
    const heard = told(space, () => campaign(space, "a", { settings: { policy: "quorum", members: ["a", "b", "c"] } }));
    expect(heard).toEqual(["s-a: ballot 1 on a", "s-b: ballot 1 on a"]);
    expect(groupsOf(space.state, "s-b")).toMatchObject([{ group: "g", campaigns: false, observes: true, leader: null, ballot: { ballot: "1", yes: ["a"] } }]);
    expect(groupsOf(space.state, "s-d")).toMatchObject([{ group: "g", observes: true, leader: null, ballot: { electorate: ["a", "b", "c"] } }]);
    expect(told(space, () => space.agent("b", { type: "election.vote", group: "g", ballot: "1", yes: true }))).toEqual(["s-a: a", "s-b: a", "s-d: a"]);
    expect(told(space, () => space.pass(2_000))).toEqual([]);
    campaign(space, "d");
    expect(told(space, () => space.agent("a", { type: "election.handOver", group: "g", term: "1", to: "d" }))).toEqual([
      "s-a: ballot 2 on d",
      "s-b: ballot 2 on d",
    ]);
    expect(told(space, () => space.pass(2_000))).toEqual([
      "s-a: ballot on d ended (timeout)",
      "s-d: ballot on d ended (timeout)",
      "s-b: ballot on d ended (timeout)",
    ]);
  });

  test("holdings tell after a resume what notices told: the last leader told to a session is the one in its holdings", () => {
    const space = spaceOf("a", "b", "c");
    observe(space, "c");
    const steps = [
      () => campaign(space, "a"),
      () => campaign(space, "b"),
      () => space.operator({ type: "election.depose", group: "g", term: "1", reason: "stuck" }),
      () => space.agent("b", { type: "session.leave" }),
      () => space.operator({ type: "election.block", group: "g", agent: "a", reason: "no" }),
    ];
    for (const step of steps) {
      const last = told(space, step).findLast((each) => each.startsWith("s-c"));
      const leader = groupsOf(space.state, "s-c")[0]?.leader;
      if (last !== undefined) expect(last.slice(5).split(" ")[0]).toBe(leader?.agent ?? "nobody");
      expect(leader).toEqual(space.state.elections.get("g")?.leader ?? null);
    }
  });

  test("the planted mistake keeps observers in the dark", () => {
    const space = spaceOf("a", "c");
    observe(space, "c");
    plant("leaderUntold");
    expect(told(space, () => campaign(space, "a"))).toEqual(["s-a: a"]);
  });
});

test("EL-18 a message reaches the agent it is for, and nobody else", () => {
  const space = spaceOf("a", "b", "c");
  const say = (to: string) => space.agent("a", { type: "message.send", group: "g", to, kind: "k", body: `hello ${to}` });
  expect(told(space, () => [say("b"), say("c"), say("b")])).toEqual(["s-b: a says hello b", "s-c: a says hello c", "s-b: a says hello b"]);
  expect(say("nobody").error?.code).toBe("notFound");
});
