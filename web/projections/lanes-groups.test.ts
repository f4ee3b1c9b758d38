import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TestSpace } from "../../shared/engine/testing/space.ts";
import type { Event } from "../../shared/model/index.ts";
import { type ElectionStep, electionHistory } from "./election-history.fixture.ts";
import { buildLanes, presentOf } from "./lanes.ts";
import { prependLanes } from "./lanes-join.ts";
import { type LaneBounds, type LaneTableView, laneBounds, type RowView, type Segment } from "./lanes-model.ts";
import { LanePacker } from "./lanes-pack.ts";
import { PackedLanes } from "./lanes-packed.ts";
import { segmentWords } from "./lanes-words.ts";

const roomy: LaneBounds = { ...laneBounds, segments: 1e9, segmentsPerRow: 1e9, marksPerLane: 1e9, acts: 1e9 };
const said = ({ reason: _, label, covers, ...segment }: Segment) => segment;
const rowOf = (row: RowView) => Array.from({ length: row.length }, (_, index) => said(row.at(index) as Segment));
const shown = ({ order }: LaneTableView) => order.map(({ key, bars }) => ({ key, bars: bars.map(rowOf) }));
const all = ({ order }: LaneTableView) => order.flatMap(({ bars }) => bars.flatMap(rowOf));

const electionSteps = fc.array(fc.tuple(fc.nat(10), fc.nat(3), fc.nat(2), fc.nat(3_000)) as fc.Arbitrary<ElectionStep>, { minLength: 20, maxLength: 120 });

describe("the lanes of groups", () => {
  test("show each term as long as it lasted, whoever led, and how it ended", () => {
    fc.assert(
      fc.property(electionSteps, (done) => {
        const { events } = electionHistory(done);
        const elected = events.filter((event) => event.type === "leader.elected");
        const ended = new Map(
          events.flatMap((event): [string, { readonly why: string; readonly atMs: number }][] => {
            if (event.type === "leader.ended") return [[event.term, event]];
            return event.type === "leader.elected" && event.after !== undefined ? [[event.after.term, { why: event.after.why, atMs: event.atMs }]] : [];
          }),
        );
        const terms = all(buildLanes(events, null, roomy).groups).filter(({ key }) => key.startsWith("term:"));
        expect(terms.map(({ key, agent, resources, startMs, endMs, end }) => ({ key, agent, group: resources[0], startMs, endMs, end }))).toEqual(
          expect.arrayContaining(
            elected.map(({ leader, group }) => {
              const end = ended.get(leader.term);
              const endMs = end?.atMs ?? Number.POSITIVE_INFINITY;
              return { key: `term:${leader.term}`, agent: leader.agent, group, startMs: leader.sinceMs, endMs, end: end?.why };
            }),
          ),
        );
        expect(terms).toHaveLength(elected.length);
      }),
      { numRuns: 60 },
    );
  });

  test("say at their end what the state says: who leads, where nobody does though somebody would, what is voted on", () => {
    fc.assert(
      fc.property(electionSteps, (done) => {
        const { events, state } = electionHistory(done);
        const lasting = all(buildLanes(events, null, roomy).groups).filter(({ end }) => end === undefined);
        const expected = [...state.elections.values()].flatMap(({ group, leader, ballot, candidates }) => [
          ...(leader === undefined ? [] : [`term:${leader.term}`]),
          ...(leader === undefined && candidates.length > 0 ? [`vacant:${group}`] : []),
          ...(ballot === undefined ? [] : [`ballot:${ballot.ballot}`]),
        ]);
        for (const { group, agent, view } of state.nodes.values()) if (view.role === "leader") expected.push(`node:${agent} ${view.term} ${group}`);
        expect(lasting.map(({ key }) => key).sort()).toEqual(expected.sort());
      }),
      { numRuns: 60 },
    );
  });

  test("are the same in a whole trace, and joined from pages with what lasts at the end", () => {
    fc.assert(
      fc.property(electionSteps, fc.integer({ min: 1, max: 60 }), (done, size) => {
        const { events, state } = electionHistory(done);
        const live = buildLanes(events, null, roomy);
        expect(shown(packed(events, size).groups)).toEqual(shown(live.groups));
        expect(shown(packed(events, size).agents)).toEqual(shown(live.agents));
        const half = Math.floor(events.length / 2);
        const joined = buildLanes(events.slice(half), presentOf(state), roomy);
        if (half > 0) prependLanes(joined, buildLanes(events.slice(0, half), null, roomy), roomy);
        // What a node leads is known from its own word alone: where a page begins in between is as exact as that.
        const terms = (table: LaneTableView) =>
          all(table)
            .filter(({ key }) => key.startsWith("term:"))
            .map(({ key, startMs, endMs, end, agent }) => ({ key, startMs, endMs, end, agent }))
            .sort((one, other) => (one.key < other.key ? -1 : 1));
        expect(terms(joined.groups)).toEqual(terms(live.groups));
      }),
      { numRuns: 60 },
    );
  });

  test("show the terms of nodes that agents run, two who lead at once one below the other, also joined from pages", () => {
    const space = new TestSpace();
    const tell = (agent: string, role: "leader" | "follower", term: number) => {
      space.pass(1_000);
      const view = { protocol: "raft", role, term, leader: agent, votedFor: null, votes: [], members: ["a", "b"], because: "a test" };
      space.agent(agent, { type: "node.tell", group: "log", view });
    };
    for (const agent of ["a", "b"]) space.join(agent);
    for (const [agent, role, term] of [
      ["a", "leader", 1],
      ["b", "follower", 1],
      ["a", "leader", 1],
      ["b", "leader", 2],
      ["a", "follower", 2],
    ] as const)
      tell(agent, role, term);
    space.pass(1_000);
    space.agent("b", { type: "session.leave" });
    const shownOf = (lanes: ReturnType<typeof buildLanes>) =>
      all(lanes.groups).map(({ agent, key, startMs, endMs, startKnown }) => ({ agent, key, startMs, endMs, startKnown }));
    const whole = buildLanes(space.events, null, roomy);
    expect(shownOf(whole)).toEqual([
      { agent: "a", key: "node:a 1 log", startMs: 2_000, endMs: 6_000, startKnown: true },
      { agent: "b", key: "node:b 2 log", startMs: 5_000, endMs: 7_000, startKnown: true },
    ]);
    expect(whole.groups.order.map(({ key, bars }) => [key, bars.length])).toEqual([["log", 2]]);
    const half = space.events.findIndex((event) => event.atMs === 3_000);
    const joined = buildLanes(space.events.slice(half), presentOf(space.state), roomy);
    prependLanes(joined, buildLanes(space.events.slice(0, half), null, roomy), roomy);
    expect(shownOf(joined)).toEqual(shownOf(whole));
  });

  test("a group of a resource's name has a lane of its own", () => {
    const space = new TestSpace();
    space.join("w1");
    space.agent("w1", { type: "election.campaign", group: "repo/main" });
    space.acquire("w1", "repo/main");
    const lanes = buildLanes(space.events, null);
    expect(all(lanes.groups).map(({ kind }) => kind)).toEqual(["leads"]);
    expect(all(lanes.resources).map(({ kind }) => kind)).toEqual(["held-exclusive"]);
    expect(all(lanes.agents).map(({ kind }) => kind)).toEqual(["leads", "held-exclusive"]);
  });

  test("terms, vacancies and ballots are told in words", () => {
    const space = electionHistory([]);
    space.agent("w1", { type: "election.campaign", group: "roles/a" });
    space.agent("w1", { type: "election.campaign", group: "roles/b" });
    space.pass(5_000);
    const term = space.state.elections.get("roles/a")?.leader?.term ?? "";
    space.operator({ type: "election.depose", group: "roles/a", term, reason: "a test" });
    const words = all(buildLanes(space.events, null).groups).map((segment) => segmentWords({ ...segment, reason: "", covers: [], label: "" }, space.nowMs, 0));
    expect(words).toContain(`w1 led roles/a for 5 s, term ${term}; was deposed`);
    expect(words).toContain("nobody leads roles/b for 5 s");
  });
});

function packed(events: readonly Event[], size: number): PackedLanes {
  const packer = new LanePacker();
  const lanes = new PackedLanes();
  for (let at = 0; at < events.length; at += size) {
    for (const event of events.slice(at, at + size)) packer.take(event);
    lanes.append(packer.part());
  }
  return lanes;
}
