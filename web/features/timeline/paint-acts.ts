import type { Mark } from "../../projections/lanes-model.ts";
import { firstMarkFrom } from "../../projections/lanes-rows.ts";
import { markNear, triangle } from "./paint-marks.ts";
import { footHeight, headHeight, type Scale, type Scene } from "./scene.ts";
import { textWidth } from "./text-width.ts";

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

/** They are painted twice in one picture, and the same ones in the next where only the cursor has moved. */
let found: { readonly of: readonly unknown[]; readonly visible: readonly VisibleAct[] } | undefined;

function visibleActs(scene: Scene, scale: Scale): readonly VisibleAct[] {
  const { acts } = scene.lanes;
  const of = [acts, acts.length, acts.at(-1), scale.leftMs, scale.rightMs, scale.pxPerMs, scene.gutter, scene.axis.cuts.length];
  if (found === undefined || of.some((part, index) => part !== found?.of[index])) found = { of, visible: findActs(scene, scale) };
  return found.visible;
}

function findActs(scene: Scene, scale: Scale): readonly VisibleAct[] {
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

const isLined = ({ act }: Pick<VisibleAct, "act">): boolean => act.kind !== "deadlock";

/** Whether there are acts in sight, and so few that their lines are no curtain. */
export function actLinesShown(scene: Scene, scale: Scale): boolean {
  const { length } = visibleActs(scene, scale).filter(isLined);
  return length > 0 && length <= linesAtMost;
}

/** What operators did: a tick through all lanes, behind what it changed. A deadlock is told by its band and in the head. */
export function paintActLines(context: CanvasRenderingContext2D, scene: Scene, scale: Scale): void {
  const visible = findActs(scene, scale).filter(isLined);
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
    context.globalAlpha = alphaOf(scene, act);
    context.fillStyle = colourOf(scene, act);
    context.beginPath();
    triangle(context, x + 0.5, headHeight - 5, 1);
    context.fill();
  }
  const taken = wordsOfBeginning(context, scene, scale);
  const isFree = (from: number, to: number) => taken.every((label) => to < label.from || from > label.to);
  for (const first of [true, false]) {
    for (const { act, x, more } of visible) {
      if (isLined({ act }) !== first || x - 4 < scene.gutter) continue;
      const label = more === 0 ? act.label : `${act.label} and ${more} more`;
      const width = textWidth(context, label);
      const edge = Math.min(scene.width, nowX > x ? nowX - 6 : scene.width);
      // Beside it; for what has only just happened there is room before it.
      const from = [x + 7, x - 7 - width].find((at) => at >= scene.gutter && at + width <= edge && isFree(Math.min(at, x) - 4, Math.max(at + width, x) + 4));
      if (from === undefined) continue;
      context.globalAlpha = alphaOf(scene, act);
      context.fillStyle = colourOf(scene, act);
      context.fillText(label, from, headHeight / 2 - 1);
      taken.push({ from: Math.min(from, x), to: Math.max(from + width, x) });
    }
  }
  context.globalAlpha = 1;
}

/** The room of what is said where the known history begins (`paintUnknown`): no label stands on it. */
function wordsOfBeginning(
  context: CanvasRenderingContext2D,
  { before, lanes, palette }: Scene,
  scale: Scale,
): { readonly from: number; readonly to: number }[] {
  if (before === "" || lanes.firstMs <= scale.leftMs) return [];
  const { font } = context;
  context.font = `11px ${palette.tokens.font}`;
  const width = textWidth(context, before);
  context.font = font;
  const to = scale.xOf(lanes.firstMs) - 10;
  return [{ from: to - width, to }];
}

/** In a whole trace what has not happened yet at the cursor stands back. */
const alphaOf = ({ whole, nowMs }: Scene, act: Mark): number => (whole && act.atMs > nowMs ? 0.55 : 1);

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
