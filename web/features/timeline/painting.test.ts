import { describe, expect, it } from "vitest";
import type { Need } from "../../../shared/analysis/attention.ts";
import { TestSpace } from "../../../shared/engine/testing/space.ts";
import { emptyState, evolve } from "../../../shared/state/index.ts";
import { parseFilter } from "../../app/filter.ts";
import { buildLanes } from "../../projections/lanes.ts";
import { plainAxis } from "../../projections/lanes-axis.ts";
import type { Lane, LaneBy, Segment } from "../../projections/lanes-model.ts";
import { sampleEvents, takeEvents } from "../../projections/lanes-sample.ts";
import { isBand } from "../../projections/lanes-segments.ts";
import { bandsOver } from "../../projections/lanes-trouble.ts";
import { alertsOf } from "./alerts.ts";
import { type Brush, newBrush } from "./brush.ts";
import { collectBands, labelsOf } from "./collect-bands.ts";
import { collectRow } from "./collect-rows.ts";
import { selectionAt, underPoint, wordsAt } from "./hover.ts";
import { laneFilter } from "./lane-filter.ts";
import { layOut, rowBoxes } from "./lane-layout.ts";
import { visibleLanes } from "./paint-ground.ts";
import type { Palette } from "./palette.ts";
import { headHeight, type Scene, scaleOf, selects } from "./scene.ts";
import { shorten } from "./writing.ts";

const events = takeEvents(sampleEvents({ agents: 10, resources: 14, seed: 8 }), 4_000);
const lanes = buildLanes(events, null);
const nowMs = events.at(-1)!.atMs + 1_000;

function sceneOf(by: LaneBy, leftMs: number, rightMs: number, more: Partial<Scene> = {}): Scene {
  const layout = layOut(by === "agent" ? lanes.agents.order : lanes.resources.order);
  const base = {
    width: 1_100,
    height: 600,
    gutter: 100,
    lanes,
    lastMs: nowMs,
    layout,
    by,
    scrollTop: 0,
    axis: plainAxis,
    edges: { left: leftMs, right: rightMs },
    nowMs,
    untilMs: nowMs,
    whole: false,
    position: 0,
    logical: false,
    zoneMs: 0,
  };
  return { ...base, palette: {} as Palette, selected: null, alerts: new Map(), before: "", ...more };
}

function collected(scene: Scene): Brush {
  const brush = newBrush();
  const scale = scaleOf(scene);
  for (const { lane, top } of visibleLanes(scene)) for (const box of rowBoxes(lane)) collectRow(brush, scene, scale, box, top);
  return brush;
}

const boxesOf = (brush: Brush) => Object.values(brush.boxes).reduce((sum, boxes) => sum + boxes.length / 4, 0);
const allSegments = (lane: Lane): Segment[] => lane.bars.flat();

describe("drawing the timeline", () => {
  it("looks at visible lanes only", () => {
    const scene = sceneOf("resource", nowMs - 60_000, nowMs, { height: 200 });
    const visible = visibleLanes(scene);
    expect(visible.length).toBeLessThan(scene.layout.lanes.length);
    expect(visible[0]?.top).toBe(headHeight);
  });

  it("merges what is narrower than a pixel: far out there are not more boxes than pixels", () => {
    const far = sceneOf("agent", nowMs - 400 * 3_600_000, nowMs);
    const rows = visibleLanes(far).flatMap(({ lane }) => rowBoxes(lane)).length;
    const pixels = (scaleOf(far).xOf(nowMs) - scaleOf(far).xOf(lanes.firstMs) + 2) * 2;
    expect(boxesOf(collected(far))).toBeLessThanOrEqual(rows * pixels);
    expect(boxesOf(collected(far))).toBeGreaterThan(0);
  });

  it("keeps kinds apart however far out, and never merges what needs the operator", () => {
    const open = [...lanes.open.values()].find((segment) => segment.kind === "held-exclusive")!;
    const far = sceneOf("agent", nowMs - 4_000 * 3_600_000, nowMs, { height: 9_000, alerts: new Map([[open.fence as string, open.startMs]]) });
    const { boxes } = collected(far);
    expect(boxes.alert).toHaveLength(4);
    const lanesWithPlans = lanes.agents.order.filter((lane) => lane.plans.length > 0);
    expect(boxes.intent.length / 4).toBeGreaterThanOrEqual(lanesWithPlans.length);
    const planTops = new Set(
      visibleLanes(far).flatMap(({ lane, top }) =>
        rowBoxes(lane)
          .filter(({ band }) => band === "plan")
          .map((box) => top + box.top),
      ),
    );
    for (let at = 1; at < boxes.waiting.length; at += 4) expect(planTops.has(boxes.waiting[at]!)).toBe(false);
  });

  it("near, draws each segment once where it was", () => {
    const from = nowMs - 20_000;
    const scene = sceneOf("agent", from, nowMs, { height: 4_000 });
    const expected = lanes.agents.order
      .flatMap(allSegments)
      .filter((segment) => segment.kind === "held-exclusive" && Math.min(segment.endMs, nowMs) - segment.startMs > 60 && segment.endMs > from);
    expect(expected.length).toBeGreaterThan(5);
    expect(collected(scene).boxes.held.length / 4).toBeGreaterThanOrEqual(expected.length);
  });

  it("paints a lock that needs the operator from its last sign of progress on", () => {
    const stuck = [...lanes.open.values()].find((segment) => segment.kind === "held-exclusive")!;
    const turnMs = (stuck.startMs + nowMs) / 2;
    const scene = sceneOf("agent", stuck.startMs - 1_000, nowMs, { height: 9_000, alerts: new Map([[stuck.fence as string, turnMs]]) });
    const { alert } = collected(scene).boxes;
    expect(alert).toHaveLength(4);
    expect(alert[0]).toBeCloseTo(scaleOf(scene).xOf(turnMs), 0);
  });

  it("finds under the pointer what it drew there, says it, and selects the other end of it", () => {
    const scene = sceneOf("agent", nowMs - 30_000, nowMs, { height: 4_000 });
    const scale = scaleOf(scene);
    let found = 0;
    for (const { lane, top } of visibleLanes(scene)) {
      for (const { row, band, top: rowTop, height } of rowBoxes(lane)) {
        if (band !== "bar") continue;
        for (const segment of row as readonly Segment[]) {
          const middle = (segment.startMs + Math.min(segment.endMs, nowMs)) / 2;
          if (middle < scale.leftMs || (Math.min(segment.endMs, nowMs) - segment.startMs) * scale.pxPerMs < 8) continue;
          const under = underPoint(scene, scale.xOf(middle), top + rowTop + height / 2);
          expect(under.segment).toBe(segment);
          expect(wordsAt(scene, under).join(" ")).toContain(segment.agent);
          expect(selectionAt(scene, under)).toEqual({ kind: "resource", id: segment.resources[0] });
          found++;
        }
      }
    }
    expect(found).toBeGreaterThan(10);
    expect(selectionAt(scene, underPoint(scene, 20, headHeight + 5))).toEqual({ kind: "agent", id: "w1" });
  });

  it("draws bands behind a lane's own, labels them beside the bars, and finds them where nothing else lies", () => {
    const troubled = takeEvents(sampleEvents({ agents: 10, resources: 14, seed: 8, trouble: true }), 4_000);
    const all = buildLanes(troubled, null);
    const now = troubled.at(-1)!.atMs + 1_000;
    const scene = { ...sceneOf("agent", now - 400_000, now, { height: 4_000 }), lanes: all, layout: layOut(all.agents.order), nowMs: now, lastMs: now };
    const brush = newBrush();
    const scale = scaleOf(scene);
    let found = 0;
    for (const { lane, top } of visibleLanes(scene)) {
      collectBands(brush, scene, scale, lane, top);
      for (const band of bandsOver(all, lane, scale.leftMs, scale.rightMs)) {
        const middle = (Math.max(band.startMs, scale.leftMs) + Math.min(band.endMs, now)) / 2;
        const under = underPoint(scene, scale.xOf(middle), top + 1);
        if (under.segment !== undefined && isBand(under.segment)) {
          expect(wordsAt(scene, under).join(" ")).toMatch(/fault: (pause|lose messages) w|deadlock/);
          found++;
        }
      }
    }
    expect(found).toBeGreaterThan(10);
    expect(brush.boxes.fault.length + brush.boxes.deadlock.length).toBeGreaterThanOrEqual(found * 4);
  });

  it("writes on a band beside the bars, and not at all where they leave no room", () => {
    const space = new TestSpace();
    const from = space.nowMs;
    for (const agent of ["w1", "w2", "w3"]) space.join(agent);
    for (const agent of ["w2", "w3"]) space.acquire(agent, `repo/${agent}`);
    space.operator({ type: "fault.inject", kind: "pause", target: "w*", strength: 1, delayMs: 1_000, durationMs: 60_000, seed: 1, reason: "to see" });
    space.pass(2_000);
    space.release("w2", "repo/w2");
    space.pass(8_000);
    const all = buildLanes(space.events, null);
    const scene = { ...sceneOf("agent", from, space.nowMs), lanes: all, layout: layOut(all.agents.order), nowMs: space.nowMs };
    const scale = scaleOf(scene);
    const brush = newBrush();
    for (const { lane, top } of visibleLanes(scene)) collectBands(brush, scene, scale, lane, top);
    const beside = 6;
    expect(labelsOf(brush.writing, scene, scale).map(({ text, x }) => [text, x])).toEqual([
      ["fault: pause w*", scale.xOf(from) + beside],
      ["fault: pause w*", scale.xOf(from + 2_000) + beside],
    ]);
  });

  it("writes the names of faults that began at once one after the other, none over another", () => {
    const space = new TestSpace();
    const from = space.nowMs;
    space.join("w1");
    for (const kind of ["pause", "slow", "drop"] as const)
      space.operator({ type: "fault.inject", kind, target: "w1", strength: 1, delayMs: 1_000, durationMs: 60_000, seed: 1, reason: "to see" });
    space.pass(30_000);
    const all = buildLanes(space.events, null);
    const scene = { ...sceneOf("agent", from, space.nowMs), lanes: all, layout: layOut(all.agents.order), nowMs: space.nowMs };
    const brush = newBrush();
    for (const { lane, top } of visibleLanes(scene)) collectBands(brush, scene, scaleOf(scene), lane, top);
    const labels = labelsOf(brush.writing, scene, scaleOf(scene));
    expect(labels.map(({ text }) => text)).toEqual(["fault: pause w1", "fault: slow link w1", "fault: lose messages w1"]);
    for (const [index, label] of labels.entries()) {
      const next = labels[index + 1];
      if (next !== undefined && next.y === label.y) expect(next.x).toBeGreaterThan(label.x + 5 * label.text.length);
    }
    // In the head they share one tick, and the pointer reads all of them there.
    const under = underPoint(scene, scaleOf(scene).xOf(from), 2);
    expect(wordsAt(scene, under)).toHaveLength(3);
  });

  it("selects an intent as itself, and on a resource's lane the agent", () => {
    const intent = lanes.agents.order.flatMap((lane) => lane.plans.flat())[0]!;
    expect(selects("agent", intent)).toEqual({ kind: "intent", id: intent.key.slice(7) });
    const hold = lanes.closed.find((segment) => segment.kind === "held-exclusive")!;
    expect(selects("resource", hold)).toEqual({ kind: "agent", id: hold.agent });
  });

  it("shortens a path to what tells it from its neighbours", () => {
    const path = "repo/src/engine/locks.ts";
    const shown = [24, 20, 12, 9, 8, 6, 3].map((letters) => shorten(path, letters));
    expect(shown).toEqual([path, "…/engine/locks.ts", "…/locks.ts", "locks.ts", "locks.ts", "locks…", ""]);
  });

  it("filters lanes by what is true now, and finds an agent that has left by its name", () => {
    const state = emptyState("main");
    for (const event of events) evolve(state, event);
    const keys = (query: string, by: LaneBy) =>
      (by === "agent" ? lanes.agents : lanes.resources).order.filter(laneFilter(parseFilter(query), by, state, events.at(-1)!.atMs)).map(({ key }) => key);
    expect(keys("agent:w10", "agent")).toEqual(["w10"]);
    expect(keys("path:repo/src/part1", "resource").every((key) => key.startsWith("repo/src/part1"))).toBe(true);
    const held = [...new Set([...state.locks.values()].filter((lock) => lock.coolingUntilMs === undefined).map((lock) => lock.resource))].sort();
    expect(keys("state:held", "resource").sort()).toEqual(held);
  });

  it("alerts a stuck lock from the last progress, a lost one from when it was lost", () => {
    const state = emptyState("main");
    for (const event of events) evolve(state, event);
    const lock = [...state.locks.values()].find((one) => one.coolingUntilMs === undefined && state.sessions.has(one.session))!;
    const need = (kind: Need["kind"], sinceMs: number): Need => ({
      id: "n",
      kind,
      subject: { kind: "resource", id: lock.resource },
      agent: lock.agent,
      fence: lock.fence,
      title: "",
      because: [],
      sinceMs,
      waiting: 1,
    });
    const { progressMs } = state.sessions.get(lock.session)!;
    expect(alertsOf([need("stuckHolder", 5)], state).get(lock.fence)).toBe(progressMs);
    expect(alertsOf([need("lostHolder", nowMs)], state).get(lock.fence)).toBe(nowMs);
  });
});
