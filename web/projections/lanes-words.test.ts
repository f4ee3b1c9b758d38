import { describe, expect, it } from "vitest";
import { buildLanes } from "./lanes.ts";
import type { Segment } from "./lanes-model.ts";
import { sampleEvents, takeEvents } from "./lanes-sample.ts";
import { nextHolder, segmentWords } from "./lanes-words.ts";

const at = Date.UTC(2026, 10, 20, 20, 38, 0);
const held: Segment = {
  key: "lock:1187",
  kind: "held-exclusive",
  agent: "w3",
  covers: [],
  label: "",
  resources: ["repo/src/a.ts"],
  fence: "1187",
  request: null,
  reason: "edit",
  startMs: at,
  position: 0,
  startKnown: true,
  endMs: at + 252_000,
  end: "released",
  count: 1,
};
const say = (change: Partial<Segment>, next?: string) => segmentWords({ ...held, ...change }, at + 300_000, 0, next);
const open = { endMs: Number.POSITIVE_INFINITY, end: undefined };

describe("the timeline in words", () => {
  it("says who held what, how, for how long, and who came next", () => {
    expect(say({}, "w1")).toBe("w3 held repo/src/a.ts exclusively for 4 min 12 s, fence 1187; then w1");
    expect(say(open)).toBe("w3 holds repo/src/a.ts exclusively for 5 min, fence 1187");
    expect(say({ end: "expired" }, "w1")).toBe("w3 held repo/src/a.ts exclusively for 4 min 12 s, fence 1187, until its lease expired; then w1");
    expect(say({ startKnown: false })).toBe("w3 held repo/src/a.ts since before 20:38:00, until 20:42:12, fence 1187");
    expect(say({ kind: "advisory", end: "transferred" }, "w9")).toBe(
      "w3 held repo/src/a.ts at level advisory for 4 min 12 s, fence 1187, then handed over to w9",
    );
  });

  it("says what a wait came to, and what is planned", () => {
    const wait: Partial<Segment> = { kind: "waiting", fence: null, request: 4, resources: ["a", "b", "c"] };
    expect(say({ ...wait, end: "granted" })).toBe("w3 waited for 4 min 12 s for a and 2 more, then got it");
    expect(say({ ...wait, ...open, resources: ["a", "b"] })).toBe("w3 waits for 5 min for a and b");
    expect(say({ kind: "intent", startMs: at + 340_000, endMs: at + 400_000, end: undefined, reason: "refactor" })).toBe(
      "w3 intends repo/src/a.ts from 20:43:40 to 20:44:40, in 40 s: refactor",
    );
    expect(say({ kind: "frozen", agent: null, ...open, reason: "red" })).toBe("repo/src/a.ts is frozen for 5 min: red");
    expect(say({ kind: "crowd", agent: null, resources: [], count: 31, end: "over" })).toBe("up to 31 more at once for 4 min 12 s");
  });

  it("finds the next holder on the resource's lane, wherever it is stacked", () => {
    const events = takeEvents(sampleEvents({ agents: 8, resources: 2, seed: 4, paceMs: 50 }), 2_000);
    const lanes = buildLanes(events, null);
    const holds = lanes.closed.filter((segment) => segment.kind === "held-exclusive" && segment.end === "released");
    expect(holds.length).toBeGreaterThan(20);
    for (const hold of holds) {
      const resource = hold.resources[0] as string;
      const later = [...lanes.closed, ...lanes.open.values()]
        .filter((one) => one !== hold && one.kind.startsWith("held") && one.resources[0] === resource && one.startMs >= hold.endMs)
        .sort((a, b) => a.startMs - b.startMs);
      const expected = later.filter((one) => one.startMs === later[0]?.startMs).map((one) => one.agent);
      const found = nextHolder(lanes.resources.byKey.get(resource), hold);
      if (expected.length === 0) expect(found).toBeUndefined();
      else expect(expected).toContain(found);
    }
  });
});
