import { formatDuration } from "../../../shared/analysis/words.ts";
import { ticksOf } from "../../projections/lanes-axis.ts";
import type { Cut } from "../../projections/lanes-model.ts";
import { PackedRow } from "../../projections/lanes-packed-row.ts";
import { newBrush, paintBrush } from "./brush.ts";
import { labelsOf, paintLabels } from "./collect-bands.ts";
import { collectAlarm } from "./collect-packed.ts";
import { laneHeight, rowBoxes, trackAt } from "./lane-layout.ts";
import { actLinesShown, paintActs } from "./paint-acts.ts";
import { paintArrows } from "./paint-arrows.ts";
import { clip, isSelected, type Placed, paintGround, visibleLanes } from "./paint-ground.ts";
import { footHeight, headHeight, type Scale, type Scene, scaleOf, stepText, tickGapMs } from "./scene.ts";
import { textWidth } from "./text-width.ts";
import { join, paintTexts, shorten, type Writing } from "./writing.ts";

/** Draws one whole picture: the ground, as `ground` has it at hand, and over it what depends on the cursor. */
export function paint(context: CanvasRenderingContext2D, scene: Scene, ground: typeof paintGround = paintGround): void {
  const scale = scaleOf(scene);
  const { width, height, palette } = scene;
  context.fillStyle = palette.tokens.surface;
  context.fillRect(0, 0, width, height);
  const lanes = visibleLanes(scene);
  const writing = ground(context, scene, actLinesShown(scene, scale));

  context.save();
  clip(context, scene.gutter, headHeight, width - scene.gutter, height - headHeight - footHeight);
  paintAlarms(context, scene, scale, lanes, writing);
  paintTexts(context, scene, scale, writing);
  paintLabels(context, scene, labelsOf(writing, scene, scale));
  if (scene.whole) paintLater(context, scene, scale);
  paintArrows(context, scene, scale);
  context.restore();

  context.save();
  clip(context, scene.gutter, 0, width - scene.gutter, height);
  paintTickLabels(context, scene, scale);
  paintBeginning(context, scene, scale);
  paintCuts(context, scene, scale);
  paintActs(context, scene, scale);
  paintNow(context, scene, scale);
  context.restore();
  paintNames(context, scene, lanes);
}

/** What needs the operator on packed rows; on those that are not it is drawn with the rest of the row. */
function paintAlarms(context: CanvasRenderingContext2D, scene: Scene, scale: Scale, lanes: readonly Placed[], writing: Writing): void {
  if (scene.alerts.size === 0) return;
  const brush = newBrush();
  for (const { lane, top } of lanes)
    for (const box of rowBoxes(lane)) if (box.row instanceof PackedRow) collectAlarm(brush, scene, scale, { ...box, row: box.row }, top);
  paintBrush(context, scene, brush);
  join(writing, brush.writing);
}

function paintTickLabels(context: CanvasRenderingContext2D, scene: Scene, scale: Scale): void {
  const { tokens } = scene.palette;
  const { edges, height } = scene;
  context.font = `11px ${tokens.mono}`;
  context.textBaseline = "middle";
  context.textAlign = "center";
  const taken = cutLabels(context, scene, scale);
  for (const tick of ticksOf(scene.axis, edges.left, edges.right, tickGapMs(scene, scale), scene.zoneMs)) {
    const x = Math.round(scene.gutter + (tick.place - edges.left) * scale.pxPerMs);
    const text = scene.logical ? stepText(tick.ms) : tick.label;
    const half = textWidth(context, text) / 2;
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
    const half = textWidth(context, text) / 2;
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

/** Says where the known history begins, in the head. */
function paintBeginning(context: CanvasRenderingContext2D, scene: Scene, scale: Scale): void {
  const { palette, lanes, gutter } = scene;
  if (scene.before === "" || lanes.fromPosition === undefined || lanes.firstMs <= scale.leftMs) return;
  const to = Math.min(scale.xOf(lanes.firstMs), scene.width);
  context.font = `11px ${palette.tokens.font}`;
  context.textBaseline = "middle";
  const width = textWidth(context, scene.before);
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
  const letters = Math.floor((scene.gutter - 26) / textWidth(context, "0"));
  for (const { lane, top } of lanes) {
    const chosen = isSelected(scene, lane);
    if (chosen) {
      context.fillStyle = tokens.hovered;
      context.fillRect(0, top, scene.gutter, laneHeight(lane));
      context.fillStyle = tokens.focus;
      context.fillRect(0, top, 2, laneHeight(lane));
    }
    context.font = `${chosen ? 600 : 400} 12px ${tokens.mono}`;
    context.fillStyle = chosen ? tokens.text : tokens["text-2"];
    context.fillText(shorten(lane.key, Math.max(5, letters)), scene.gutter - 12, top + trackAt + 0.5);
  }
  context.restore();
}
