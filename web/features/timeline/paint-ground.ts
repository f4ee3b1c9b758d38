import { ticksOf } from "../../projections/lanes-axis.ts";
import type { LaneView } from "../../projections/lanes-model.ts";
import { newBrush, paintBrush } from "./brush.ts";
import { collectBands } from "./collect-bands.ts";
import { collectRow } from "./collect-rows.ts";
import { laneAt, laneHeight, rowBoxes, trackAt } from "./lane-layout.ts";
import { paintActLines } from "./paint-acts.ts";
import { paintMarks } from "./paint-marks.ts";
import { footHeight, headHeight, type Scale, type Scene, scaleOf, tickGapMs } from "./scene.ts";
import type { Writing } from "./writing.ts";

/**
 * Draws what was held, waited for, planned and done: of a whole trace that is the same wherever the cursor stands. Lanes out
 * of sight and segments out of the range are not looked at. Returns what is to be written on it.
 */
export function paintGround(context: CanvasRenderingContext2D, scene: Scene, showsActLines: boolean): Writing {
  const scale = scaleOf(scene);
  const { gutter, width, height } = scene;
  const lanes = visibleLanes(scene);
  context.save();
  clip(context, gutter, headHeight, width - gutter, height - headHeight - footHeight);
  context.fillStyle = scene.palette.tokens.surface;
  context.fillRect(gutter, headHeight, width - gutter, height - headHeight - footHeight);
  for (const { lane, top } of lanes) paintTrack(context, scene, lane, top);
  paintTickLines(context, scene, scale);
  paintUnknown(context, scene, scale);
  if (showsActLines) paintActLines(context, scene, scale);
  const brush = newBrush();
  for (const { lane, top } of lanes) {
    collectBands(brush, scene, scale, lane, top);
    for (const box of rowBoxes(lane)) collectRow(brush, scene, scale, box, top);
  }
  paintBrush(context, scene, brush);
  for (const { lane, top } of lanes) paintMarks(context, scene, scale, lane, top);
  context.restore();
  return brush.writing;
}

export interface Placed {
  readonly lane: LaneView;
  readonly top: number;
}

/** The lanes that can be seen, with their tops on the canvas. */
export function visibleLanes(scene: Pick<Scene, "layout" | "scrollTop" | "height">): Placed[] {
  const { layout, scrollTop, height } = scene;
  const placed: Placed[] = [];
  if (layout.lanes.length === 0) return placed;
  for (let index = laneAt(layout, scrollTop); index < layout.lanes.length; index++) {
    const top = headHeight + (layout.tops[index] as number) - scrollTop;
    if (top > height - footHeight) break;
    placed.push({ lane: layout.lanes[index] as LaneView, top });
  }
  return placed;
}

export function clip(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  context.beginPath();
  context.rect(x, y, Math.max(0, width), Math.max(0, height));
  context.clip();
}

export function isSelected(scene: Scene, lane: LaneView): boolean {
  return scene.selected?.kind === scene.by && scene.selected.id === lane.key;
}

/** The track that segments stand on; a selected lane is lit. */
function paintTrack(context: CanvasRenderingContext2D, scene: Scene, lane: LaneView, top: number): void {
  const { tokens } = scene.palette;
  const width = scene.width - scene.gutter;
  if (isSelected(scene, lane)) {
    context.fillStyle = tokens.hovered;
    context.fillRect(scene.gutter, top, width, laneHeight(lane));
  }
  context.fillStyle = tokens.line;
  context.fillRect(scene.gutter, Math.round(top + trackAt), width, 1);
}

function paintTickLines(context: CanvasRenderingContext2D, scene: Scene, scale: Scale): void {
  const { edges, height } = scene;
  context.fillStyle = scene.palette.tokens.line;
  for (const tick of ticksOf(scene.axis, edges.left, edges.right, tickGapMs(scene, scale), scene.zoneMs))
    context.fillRect(Math.round(scene.gutter + (tick.place - edges.left) * scale.pxPerMs), headHeight, 1, height - headHeight - footHeight);
}

/** Before the journal began, or where nothing was loaded (striped): neither must look like a quiet fleet. */
function paintUnknown(context: CanvasRenderingContext2D, scene: Scene, scale: Scale): void {
  const { palette, lanes, gutter, height } = scene;
  if (lanes.fromPosition === undefined || lanes.firstMs <= scale.leftMs) return;
  const to = Math.min(scale.xOf(lanes.firstMs), scene.width);
  context.fillStyle = lanes.fromPosition === 0 ? palette.tokens.canvas : palette.unknown;
  context.fillRect(gutter, headHeight, to - gutter, height - headHeight - footHeight);
  context.fillStyle = palette.tokens["line-strong"];
  context.fillRect(Math.round(to), headHeight, 1, height - headHeight - footHeight);
}
