import type { Tokens } from "../../app/theme.ts";
import type { LaneView, Mark, MarksView } from "../../projections/lanes-model.ts";
import { PackedMarks } from "../../projections/lanes-packed-marks.ts";
import { firstMarkFrom } from "../../projections/lanes-rows.ts";
import { trackAt } from "./lane-layout.ts";
import type { Scale, Scene } from "./scene.ts";

/** Marks of a lane nearer than this to the last drawn one of their kind are left out. */
const apartPx = 4;
const size = 4;
/** Those that take more room. */
const wide: ReadonlySet<Mark["kind"]> = new Set(["gaveWay", "moved", "finding"]);
const wideApartPx = 12;

/** Shapes tell marks apart: joined points up, left down, expired is a cross, a refused write a diamond, an act a bar, a finding a ring, who gave way a step back, who went first a step ahead. */
export function paintMarks(context: CanvasRenderingContext2D, scene: Scene, scale: Scale, lane: LaneView, top: number): void {
  if (lane.marks.length === 0) return;
  const middle = top + trackAt;
  if (lane.marks instanceof PackedMarks) return paintPacked(context, scene, scale, lane.marks, middle);
  const lastX = new Map<Mark["kind"], number>();
  for (let at = firstMarkFrom(lane.marks, scale.leftMs); at < lane.marks.length; at++) {
    const mark = lane.marks.at(at) as Mark;
    if (mark.atMs > scale.rightMs) break;
    const x = scale.xOf(mark.atMs);
    if (x - (lastX.get(mark.kind) ?? Number.NEGATIVE_INFINITY) < (wide.has(mark.kind) ? wideApartPx : apartPx)) continue;
    lastX.set(mark.kind, x);
    paintMark(context, scene, mark.kind, x, middle);
  }
}

/** One of each kind in so many pixels is all that is looked at: always in the same ones, so that a picture can be made of parts. */
function paintPacked(context: CanvasRenderingContext2D, scene: Scene, scale: Scale, marks: PackedMarks, middle: number): void {
  for (const [kind, times] of marks.byKind) {
    const apart = wide.has(kind) ? wideApartPx : apartPx;
    for (let at = times.search((ms) => ms >= scale.leftMs); at < times.length; ) {
      if (times.at(at) > scale.rightMs) break;
      const x = scale.xOf(times.at(at));
      paintMark(context, scene, kind, x, middle);
      const nextMs = scale.msAt((Math.floor(x / apart) + 1) * apart);
      at = times.search((ms) => ms >= nextMs, at + 1);
    }
  }
}

function paintMark(context: CanvasRenderingContext2D, scene: Scene, kind: Mark["kind"], x: number, middle: number): void {
  const { tokens } = scene.palette;
  context.beginPath();
  switch (kind) {
    case "joined":
      triangle(context, x, middle + 9, -1);
      break;
    case "left":
      triangle(context, x, middle - 9, 1);
      break;
    case "refused":
      context.moveTo(x, middle - 6);
      context.lineTo(x + 5, middle);
      context.lineTo(x, middle + 6);
      context.lineTo(x - 5, middle);
      context.closePath();
      break;
    case "expired":
      for (const turn of [1, -1]) {
        context.moveTo(x - size, middle - size * turn);
        context.lineTo(x + size, middle + size * turn);
      }
      strokeMark(context, tokens, tokens["alert-text"]);
      return;
    case "finding":
      context.arc(x, middle, 4, 0, Math.PI * 2);
      strokeMark(context, tokens, tokens["wait-text"]);
      return;
    case "gaveWay":
    case "moved": {
      // Under the bars: where deadlocks come one after the other, they must not hide what was held.
      const ahead = kind === "moved" ? 1 : -1;
      for (const shift of [-2, 2]) {
        context.moveTo(x + shift - ahead, middle + 6);
        context.lineTo(x + shift + ahead, middle + 9);
        context.lineTo(x + shift - ahead, middle + 12);
      }
      strokeMark(context, tokens, kind === "moved" ? tokens.text : tokens["alert-text"]);
      return;
    }
    case "did":
      context.arc(x, middle, 3.5, 0, Math.PI * 2);
      break;
    case "operator":
    case "deadlock":
    case "fault":
      context.rect(x - 1.5, middle - 9, 3, 18);
      break;
  }
  const quiet = kind === "joined" || kind === "left";
  context.fillStyle = quiet ? tokens["text-3"] : kind === "operator" || kind === "did" ? tokens.text : tokens.alert;
  context.strokeStyle = tokens.surface;
  context.lineWidth = 1.5;
  context.stroke();
  context.fill();
}

/** A mark of lines, set off from what lies behind it. */
function strokeMark(context: CanvasRenderingContext2D, tokens: Tokens, colour: string): void {
  context.lineWidth = 4;
  context.strokeStyle = tokens.surface;
  context.stroke();
  context.lineWidth = 2;
  context.strokeStyle = colour;
  context.stroke();
}

export function triangle(context: CanvasRenderingContext2D, x: number, y: number, points: 1 | -1): void {
  context.moveTo(x, y + points * size);
  context.lineTo(x + size, y - points * size * 0.6);
  context.lineTo(x - size, y - points * size * 0.6);
  context.closePath();
}

/** The mark nearest to a point, within a few pixels: a lane's own, or in the head an operator's act. */
export function markNear(marks: MarksView, scale: Scale, x: number, reachPx: number): Mark | undefined {
  let nearest: Mark | undefined;
  let distance = reachPx;
  for (let at = firstMarkFrom(marks, scale.msAt(x - reachPx - 1)); at < marks.length; at++) {
    const mark = marks.at(at) as Mark;
    const away = Math.abs(scale.xOf(mark.atMs) - x);
    if (away <= distance) {
      nearest = mark;
      distance = away;
    }
    if (scale.xOf(mark.atMs) > x + reachPx) break;
  }
  return nearest;
}
