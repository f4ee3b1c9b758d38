import { execute } from "../../engine/index.ts";
import { TestSpace } from "../../engine/testing/space.ts";
import type { EngineCommand, Finding } from "../../model/index.ts";
import { genesis, traceOf } from "../index.ts";
import { textOf } from "./journals.ts";

/** A trace in which w1 leads in term 1, is deposed, and four seconds later speaks under that term while w2 leads in term 2. */
export function splitBrainText(): string {
  const space = new TestSpace();
  const group = "repo/main";
  for (const agent of ["w1", "w2"]) {
    space.join(agent);
    space.agent(agent, { type: "election.campaign", group });
  }
  space.nowMs += 5_000;
  space.operator({ type: "election.depose", group, term: "1", reason: "too slow" });
  space.nowMs += 4_000;
  space.agent("w1", { type: "election.assert", group, term: "1" });
  // As its host finds it, and takes it back.
  const { nowMs } = space;
  const found: Finding = {
    ...{ finding: `splitBrain ${group} w1`, kind: "splitBrain", agents: ["w1", "w2"], resources: [group] },
    ...{ because: ["it said that it leads in term 1, which had ended 4 s before"], sinceMs: nowMs },
  };
  report(space, nowMs + 1_000, [found], []);
  report(space, nowMs + 10_000, [], [found.finding]);
  space.nowMs += 20_000;
  space.join("w3");
  return textOfSpace(space, "two leaders");
}

/** What a host writes down of what its detectors think. */
function report(space: TestSpace, atMs: number, raised: Finding[], cleared: string[]): void {
  space.nowMs = atMs;
  const command: EngineCommand = { from: "system", nowMs: atMs, command: { type: "finding.report", raised, cleared } };
  const { events } = execute(space.state, command);
  space.events.push(...events);
  space.decisions.push({ command, events });
}

/** A trace in which nodes of agents lead the group log one after the other: w1 from position 3, w2 from 5 on. */
export function nodeTermsText(): string {
  const space = new TestSpace();
  for (const agent of ["w1", "w2"]) space.join(agent);
  for (const [agent, role, term] of [
    ["w1", "leader", 1],
    ["w1", "leader", 1],
    ["w2", "leader", 2],
    ["w1", "follower", 2],
    ["w2", "leader", 2],
  ] as const) {
    space.nowMs += 1_000;
    const view = { protocol: "raft", role, term, leader: agent, votedFor: null, votes: [], members: ["w1", "w2"], because: "a test" };
    space.agent(agent, { type: "node.tell", group: "log", view });
  }
  return textOfSpace(space, "terms of nodes");
}

function textOfSpace(space: TestSpace, name: string): string {
  return textOf(traceOf({ engine: "test", space: "test", name, base: genesis("test") }, undefined, space.decisions).trace);
}
