import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildLanes } from "../../projections/lanes.ts";
import { foldedAxis } from "../../projections/lanes-axis.ts";
import { type LanesView, laneBounds } from "../../projections/lanes-model.ts";
import { LanePacker } from "../../projections/lanes-pack.ts";
import { PackedLanes } from "../../projections/lanes-packed.ts";
import { PackedRow } from "../../projections/lanes-packed-row.ts";
import { sampleEvents, takeEvents } from "../../projections/lanes-sample.ts";
import { type Brush, newBrush } from "./brush.ts";
import { collectAlarm } from "./collect-packed.ts";
import { collectRow } from "./collect-rows.ts";
import { layOut, rowBoxes } from "./lane-layout.ts";
import { visibleLanes } from "./paint-ground.ts";
import type { Palette } from "./palette.ts";
import { type Scene, scaleOf } from "./scene.ts";

const events = takeEvents(sampleEvents({ agents: 6, resources: 8, trouble: true, restEvery: 400, restMs: 300_000, seed: 4 }), 6_000);
const live = buildLanes(events, null, { ...laneBounds, segmentsPerRow: 1e9 });
const packer = new LanePacker();
for (const event of events) packer.take(event);
const packed = new PackedLanes();
packed.append(packer.part());
const untilMs = events.at(-1)!.atMs;

function sceneOf(lanes: LanesView, fromMs: number, toMs: number): Scene {
  const axis = foldedAxis(lanes.cuts, lanes.lastMs, untilMs);
  const edges = { left: axis.placeOf(fromMs), right: axis.placeOf(toMs) };
  const base = { width: 900, height: 2_000, gutter: 100, lanes, lastMs: untilMs, layout: layOut(lanes.agents.order), by: "agent", scrollTop: 0, axis } as const;
  const times = { nowMs: untilMs, untilMs, whole: false, position: 0, logical: false, zoneMs: 0 };
  return { ...base, ...times, edges, palette: {} as Palette, selected: null, alerts: new Map(), before: "" };
}

function collected(scene: Scene): Brush {
  const brush = newBrush();
  const scale = scaleOf(scene);
  for (const { lane, top } of visibleLanes(scene)) for (const box of rowBoxes(lane)) collectRow(brush, scene, scale, box, top);
  return brush;
}

/** To a thousandth of a pixel: sums of sums are rounded otherwise. */
const rounded = ({ boxes }: Brush) => Object.fromEntries(Object.entries(boxes).map(([look, numbers]) => [look, numbers.map((one) => Math.round(one * 1e3))]));

describe("a picture of packed rows", () => {
  it("is the one that is drawn when every segment is looked at, at any zoom", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 14, noNaN: true }), (at, zoom) => {
        const spanMs = (untilMs - packed.firstMs) / 2 ** zoom;
        const fromMs = packed.firstMs + at * (untilMs - packed.firstMs - spanMs);
        const [one, other] = [sceneOf(packed, fromMs, fromMs + spanMs), sceneOf(live, fromMs, fromMs + spanMs)];
        const [drawn, expected] = [rounded(collected(one)), rounded(collected(other))];
        for (const look of ["held", "waiting", "shared", "advisory", "away", "frozen", "alert"])
          expect(drawn[look], `${look} at zoom ${zoom}`).toEqual(expected[look]);
      }),
      { numRuns: 60 },
    );
  });

  it("takes as many boxes as it has pixels, not as there are segments", () => {
    const scene = sceneOf(packed, packed.firstMs, packed.firstMs + (untilMs - packed.firstMs) * 400);
    const rows = visibleLanes(scene).flatMap(({ lane }) => rowBoxes(lane)).length;
    const boxes = Object.values(collected(scene).boxes).reduce((sum, numbers) => sum + numbers.length / 4, 0);
    expect(boxes).toBeGreaterThan(0);
    expect(boxes).toBeLessThan(rows * 12);
  });

  it("shows what needs the operator at the cursor, however far out, and only there", () => {
    const held = [...live.resources.order.flatMap((lane) => lane.bars.flat())].find(
      ({ kind, startMs, endMs }) => kind === "held-exclusive" && startMs > packed.firstMs && endMs - startMs > 2_000 && endMs < untilMs,
    )!;
    const scene = { ...sceneOf(packed, packed.firstMs - 1e9, untilMs + 1e9), whole: true, alerts: new Map([[held.fence as string, held.startMs]]) };
    const alarms = (nowMs: number) => {
      const brush = newBrush();
      const at = { ...scene, nowMs };
      for (const { lane, top } of visibleLanes(at))
        for (const box of rowBoxes(lane)) if (box.row instanceof PackedRow) collectAlarm(brush, at, scaleOf(at), { ...box, row: box.row }, top);
      // Nothing else is drawn a second time.
      expect(Object.values(brush.boxes).flat().length - brush.boxes.alert.length).toBeLessThanOrEqual(brush.boxes.alert.length);
      return brush.boxes.alert.length / 4;
    };
    expect(alarms((held.startMs + held.endMs) / 2)).toBe(1);
    expect(alarms(held.startMs - 1)).toBe(0);
    expect(alarms(held.endMs + 1)).toBe(0);
  });
});
