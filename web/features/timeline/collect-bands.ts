import type { LaneView, RowView, Segment } from "../../projections/lanes-model.ts";
import { firstEndingAfter } from "../../projections/lanes-rows.ts";
import { bandsOver } from "../../projections/lanes-trouble.ts";
import type { Brush } from "./brush.ts";
import { laneHeight, rowBoxes, trackAt } from "./lane-layout.ts";
import { concerns, type Scale, type Scene } from "./scene.ts";
import type { Writing } from "./writing.ts";

/** One that was over at once is still seen. */
const leastPx = 3;
const letterPx = 5.8;
/** Too narrow for any label. */
const leastLabelPx = 30;
const besidePx = 6;
const leastRowPx = 9;
/** A label looks no further than so many bars for a place beside them. */
const barsLookedAt = 50;

/** Collects the bands over one lane, behind all else on it, and notes those that are wide enough for a label. */
export function collectBands(brush: Brush, scene: Scene, scale: Scale, lane: LaneView, top: number): void {
  const height = laneHeight(lane) - 1;
  /** Where the last one that is too narrow to be seen by itself was drawn: one a pixel is enough. */
  let thinX = Number.NEGATIVE_INFINITY;
  for (const band of bandsOver(scene.lanes, lane, scale.leftMs, scale.rightMs)) {
    if (band.startMs > scene.untilMs) continue;
    const from = Math.max(scale.xOf(band.startMs), scene.gutter - 4);
    const to = Math.min(scale.xOf(Math.min(band.endMs, scene.untilMs)), scene.width + 4);
    const width = Math.max(to - from, leastPx);
    const chosen = concerns(scene.selected, band);
    if (to - from < leastPx && !chosen) {
      if (from < thinX + 1) continue;
      thinX = from;
    }
    const look = band.kind === "deadlock" ? "deadlock" : "fault";
    brush.boxes[look].push(from, top, width, height);
    if (chosen) brush.outlines.push(from, top, width, height);
    if (isLabelled(scene, scale, band)) brush.writing.bands.set(`${lane.key} ${band.key}`, { lane, top, band });
  }
}

function isLabelled({ untilMs }: Scene, scale: Scale, { startMs, endMs }: Segment): boolean {
  return scale.xOf(Math.min(endMs, untilMs)) - scale.xOf(startMs) >= leastLabelPx;
}

/** What bands say of themselves. */
export interface BandLabel {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly look: "fault" | "deadlock";
}

/** The labels of the bands that are wide enough, where no bar and no other label is in the way. */
export function labelsOf({ bands }: Writing, scene: Scene, scale: Scale): BandLabel[] {
  const labels: BandLabel[] = [];
  const takenOf = new Map<LaneView, Label[]>();
  for (const { lane, top, band } of [...bands.values()].sort((one, other) => one.band.startMs - other.band.startMs)) {
    const from = Math.max(scale.xOf(band.startMs), scene.gutter);
    const to = Math.min(scale.xOf(Math.min(band.endMs, scene.untilMs)), scene.width);
    if (to - from < leastLabelPx) continue;
    const taken = takenOf.get(lane) ?? [];
    takenOf.set(lane, taken);
    const label = placeOf(lane, scene, scale, band, from, to, taken);
    if (label === undefined) continue;
    taken.push(label);
    labels.push({ text: band.label, x: label.x, y: top + label.y, look: band.kind === "deadlock" ? "deadlock" : "fault" });
  }
  return labels;
}

export function paintLabels(context: CanvasRenderingContext2D, { palette }: Scene, labels: readonly BandLabel[]): void {
  context.font = `600 10px ${palette.tokens.font}`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  for (const { text, x, y, look } of labels) {
    context.fillStyle = palette.tokens[look === "fault" ? "wait-text" : "alert-text"];
    context.fillText(text, x, y + 0.5);
  }
}

interface Label {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Where a band's label stands: in the first of the lane's rows that has room for it beside its bars and the labels before it. */
function placeOf(lane: LaneView, scene: Scene, scale: Scale, band: Segment, from: number, to: number, taken: readonly Label[]): Label | undefined {
  const width = band.label.length * letterPx;
  const after = (y: number) => Math.max(from, ...taken.flatMap((label) => (label.y === y && label.x < to ? [label.x + label.width] : [])));
  if (lane.bars.length === 0) {
    const x = after(trackAt) + besidePx;
    return x + width > to ? undefined : { x, y: trackAt, width };
  }
  for (const box of rowBoxes(lane)) {
    const y = box.top + box.height / 2;
    const x = box.band === "bar" && box.height >= leastRowPx ? freeX(box.row, scene, scale, band, after(y), to, width) : undefined;
    if (x !== undefined) return { x, y, width };
  }
  return undefined;
}

/** The first place within the band where a text of this width stands beside the bars; undefined when there is none. */
function freeX(row: RowView, scene: Scene, scale: Scale, band: Segment, from: number, to: number, width: number): number | undefined {
  let x = from + besidePx;
  if (x + width > to) return undefined;
  const first = firstEndingAfter(row, Math.max(band.startMs, scale.leftMs));
  for (let index = first; index < Math.min(first + barsLookedAt, row.length); index++) {
    const bar = row.at(index) as Segment;
    if (scale.xOf(bar.startMs) >= x + width + besidePx) return x;
    x = Math.max(x, scale.xOf(Math.min(bar.endMs, scene.untilMs)) + besidePx);
    if (x + width > to) return undefined;
  }
  return row.length > first + barsLookedAt ? undefined : x;
}
