import { describe, expect, it } from "vitest";
import { TestSpace } from "../../shared/engine/testing/space.ts";
import type { Event, EventBody } from "../../shared/model/index.ts";
import { buildLanes, emptyLanes, foldIntoLanes, presentOf } from "./lanes.ts";
import { prependLanes } from "./lanes-join.ts";
import type { Lanes, Segment } from "./lanes-model.ts";
import { bandsOver } from "./lanes-trouble.ts";
import { segmentWords } from "./lanes-words.ts";

const pause = {
  type: "fault.inject" as const,
  kind: "pause" as const,
  target: "w3",
  strength: 1,
  delayMs: 1_000,
  durationMs: 10_000,
  seed: 1,
  reason: "to see",
};

const over = (lanes: Lanes, agent: string): Segment[] => bandsOver(lanes, { by: "agent", key: agent }, 0, Number.POSITIVE_INFINITY);

/** Two that lock two files in opposite orders. */
function deadlocked(automatic: "off" | "live"): TestSpace {
  const space = new TestSpace();
  space.configure("repo", { automatic });
  for (const agent of ["w1", "w2", "w3"]) space.join(agent);
  space.acquire("w1", "repo/a");
  space.acquire("w2", "repo/b");
  space.pass(1_000);
  space.acquire("w1", "repo/b");
  space.acquire("w2", "repo/a");
  return space;
}

const numbered = (bodies: readonly EventBody[]): Event[] => bodies.map((body, index) => ({ ...body, position: index + 1, atMs: 1_000 * (index + 1) }) as Event);

describe("bands of the timeline", () => {
  it("a fault is a band over its target's lane from its beginning to its end, open while it lasts", () => {
    const space = new TestSpace();
    for (const agent of ["w3", "w4"]) space.join(agent);
    space.operator(pause);
    const began = space.nowMs;
    const [band] = over(buildLanes(space.events, null), "w3");
    expect(band).toMatchObject({ label: "fault: pause w3", startMs: began, endMs: Number.POSITIVE_INFINITY, end: undefined });
    expect(over(buildLanes(space.events, null), "w4")).toEqual([]);
    space.pass(10_000);
    const [ended] = over(buildLanes(space.events, null), "w3");
    expect(ended).toMatchObject({ endMs: began + 10_000, end: "healed" });
    expect(segmentWords(ended as Segment, space.nowMs, 0)).toBe("fault: pause w3 for 10 s, then it healed; dana: to see");
  });

  it("a pattern covers several lanes, also of agents that come while it lasts", () => {
    const space = new TestSpace();
    for (const agent of ["w3", "t1"]) space.join(agent);
    space.operator({ ...pause, target: "w*" });
    space.join("w9");
    const lanes = buildLanes(space.events, null);
    expect(["w3", "w9", "t1"].map((agent) => over(lanes, agent).length)).toEqual([1, 1, 0]);
  });

  it("what strikes the server lies over every lane", () => {
    const space = new TestSpace();
    for (const agent of ["w3", "t1"]) space.join(agent);
    space.operator({ ...pause, kind: "stallServer" });
    const lanes = buildLanes(space.events, null);
    expect(["w3", "t1"].map((agent) => over(lanes, agent)[0]?.label)).toEqual(["fault: stall the server", "fault: stall the server"]);
  });

  it("a deadlock is a band over the lanes of its cycle, and of what they wait for, until it is resolved", () => {
    const space = deadlocked("off");
    const lanes = buildLanes(space.events, null);
    expect(over(lanes, "w1")).toEqual(over(lanes, "w2"));
    expect(over(lanes, "w1")).toMatchObject([{ kind: "deadlock", end: undefined, reason: expect.stringContaining("wait for each other") }]);
    expect(bandsOver(lanes, { by: "resource", key: "repo/a" }, 0, space.nowMs)).toHaveLength(1);
    space.pass(3_000);
    space.release("w1", "repo/a");
    expect(over(buildLanes(space.events, null), "w2")).toMatchObject([{ end: "resolved", endMs: space.nowMs }]);
  });

  it("a deadlock that is resolved at once is a mark through all lanes, a band without length, and its victim a mark with words", () => {
    const space = deadlocked("live");
    const lanes = buildLanes(space.events, null);
    expect(lanes.acts.filter(({ kind }) => kind === "deadlock")).toMatchObject([{ label: "deadlock: w2, w1", deadlock: expect.any(String) }]);
    const [band] = over(lanes, "w1");
    expect(band?.endMs).toBe(band?.startMs);
    const marks = lanes.agents.order.flatMap((lane) => lane.marks).filter(({ kind }) => kind === "gaveWay");
    expect(marks).toMatchObject([{ agent: "w2", words: expect.stringContaining("gave way as the victim of deadlock") }]);
  });

  it("what lasts now began before the known events: its band begins when its record says", () => {
    const space = deadlocked("off");
    space.operator(pause);
    const lanes = buildLanes([], presentOf(space.state));
    expect(lanes.bands.map(({ key }) => key.split(":")[0])).toEqual(["fault", "deadlock"]);
    expect(lanes.bands.every(({ startKnown }) => startKnown)).toBe(true);
  });

  it("an end whose beginning is not known yet is whole once an older page is there", () => {
    const space = deadlocked("off");
    space.operator(pause);
    space.pass(5_000);
    space.release("w1", "repo/a");
    space.operator({ type: "fault.stopAll", reason: "enough" });
    const cut = space.events.findIndex(({ type }) => type === "fault.began") + 1;
    const lanes = buildLanes(space.events.slice(cut), null);
    expect(over(lanes, "w3")).toMatchObject([{ startKnown: false, label: "fault: pause w3", end: "stopped" }]);
    prependLanes(lanes, buildLanes(space.events.slice(0, cut), null));
    expect(over(lanes, "w3")).toMatchObject([{ startKnown: true, label: "fault: pause w3", end: "stopped" }]);
    expect(over(lanes, "w1")).toMatchObject([{ kind: "deadlock", end: "resolved" }]);
  });

  it("refused claims, reorderings, wounds and findings are marks that say what happened", () => {
    const who = { session: "s", agent: "w1" };
    const found = { finding: "starvation w1", kind: "starvation" as const, agents: ["w1"], resources: ["repo/a"], because: [], sinceMs: 1 };
    const lanes = emptyLanes();
    for (const event of numbered([
      { type: "claim.refused", ...who, command: "c", resource: "repo/a", fence: "3", holder: "w2" },
      { type: "lock.reordered", ...who, request: 1, rank: 0, before: 2, deadlock: "d1" },
      { type: "lock.dequeued", ...who, request: 1, command: "c", why: "wounded" },
      { type: "lock.dequeued", ...who, request: 2, command: "c", why: "deadline" },
      { type: "finding.raised", found },
    ]))
      foldIntoLanes(lanes, event);
    expect(lanes.agents.byKey.get("w1")?.marks.map(({ kind, words }) => [kind, words])).toEqual([
      ["refused", "w1 claimed repo/a, fence 3, which is w2's"],
      ["moved", "w1 was put before another in the queue, which ended deadlock d1 and cost nobody anything"],
      ["gaveWay", "w1 gave way to an older one that waits for it (wound-wait)"],
      ["finding", "w1 starves at repo/a."],
    ]);
    expect(lanes.resources.byKey.get("repo/a")?.marks.map(({ kind }) => kind)).toEqual(["refused", "finding"]);
  });
});
