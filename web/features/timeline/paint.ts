import { formatDuration } from "../../../shared/analysis/words.ts";
import { ticksOf } from "../../projections/lanes-axis.ts";
import type { Cut, LaneView } from "../../projections/lanes-model.ts";
import { newBrush, paintBrush, shorten } from "./brush.ts";
import { collectBands } from "./collect-bands.ts";
import { collectRow } from "./collect-rows.ts";
import { laneAt, laneHeight, rowBoxes, trackAt } from "./lane-layout.ts";
import { paintActLines, paintActs } from "./paint-acts.ts";
import { paintArrows } from "./paint-arrows.ts";
import { paintMarks } from "./paint-marks.ts";
import { footHeight, headHeight, type Scale, type Scene, scaleOf, stepMs, stepText } from "./scene.ts";

const tickGapPx = 90;

/** Draws one whole picture. Lanes out of sight and segments out of the range are not looked at. */
export function paint(context: CanvasRenderingContext2D, scene: Scene): void {
  const scale = scaleOf(scene);
  const { width, height, palette } = scene;
  context.fillStyle = palette.tokens.surface;
  context.fillRect(0, 0, width, height);
  const lanes = visibleLanes(scene);

  context.save();
  clip(context, 0, headHeight, width, height - headHeight - footHeight);
  for (const { lane, top } of lanes) paintLaneGround(context, scene, lane, top);
  context.restore();

  context.save();
  clip(context, scene.gutter, 0, width - scene.gutter, height);
  paintTicks(context, scene, scale);
  paintUnknown(context, scene, scale);
  paintActLines(context, scene, scale);
  context.restore();

  context.save();
  clip(context, scene.gutter, headHeight, width - scene.gutter, height - headHeight - footHeight);
  const brush = newBrush();
  for (const { lane, top } of lanes) {
    collectBands(brush, scene, scale, lane, top);
    for (const box of rowBoxes(lane)) collectRow(brush, scene, scale, box, top);
  }
  paintBrush(context, scene, brush);
  for (const { lane, top } of lanes) paintMarks(context, scene, scale, lane, top);
  if (scene.whole) paintLater(context, scene, scale);
  paintArrows(context, scene, scale);
  context.restore();

  context.save();
  clip(context, scene.gutter, 0, width - scene.gutter, height);
  paintCuts(context, scene, scale);
  paintActs(context, scene, scale);
  paintNow(context, scene, scale);
  context.restore();
  paintNames(context, scene, lanes);
}

interface Placed {
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

function clip(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  context.beginPath();
  context.rect(x, y, Math.max(0, width), Math.max(0, height));
  context.clip();
}

function isSelected(scene: Scene, lane: LaneView): boolean {
  return scene.selected?.kind === scene.by && scene.selected.id === lane.key;
}

/** The track that segments stand on; a selected lane is lit. */
function paintLaneGround(context: CanvasRenderingContext2D, scene: Scene, lane: LaneView, top: number): void {
  const { tokens } = scene.palette;
  if (isSelected(scene, lane)) {
    context.fillStyle = tokens.hovered;
    context.fillRect(0, top, scene.width, laneHeight(lane));
    context.fillStyle = tokens.focus;
    context.fillRect(0, top, 2, laneHeight(lane));
  }
  context.fillStyle = tokens.line;
  context.fillRect(scene.gutter, Math.round(top + trackAt), scene.width - scene.gutter, 1);
}

function paintTicks(context: CanvasRenderingContext2D, scene: Scene, scale: Scale): void {
  const { tokens } = scene.palette;
  const { edges, height } = scene;
  context.font = `11px ${tokens.mono}`;
  context.textBaseline = "middle";
  context.textAlign = "center";
  const taken = cutLabels(context, scene, scale);
  for (const tick of ticksOf(scene.axis, edges.left, edges.right, Math.max(tickGapPx / scale.pxPerMs, scene.logical ? stepMs : 0), scene.zoneMs)) {
    const x = Math.round(scene.gutter + (tick.place - edges.left) * scale.pxPerMs);
    context.fillStyle = tokens.line;
    context.fillRect(x, headHeight, 1, height - headHeight - footHeight);
    const text = scene.logical ? stepText(tick.ms) : tick.label;
    const half = context.measureText(text).width / 2;
    if (x - half < scene.gutter || x + half > scene.width) continue;
    if (taken.some((label) => Math.abs(label.x - x) < label.half + half + 6)) continue;
    context.fillStyle = tokens["text-3"];
    context.fillText(text, x, height - footHeight / 2);
  }
  if (scene.logical) paintLogical(context, scene);
  for (const { x, text } of taken) {
    context.fillStyle = tokens["text-2"];
    context.fillText(text, x, height - footHeight / 2);
  }
}

/** Two that stand at one step, or one after the other, may still have happened at once. */
function paintLogical(context: CanvasRenderingContext2D, { palette, width }: Scene): void {
  context.textAlign = "right";
  context.fillStyle = palette.tokens["text-2"];
  context.fillText("steps, not times: across lanes only arrows say what came first", width - 10, headHeight / 2);
  context.textAlign = "center";
}

/** How much quiet time each cut leaves out, as far as there is room to say so. */
function cutLabels(context: CanvasRenderingContext2D, scene: Scene, scale: Scale): { readonly x: number; readonly half: number; readonly text: string }[] {
  const labels: { x: number; half: number; text: string }[] = [];
  let free = scene.gutter;
  for (const cut of visibleCuts(scene, scale)) {
    const [amount, unit] = formatDuration(cut.toMs - cut.fromMs).split(" ");
    const text = `${amount} ${unit}`;
    const half = context.measureText(text).width / 2;
    const x = Math.round(scale.xOf(cut.toMs));
    if (x - half < free || x + half > scene.width) continue;
    free = x + half + 8;
    labels.push({ x, half, text });
  }
  return labels;
}

function visibleCuts(scene: Scene, scale: Scale): Cut[] {
  return scene.axis.cuts.filter((cut) => cut.toMs >= scale.leftMs && cut.fromMs <= scale.rightMs);
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
  if (scene.before === "") return;
  context.font = `11px ${palette.tokens.font}`;
  context.textBaseline = "middle";
  const width = context.measureText(scene.before).width;
  if (to - gutter < width + 16) return;
  context.textAlign = "right";
  context.fillStyle = palette.tokens.surface;
  context.fillRect(to - width - 14, 1, width + 8, headHeight - 2);
  context.fillStyle = palette.tokens["text-3"];
  context.fillText(scene.before, to - 10, headHeight / 2);
}

/** A torn strip where quiet time was left out. */
function paintCuts(context: CanvasRenderingContext2D, scene: Scene, scale: Scale): void {
  const { tokens } = scene.palette;
  const bottom = scene.height - footHeight;
  let lastX = Number.NEGATIVE_INFINITY;
  for (const cut of visibleCuts(scene, scale)) {
    const x = Math.round(scale.xOf(cut.toMs));
    if (x - lastX < 5) continue;
    lastX = x;
    context.fillStyle = tokens.surface;
    context.fillRect(x - 2, headHeight, 5, bottom - headHeight);
    context.strokeStyle = tokens["line-strong"];
    context.lineWidth = 1;
    context.beginPath();
    for (const side of [-2.5, 2.5]) {
      for (let y = headHeight, turn = 0; y <= bottom; y += 4, turn++) {
        const turnX = x + 0.5 + side + (turn % 2 === 0 ? -1 : 1);
        if (turn === 0) context.moveTo(turnX, y);
        else context.lineTo(turnX, y);
      }
    }
    context.stroke();
  }
}

/** What has not happened yet at the cursor stands back a little; behind the end there is nothing. */
function paintLater(context: CanvasRenderingContext2D, scene: Scene, scale: Scale): void {
  const { tokens } = scene.palette;
  const height = scene.height - headHeight - footHeight;
  const from = Math.max(scale.xOf(scene.nowMs), scene.gutter);
  const to = Math.min(scale.xOf(scene.untilMs), scene.width);
  context.globalAlpha = 0.42;
  context.fillStyle = tokens.surface;
  if (to > from) context.fillRect(from, headHeight, to - from, height);
  context.globalAlpha = 1;
  if (to >= scene.width) return;
  context.fillStyle = tokens.canvas;
  context.fillRect(Math.max(to, scene.gutter), headHeight, scene.width - to, height);
  context.fillStyle = tokens["line-strong"];
  context.fillRect(Math.round(to), headHeight, 1, height);
}

/** The present; in the past the cursor, in the colour that the scrubber gives it. */
function paintNow(context: CanvasRenderingContext2D, scene: Scene, scale: Scale): void {
  const x = Math.round(scale.xOf(scene.nowMs));
  if (x < scene.gutter || x > scene.width) return;
  context.fillStyle = scene.palette.tokens[scene.whole ? "focus" : "hold"];
  context.fillRect(x - 1, 4, 2, scene.height - footHeight - 4);
  context.beginPath();
  context.arc(x, 5, 3, 0, Math.PI * 2);
  context.fill();
}

/** The lanes' names, the ends of long paths; who is selected stands out. */
function paintNames(context: CanvasRenderingContext2D, scene: Scene, lanes: readonly Placed[]): void {
  const { tokens } = scene.palette;
  context.save();
  clip(context, 0, headHeight, scene.gutter, scene.height - headHeight - footHeight);
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.font = `12px ${tokens.mono}`;
  const letters = Math.floor((scene.gutter - 26) / context.measureText("0").width);
  for (const { lane, top } of lanes) {
    const chosen = isSelected(scene, lane);
    context.font = `${chosen ? 600 : 400} 12px ${tokens.mono}`;
    context.fillStyle = chosen ? tokens.text : tokens["text-2"];
    context.fillText(shorten(lane.key, Math.max(5, letters)), scene.gutter - 12, top + trackAt + 0.5);
  }
  context.restore();
}
