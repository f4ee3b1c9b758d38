import type { Tokens } from "../../app/theme.ts";
import type { Lane, Mark } from "../../projections/lanes-model.ts";
import { firstMarkFrom } from "../../projections/lanes-rows.ts";
import { trackAt } from "./lane-layout.ts";
import { footHeight, headHeight, type Scale, type Scene } from "./scene.ts";

/** Marks of a lane nearer than this to the last drawn one of their kind are left out. */
const apartPx = 4;
const size = 4;
/** Those that take more room. */
const wide: ReadonlySet<Mark["kind"]> = new Set(["gaveWay", "moved", "finding"]);
const wideApartPx = 12;

/** Shapes tell marks apart: joined points up, left down, expired is a cross, a refused write a diamond, an act a bar, a finding a ring, who gave way a step back, who went first a step ahead. */
export function paintMarks(context: CanvasRenderingContext2D, scene: Scene, scale: Scale, lane: Lane, top: number): void {
  if (lane.marks.length === 0) return;
  const middle = top + trackAt;
  const lastX = new Map<Mark["kind"], number>();
  for (let at = firstMarkFrom(lane.marks, scale.leftMs); at < lane.marks.length; at++) {
    const mark = lane.marks[at] as Mark;
    if (mark.atMs > scale.rightMs) break;
    const x = scale.xOf(mark.atMs);
    if (x - (lastX.get(mark.kind) ?? Number.NEGATIVE_INFINITY) < (wide.has(mark.kind) ? wideApartPx : apartPx)) continue;
    lastX.set(mark.kind, x);
    paintMark(context, scene, mark, x, middle);
  }
}

function paintMark(context: CanvasRenderingContext2D, scene: Scene, mark: Mark, x: number, middle: number): void {
  const { tokens } = scene.palette;
  context.beginPath();
  switch (mark.kind) {
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
      const ahead = mark.kind === "moved" ? 1 : -1;
      for (const shift of [-2, 2]) {
        context.moveTo(x + shift - ahead, middle + 6);
        context.lineTo(x + shift + ahead, middle + 9);
        context.lineTo(x + shift - ahead, middle + 12);
      }
      strokeMark(context, tokens, mark.kind === "moved" ? tokens.text : tokens["alert-text"]);
      return;
    }
    case "operator":
    case "deadlock":
    case "fault":
      context.rect(x - 1.5, middle - 9, 3, 18);
      break;
  }
  const quiet = mark.kind === "joined" || mark.kind === "left";
  context.fillStyle = quiet ? tokens["text-3"] : mark.kind === "operator" ? tokens.text : tokens.alert;
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

function triangle(context: CanvasRenderingContext2D, x: number, y: number, points: 1 | -1): void {
  context.moveTo(x, y + points * size);
  context.lineTo(x + size, y - points * size * 0.6);
  context.lineTo(x - size, y - points * size * 0.6);
  context.closePath();
}

/** Acts nearer than this to the last one drawn are left out: the tooltip names the nearest. */
const actsApartPx = 3;

/** More ticks than this through all lanes would be a curtain before them: then only their heads are drawn. */
const linesAtMost = 60;

interface VisibleAct {
  act: Mark;
  x: number;
  /** Others of its kind that stand where it does. */
  more: number;
}

function visibleActs(scene: Scene, scale: Scale): readonly VisibleAct[] {
  const { acts } = scene.lanes;
  const visible: VisibleAct[] = [];
  let lastX = Number.NEGATIVE_INFINITY;
  for (let at = firstMarkFrom(acts, scale.leftMs); at < acts.length; at++) {
    const act = acts[at] as Mark;
    if (act.atMs > scale.rightMs) break;
    const x = Math.round(scale.xOf(act.atMs));
    const last = visible.at(-1);
    if (x - lastX < actsApartPx) {
      // What somebody did is rarer than a deadlock, and goes before it.
      if (act.kind !== "deadlock" && last?.act.kind === "deadlock") visible[visible.length - 1] = { act, x, more: 0 };
      else if (act.kind === last?.act.kind) last.more += 1;
      continue;
    }
    lastX = x;
    visible.push({ act, x, more: 0 });
  }
  return visible;
}

/** What operators did: a tick through all lanes, behind what it changed. A deadlock is told by its band and in the head. */
export function paintActLines(context: CanvasRenderingContext2D, scene: Scene, scale: Scale): void {
  const visible = visibleActs(scene, scale).filter(({ act }) => act.kind !== "deadlock");
  if (visible.length > linesAtMost) return;
  const bottom = scene.height - footHeight;
  context.strokeStyle = scene.palette.tokens["text-3"];
  context.lineWidth = 1;
  context.setLineDash([3, 3]);
  context.beginPath();
  for (const { x } of visible) {
    context.moveTo(x + 0.5, headHeight);
    context.lineTo(x + 0.5, bottom);
  }
  context.stroke();
  context.setLineDash([]);
}

/** The heads of those ticks, with their labels as far as there is room: deadlocks' last. */
export function paintActs(context: CanvasRenderingContext2D, scene: Scene, scale: Scale): void {
  const { tokens } = scene.palette;
  context.font = `10px ${tokens.font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillStyle = tokens["text-2"];
  const nowX = scale.xOf(scene.nowMs);
  const visible = visibleActs(scene, scale);
  for (const { act, x } of visible) {
    context.fillStyle = colourOf(scene, act);
    context.beginPath();
    triangle(context, x + 0.5, headHeight - 5, 1);
    context.fill();
  }
  const taken: { readonly from: number; readonly to: number }[] = [];
  const isFree = (from: number, to: number) => taken.every((label) => to < label.from || from > label.to);
  for (const first of [true, false]) {
    for (const { act, x, more } of visible) {
      const label = more === 0 ? act.label : `${act.label} and ${more} more`;
      if ((act.kind !== "deadlock") !== first) continue;
      const width = context.measureText(label).width;
      const edge = Math.min(scene.width, nowX > x ? nowX - 6 : scene.width);
      // Beside it; for what has only just happened there is room before it.
      const from = [x + 7, x - 7 - width].find((at) => at >= scene.gutter && at + width <= edge && isFree(Math.min(at, x) - 4, Math.max(at + width, x) + 4));
      if (x - 4 < scene.gutter || from === undefined) continue;
      context.fillStyle = colourOf(scene, act);
      context.fillText(label, from, headHeight / 2 - 1);
      taken.push({ from: Math.min(from, x), to: Math.max(from + width, x) });
    }
  }
}

function colourOf({ palette }: Scene, act: Mark): string {
  return act.kind === "deadlock" ? palette.tokens["alert-text"] : act.kind === "fault" ? palette.tokens["wait-text"] : palette.tokens["text-2"];
}

/** How many marks of one kind a point tells of. */
const toldAtMost = 5;

/** The mark nearest to a point of the head, and what else of its kind stands there: acts that came at once share one tick. */
export function actsNear(acts: readonly Mark[], scale: Scale, x: number, reachPx: number): readonly Mark[] {
  const nearest = markNear(acts, scale, x, reachPx);
  if (nearest === undefined) return [];
  const nearX = scale.xOf(nearest.atMs);
  const found: Mark[] = [];
  for (let at = firstMarkFrom(acts, nearest.atMs - actsApartPx / scale.pxPerMs); at < acts.length && found.length < toldAtMost; at++) {
    const act = acts[at] as Mark;
    if (scale.xOf(act.atMs) - nearX > actsApartPx) break;
    if (act.kind === nearest.kind && Math.abs(scale.xOf(act.atMs) - nearX) < actsApartPx) found.push(act);
  }
  return found.length === 0 ? [nearest] : found;
}

/** The mark nearest to a point, within a few pixels: a lane's own, or in the head an operator's act. */
export function markNear(marks: readonly Mark[], scale: Scale, x: number, reachPx: number): Mark | undefined {
  const reachMs = reachPx / scale.pxPerMs;
  let nearest: Mark | undefined;
  let distance = reachPx;
  const ms = scale.leftMs;
  for (let at = firstMarkFrom(marks, ms - reachMs); at < marks.length; at++) {
    const mark = marks[at] as Mark;
    const away = Math.abs(scale.xOf(mark.atMs) - x);
    if (away <= distance) {
      nearest = mark;
      distance = away;
    }
    if (mark.atMs > scale.rightMs) break;
  }
  return nearest;
}
