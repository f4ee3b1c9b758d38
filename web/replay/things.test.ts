import { describe, expect, it } from "vitest";
import { TestSpace } from "../../shared/engine/testing/space.ts";
import { sampleEvents, takeEvents } from "../projections/lanes-sample.ts";
import { ThingIndex } from "./things.ts";

const events = takeEvents(sampleEvents({ agents: 6, resources: 9, trouble: true, seed: 8 }), 2_000);
const index = new ThingIndex();
for (const event of events) index.take(event);
const typesOf = (kind: "agent" | "resource", id: string) => new Set(index.positions(kind, id).map((position) => events[position - 1]?.type));

describe("the events of an agent or a resource", () => {
  it("are all that name the agent, in order, each once", () => {
    for (const agent of ["w1", "w4"]) {
      const positions = index.positions("agent", agent);
      expect(positions).toEqual([...new Set(positions)].sort((left, right) => left - right));
      const own = events.filter((event) => "agent" in event && event.agent === agent).map(({ position }) => position);
      expect(positions).toEqual(expect.arrayContaining(own));
      expect(own.length).toBeGreaterThan(20);
    }
    expect([...typesOf("agent", "w1")]).toEqual(
      expect.arrayContaining(["session.joined", "lock.queued", "lock.granted", "lock.released", "deadlock.detected"]),
    );
  });

  it("are those on the resource and below it, the ends of waits too", () => {
    const granted = events.find((event) => event.type === "lock.granted" && event.request !== undefined);
    if (granted?.type !== "lock.granted" || granted.locks[0] === undefined) throw new Error("nobody in the sample waited");
    const { resource } = granted.locks[0];
    expect(index.positions("resource", resource)).toContain(granted.position);
    const above = resource.split("/").slice(0, -1).join("/");
    expect(index.positions("resource", above)).toEqual(expect.arrayContaining(index.positions("resource", resource)));
    const gaveUp = events.find((event) => event.type === "lock.dequeued");
    const asked = events.find((event) => event.type === "lock.queued" && gaveUp?.type === "lock.dequeued" && event.wait.request === gaveUp.request);
    if (gaveUp === undefined || asked?.type !== "lock.queued") throw new Error("nobody in the sample gave up");
    expect(index.positions("resource", asked.wait.wants[0]?.resource ?? "")).toContain(gaveUp.position);
  });

  it("are none for who never was there", () => {
    expect(index.positions("agent", "constructor")).toEqual([]);
    expect(index.positions("resource", "__proto__")).toEqual([]);
  });
});

describe("the events of a group", () => {
  const space = new TestSpace();
  for (const agent of ["w1", "w2"]) {
    space.join(agent);
    for (const group of ["roles/a", "roles/b"]) space.agent(agent, { type: "election.campaign", group });
  }
  space.agent("w1", { type: "election.resign", group: "roles/a" });
  const things = new ThingIndex();
  for (const event of space.events) things.take(event);
  const told = (kind: "group" | "term" | "agent", id: string) => things.positions(kind, id).map((position) => space.events[position - 1]?.type);

  it("are all of that group and of no other", () => {
    expect(things.positions("group", "roles/a")).toEqual(
      space.events.filter((event) => "group" in event && event.group === "roles/a").map(({ position }) => position),
    );
  });

  it("go from leader to leader where one asks for terms", () => {
    expect(told("term", "roles/a")).toEqual(["leader.elected", "leader.ended", "leader.elected"]);
    expect(told("term", "roles/b")).toEqual(["leader.elected"]);
  });

  it("are the terms of agents' own nodes too: where one begins to lead or ceases to, not where it tells the same again", () => {
    const run = new TestSpace();
    const tell = (agent: string, role: "leader" | "follower", term: number) => {
      const view = { protocol: "raft", role, term, leader: agent, votedFor: null, votes: [], members: ["w1", "w2"], because: "a test" };
      run.agent(agent, { type: "node.tell", group: "log", view });
      return run.events.length;
    };
    for (const agent of ["w1", "w2"]) run.join(agent);
    tell("w2", "follower", 1);
    const first = tell("w1", "leader", 1);
    tell("w1", "leader", 1);
    const second = tell("w2", "leader", 2);
    const down = tell("w1", "follower", 2);
    run.agent("w2", { type: "session.leave" });
    const gone = run.events.findLast(({ type }) => type === "session.ended")?.position;
    const whole = new ThingIndex();
    for (const event of run.events) whole.take(event);
    expect(whole.positions("term", "log")).toEqual([first, second, down, gone]);

    // From the middle on: who is not known to have led before is not taken to begin at its next word.
    const unknown = new ThingIndex();
    for (const event of run.events.slice(first)) unknown.take(event);
    expect(unknown.positions("term", "log")).toEqual([down, gone]);
    const known = new ThingIndex([]);
    for (const event of run.events.slice(second - 1)) known.take(event);
    expect(known.positions("term", "log")).toEqual([second, gone]);
  });

  it("count among those of whoever leads and campaigns", () => {
    expect(told("agent", "w2")).toEqual(expect.arrayContaining(["candidate.entered", "leader.elected"]));
  });
});
