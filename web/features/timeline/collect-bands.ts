import type { Lane, Row, Segment } from "../../projections/lanes-model.ts";
import { firstEndingAfter } from "../../projections/lanes-rows.ts";
import { bandsOver } from "../../projections/lanes-trouble.ts";
import type { Brush } from "./brush.ts";
import { laneHeight, trackAt } from "./lane-layout.ts";
import { concerns, type Scale, type Scene } from "./scene.ts";

/** One that was over at once is still seen. */
const leastPx = 3;
const letterPx = 5.8;
const besidePx = 6;
/** A label looks no further than so many bars for a place beside them. */
const barsLookedAt = 50;

/** Collects the bands over one lane, behind all else on it, with their labels where no bar is in the way. */
export function collectBands(brush: Brush, scene: Scene, scale: Scale, lane: Lane, top: number): void {
  const height = laneHeight(lane) - 1;
  for (const band of bandsOver(scene.lanes, lane, scale.leftMs, scale.rightMs)) {
    if (band.startMs > scene.nowMs) continue;
    const from = Math.max(scale.xOf(band.startMs), scene.gutter - 4);
    const to = Math.min(scale.xOf(Math.min(band.endMs, scene.nowMs)), scene.width + 4);
    const width = Math.max(to - from, leastPx);
    const look = band.kind === "deadlock" ? "deadlock" : "fault";
    brush.boxes[look].push(from, top, width, height);
    if (concerns(scene.selected, band)) brush.outlines.push(from, top, width, height);
    const x = freeX(lane.bars[0], scene, scale, band, Math.max(from, scene.gutter), Math.min(to, scene.width), band.label.length * letterPx);
    if (x !== undefined) brush.labels.push({ text: band.label, x, y: top + trackAt, look });
  }
}

/** The first place within the band where a text of this width stands beside the bars; undefined when there is none. */
function freeX(row: Row | undefined, scene: Scene, scale: Scale, band: Segment, from: number, to: number, width: number): number | undefined {
  let x = from + besidePx;
  if (x + width > to) return undefined;
  if (row === undefined) return x;
  const first = firstEndingAfter(row, Math.max(band.startMs, scale.leftMs));
  for (const bar of row.slice(first, first + barsLookedAt)) {
    if (scale.xOf(bar.startMs) >= x + width + besidePx) return x;
    x = Math.max(x, scale.xOf(Math.min(bar.endMs, scene.nowMs)) + besidePx);
    if (x + width > to) return undefined;
  }
  return row.length > first + barsLookedAt ? undefined : x;
}
