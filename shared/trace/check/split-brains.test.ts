import { describe, expect, test } from "vitest";
import { TestSpace } from "../../engine/testing/space.ts";
import type { Event, NodeView } from "../../model/index.ts";
import { checkTrace, readTrace, redactTrace, type SplitBrain, splitBrainsIn, traceOf } from "../index.ts";
import { splitBrainText } from "../testing/split-brain.ts";

const group = "repo/main";

/** a led and was deposed, b leads. Returns the old term and the new one. */
function deposed(space: TestSpace): readonly [old: string, present: string] {
  for (const agent of ["a", "b"]) {
    space.join(agent);
    space.agent(agent, { type: "election.campaign", group });
  }
  const term = () => space.state.elections.get(group)?.leader?.term ?? "0";
  const old = term();
  space.nowMs += 5_000;
  space.operator({ type: "election.depose", group, term: old, reason: "test" });
  return [old, term()];
}

function tell(space: TestSpace, agent: string, role: NodeView["role"], term: number): void {
  const view = { protocol: "raft", role, term, leader: null, votedFor: null, votes: [], members: [], because: "test" };
  space.agent(agent, { type: "node.tell", group, view });
}

/** As a check of the trace finds it, and as it is found in the mere events. */
function found(space: TestSpace): SplitBrain[] {
  const open = traceOf({ engine: "test", space: "test", name: "", base: "0".repeat(64) }, undefined, space.decisions);
  const checked = checkTrace(open.trace);
  expect(splitBrainsIn(space.events)).toEqual(checked?.splitBrains);
  return [...(checked?.splitBrains ?? [])];
}

describe("EL-17 a trace tells who believed to lead beside whom", () => {
  test("by what it wrote and said: both with their terms, from when to when, and every signal", () => {
    const space = new TestSpace();
    const [old, term] = deposed(space);
    const deposedMs = space.nowMs;
    space.nowMs += 4_000;
    const sinceMs = space.nowMs;
    space.agent("b", { type: "guard.report", resource: "dist/app", fence: old, highest: term });
    const position = space.events.length;
    space.nowMs += 3_000;
    space.agent("a", { type: "election.assert", group, term: old });
    space.nowMs += 60_000;
    space.agent("b", { type: "election.assert", group, term });
    space.join("later");
    expect(found(space)).toEqual([
      {
        group,
        believers: [
          { agent: "a", term: old, sinceMs },
          { agent: "b", term, sinceMs: deposedMs },
        ],
        signals: [
          expect.stringMatching(/^it wrote to dist\/app under term/),
          expect.stringMatching(/^it said that it leads/),
          expect.stringMatching(/^b leads in term/),
        ],
        position,
        sinceMs,
        untilMs: sinceMs + 3_000 + 10_000,
      },
    ]);
  });

  test("by what its node told, in terms of the protocol; one that lasts has no end", () => {
    const space = new TestSpace();
    for (const agent of ["a", "b"]) space.join(agent);
    tell(space, "a", "leader", 3);
    space.nowMs += 1_000;
    tell(space, "b", "leader", 4);
    for (let second = 0; second < 9; second++) {
      space.nowMs += 1_000;
      tell(space, "a", "leader", 3);
    }
    expect(found(space)).toMatchObject([
      {
        group,
        believers: [
          { agent: "a", term: "3" },
          { agent: "b", term: "4" },
        ],
        untilMs: undefined,
      },
    ]);
  });

  test("by a finding of the host, which heard heartbeats", () => {
    const space = new TestSpace();
    for (const agent of ["a", "b"]) space.join(agent);
    tell(space, "a", "leader", 3);
    tell(space, "b", "leader", 4);
    const body = { finding: `splitBrain a ${group}`, kind: "splitBrain" as const };
    const at = (ms: number, event: object) => ({ position: space.events.length + 1, atMs: space.nowMs + ms, ...event }) as Event;
    space.events.push(
      at(9_000, { type: "finding.raised", found: { ...body, agents: ["a", "b"], resources: [group], because: ["alive"], sinceMs: space.nowMs } }),
    );
    space.events.push(at(20_000, { type: "finding.cleared", ...body, lastedMs: 11_000 }));
    expect(splitBrainsIn(space.events)).toMatchObject([
      {
        believers: [
          { agent: "a", term: "3" },
          { agent: "b", term: "4" },
        ],
        signals: ["alive"],
        sinceMs: space.nowMs + 9_000,
        untilMs: space.nowMs + 20_000,
      },
    ]);
  });

  test("the same in a redacted copy, under its names", () => {
    const { trace } = readTrace(splitBrainText());
    const parts: string[] = [];
    redactTrace(trace, ["names", "resources"], (text) => parts.push(text));
    const redacted = checkTrace(readTrace(parts.join("")).trace);
    const [split, ...more] = checkTrace(trace)?.splitBrains ?? [];
    expect(split?.believers.map(({ agent }) => agent)).toEqual(["w1", "w2"]);
    expect(more).toEqual([]);
    expect(redacted?.splitBrains).toMatchObject([{ position: split?.position, sinceMs: split?.sinceMs, untilMs: split?.untilMs }]);
    expect(redacted?.splitBrains[0]?.believers.map(({ agent }) => agent)).not.toContain("w1");
  });

  test("of two that were elected at once, as only another system's trace can show", () => {
    const space = new TestSpace();
    const [old, term] = deposed(space);
    const elected = space.events.filter(({ type }) => type !== "leader.ended");
    const events = elected.map((event, at) => ({ ...event, position: at + 1, ...(event.type === "leader.elected" && { after: undefined }) }));
    expect(splitBrainsIn(events)).toMatchObject([
      {
        believers: [
          { agent: "a", term: old },
          { agent: "b", term },
        ],
        signals: [expect.stringMatching(/had not ended/), expect.anything()],
      },
    ]);
  });

  test("and of nobody where leaders change as they should, whatever was under way", () => {
    const space = new TestSpace();
    const [old, term] = deposed(space);
    space.nowMs += 800;
    space.agent("b", { type: "guard.report", resource: "dist/app", fence: old, highest: term });
    space.nowMs += 60_000;
    space.join("later");
    expect(found(space)).toEqual([]);
  });
});
