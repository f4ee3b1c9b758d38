import { describe, expect, it } from "vitest";
import { buildLanes } from "../../projections/lanes.ts";
import type { Segment } from "../../projections/lanes-model.ts";
import { sampleEvents, takeEvents } from "../../projections/lanes-sample.ts";
import { isBusy, laneAt, laneHeight, layOut, rowBoxes, segmentAt } from "./lane-layout.ts";

const events = takeEvents(sampleEvents({ agents: 12, resources: 8, seed: 2 }), 3_000);
const lanes = buildLanes(events, null);
const nowMs = events.at(-1)!.atMs;

describe("the layout of lanes", () => {
  it("stacks lanes without gaps and finds each by its height", () => {
    const layout = layOut(lanes.resources.order);
    for (const [index, lane] of layout.lanes.entries()) {
      const top = layout.tops[index]!;
      expect(layout.tops[index + 1]! - top).toBe(laneHeight(lane));
      expect(laneAt(layout, top)).toBe(index);
      expect(laneAt(layout, layout.tops[index + 1]! - 0.5)).toBe(index);
    }
    expect(laneAt(layout, -50)).toBe(0);
    expect(laneAt(layout, 1e9)).toBe(layout.lanes.length - 1);
  });

  it("keeps every row inside of its lane, and rows of work apart from each other", () => {
    for (const lane of [...lanes.resources.order, ...lanes.agents.order]) {
      const boxes = rowBoxes(lane).filter((box, index, all) => box.band !== "backdrop" && all[index - 1]?.top !== box.top);
      for (const [index, box] of boxes.entries()) {
        expect(box.top + box.height).toBeLessThanOrEqual(laneHeight(lane));
        if (index > 0) expect(box.top).toBeGreaterThanOrEqual(boxes[index - 1]!.top + boxes[index - 1]!.height);
      }
    }
  });

  it("knows which lanes are busy in a time: just those with something in it", () => {
    const [fromMs, toMs] = [nowMs - 5_000, nowMs - 2_000];
    for (const lane of [...lanes.resources.order, ...lanes.agents.order]) {
      const within = [...lane.bars, ...lane.plans, ...lane.backdrop].flat().some((segment) => segment.startMs <= toMs && segment.endMs > fromMs);
      const marked = lane.marks.some((mark) => mark.atMs >= fromMs && mark.atMs <= toMs);
      expect(isBusy(lane, fromMs, toMs)).toBe(within || marked);
    }
  });

  it("finds every segment under its own middle", () => {
    let found = 0;
    for (const lane of [...lanes.agents.order, ...lanes.resources.order]) {
      for (const { row, band, top, height } of rowBoxes(lane)) {
        if (band === "backdrop" || band === "plan") continue;
        for (const segment of row as readonly Segment[]) {
          const end = Math.min(segment.endMs, nowMs);
          if (end <= segment.startMs) continue;
          const middle = (segment.startMs + end) / 2;
          expect(segmentAt(lane, top + height / 2, middle, middle, nowMs)).toBe(segment);
          found++;
        }
      }
    }
    expect(found).toBeGreaterThan(500);
  });
});
