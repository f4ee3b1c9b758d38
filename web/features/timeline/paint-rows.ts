import type { Segment } from "../../projections/lanes-model.ts";
import { firstEndingAfter } from "../../projections/lanes-rows.ts";
import { isHold } from "../../projections/lanes-words.ts";
import type { RowBox } from "./lane-layout.ts";
import { concerns, type Scale, type Scene } from "./scene.ts";

/** Boxes that share a look, drawn together: changing the look costs more than a box. */
type Look = "held" | "shared" | "advisory" | "waiting" | "cooling" | "alert" | "intent" | "away" | "frozen" | "crowd";

export interface Brush {
  readonly boxes: Record<Look, number[]>;
  readonly outlines: number[];
  readonly texts: { readonly text: string; readonly x: number; readonly y: number; readonly width: number; readonly hollow: boolean }[];
  readonly warnings: number[];
}

export function newBrush(): Brush {
  const boxes = { held: [], shared: [], advisory: [], waiting: [], cooling: [], alert: [], intent: [], away: [], frozen: [], crowd: [] };
  return { boxes, outlines: [], texts: [], warnings: [] };
}

/** Narrower than this, segments merge into a density: how much of each pixel is held, how much waits. */
const leastPx = 1.5;
/** Something that takes no time is still seen. */
const leastCover = 0.2;
const textFrom = 40;
/** Densities come in so many heights, so that neighbours of one height are one box. */
const densitySteps = 4;

/** Collects the boxes of one row; `top` is where its lane stands. Only what is visible is looked at. */
export function collectRow(brush: Brush, scene: Scene, scale: Scale, box: RowBox, top: number): void {
  const { row } = box;
  const { xOf, leftMs, rightMs } = scale;
  const density = newDensity(brush, top + box.top, box.height);
  const firstX = scene.gutter - 4;
  const lastX = scene.width + 4;
  for (let index = firstEndingAfter(row, leftMs); index < row.length; index++) {
    const segment = row[index] as Segment;
    if (segment.startMs > rightMs) break;
    const from = Math.max(xOf(segment.startMs), firstX);
    const to = Math.min(xOf(endOf(segment, scene.nowMs)), lastX);
    const width = to - from;
    if (width < leastPx) cover(density, segment, from, width);
    else {
      flush(density);
      collect(brush, scene, scale, segment, box, from, top + box.top, width);
    }
  }
  flush(density);
}

function endOf(segment: Segment, nowMs: number): number {
  return segment.kind === "intent" ? segment.endMs : Math.min(segment.endMs, Math.max(nowMs, segment.startMs));
}

function collect(brush: Brush, scene: Scene, scale: Scale, segment: Segment, box: RowBox, x: number, y: number, width: number): void {
  // A pixel of air between neighbours.
  const w = width > 3 ? width - 1 : width;
  const add = (look: Look, boxY: number, height: number) => brush.boxes[look].push(x, boxY, w, height);
  switch (segment.kind) {
    case "held-exclusive":
    case "held-shared":
    case "advisory":
    case "optimistic":
      collectHold(brush, scene, scale, segment, box, x, y, w);
      break;
    case "waiting": {
      const height = Math.max(4, Math.round(box.height * 0.5));
      add("waiting", y + Math.round((box.height - height) / 2), height);
      break;
    }
    case "cooling":
      add("cooling", y + 1, box.height - 2);
      break;
    case "crowd":
      add("crowd", y + 2, box.height - 4);
      break;
    case "intent":
      add("intent", y, box.height);
      break;
    case "disconnected":
      add("away", y, box.height);
      break;
    case "frozen":
      add("frozen", y, box.height);
      break;
  }
  if (concerns(scene.selected, segment) && box.band !== "backdrop") brush.outlines.push(x, y, w, box.height);
}

function collectHold(brush: Brush, scene: Scene, scale: Scale, segment: Segment, box: RowBox, x: number, y: number, w: number): void {
  const look: Look = segment.kind === "held-exclusive" ? "held" : segment.kind === "held-shared" ? "shared" : "advisory";
  const alertMs = segment.end === undefined && segment.fence !== null ? scene.alerts.get(segment.fence) : undefined;
  if (alertMs === undefined) brush.boxes[look].push(x, y, w, box.height);
  else {
    const turn = Math.min(Math.max(scale.xOf(alertMs), x), x + w);
    if (turn > x) brush.boxes[look].push(x, y, turn - x, box.height);
    brush.boxes.alert.push(turn, y, x + w - turn, box.height);
    if (x + w - turn > 12) brush.warnings.push(Math.min(x + w, scene.width) - 8, y + box.height / 2);
  }
  const shownX = Math.max(x, scene.gutter);
  const shown = Math.min(x + w, scene.width) - shownX;
  if (shown < textFrom || box.height < 11) return;
  const text = scene.by === "agent" ? (segment.resources[0] ?? "") : (segment.agent ?? "");
  brush.texts.push({
    text,
    x: shownX + 5,
    y: y + box.height / 2,
    width: shown - (alertMs === undefined ? 10 : 22),
    hollow: look !== "held" && alertMs === undefined,
  });
}

interface Density {
  readonly brush: Brush;
  readonly y: number;
  readonly height: number;
  /** The pixel being filled, and how much of it is held and waits. */
  column: number;
  held: number;
  waits: number;
  /** Pixels of equal height so far, not yet drawn. */
  runFrom: number;
  runTo: number;
  heldStep: number;
  waitStep: number;
}

function newDensity(brush: Brush, y: number, height: number): Density {
  return { brush, y, height, column: Number.NaN, held: 0, waits: 0, runFrom: 0, runTo: 0, heldStep: 0, waitStep: 0 };
}

function cover(density: Density, segment: Segment, x: number, width: number): void {
  const column = Math.floor(x);
  if (column !== density.column) {
    endColumn(density);
    density.column = column;
  }
  const part = Math.max(width, leastCover);
  if (isHold(segment)) density.held += part;
  else density.waits += part;
}

function endColumn(density: Density): void {
  if (Number.isNaN(density.column)) return;
  const heldStep = stepOf(density.held);
  const waitStep = Math.min(stepOf(density.waits), densitySteps);
  const follows = density.column === density.runTo && heldStep === density.heldStep && waitStep === density.waitStep;
  if (!follows) {
    endRun(density);
    density.runFrom = density.column;
    density.heldStep = heldStep;
    density.waitStep = waitStep;
  }
  density.runTo = density.column + 1;
  density.held = 0;
  density.waits = 0;
}

function stepOf(share: number): number {
  return share === 0 ? 0 : Math.max(1, Math.round(Math.min(share, 1) * densitySteps));
}

/** Held grows from the row's bottom, waiting from its top: the two never hide each other's presence. */
function endRun({ brush, y, height, runFrom, runTo, heldStep, waitStep }: Density): void {
  if (runTo <= runFrom) return;
  const heldHeight = (height * heldStep) / densitySteps;
  if (heldStep > 0) brush.boxes.held.push(runFrom, y + height - heldHeight, runTo - runFrom, heldHeight);
  if (waitStep > 0) {
    const waitHeight = Math.max(2, ((height - 1) * waitStep) / densitySteps / 2);
    brush.boxes.waiting.push(runFrom, y, runTo - runFrom, waitHeight);
  }
}

function flush(density: Density): void {
  endColumn(density);
  endRun(density);
  density.column = Number.NaN;
  density.runFrom = 0;
  density.runTo = 0;
}

const order: readonly Look[] = ["away", "frozen", "intent", "crowd", "cooling", "shared", "advisory", "held", "alert", "waiting"];
/** Rounding corners costs more than all else; nobody sees it in a thicket. */
const roundedAtMost = 3_000;

/** Draws everything collected, look by look. */
export function paintBrush(context: CanvasRenderingContext2D, scene: Scene, brush: Brush): void {
  const { palette } = scene;
  const { tokens } = palette;
  const fills = {
    away: palette.away,
    frozen: palette.frozen,
    intent: palette.intentFill,
    crowd: palette.crowd,
    cooling: palette.cooling,
    shared: palette.sharedFill,
    advisory: palette.advisoryFill,
    held: palette.held,
    alert: palette.alert,
    waiting: palette.waiting,
  };
  for (const look of order) {
    const boxes = brush.boxes[look];
    if (boxes.length === 0) continue;
    context.fillStyle = fills[look];
    fillBoxes(context, boxes, look !== "away" && look !== "frozen");
    if (look === "frozen") strokeBoxes(context, boxes, tokens.intend, 1);
    if (look === "shared" || look === "advisory") strokeBoxes(context, boxes, palette.sharedLine, 1);
    if (look === "intent") {
      context.setLineDash([3, 2]);
      strokeBoxes(context, boxes, tokens.intend, 1);
      context.setLineDash([]);
    }
  }
  if (brush.outlines.length > 0) strokeBoxes(context, brush.outlines, tokens.text, 1.5);
  paintTexts(context, scene, brush);
}

function fillBoxes(context: CanvasRenderingContext2D, boxes: readonly number[], rounded: boolean): void {
  const round = rounded && boxes.length <= roundedAtMost * 4;
  if (!round) {
    for (let at = 0; at < boxes.length; at += 4)
      context.fillRect(boxes[at] as number, boxes[at + 1] as number, boxes[at + 2] as number, boxes[at + 3] as number);
    return;
  }
  context.beginPath();
  for (let at = 0; at < boxes.length; at += 4) {
    const [x, y, w, h] = [boxes[at] as number, boxes[at + 1] as number, boxes[at + 2] as number, boxes[at + 3] as number];
    if (w < 4) context.rect(x, y, w, h);
    else context.roundRect(x, y, w, h, Math.min(2, h / 2));
  }
  context.fill();
}

function strokeBoxes(context: CanvasRenderingContext2D, boxes: readonly number[], colour: string, width: number): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  for (let at = 0; at < boxes.length; at += 4) {
    const [x, y, w, h] = [boxes[at] as number, boxes[at + 1] as number, boxes[at + 2] as number, boxes[at + 3] as number];
    if (w >= 3) context.roundRect(x + width / 2, y + width / 2, w - width, h - width, Math.min(2, h / 2));
  }
  context.stroke();
}

function paintTexts(context: CanvasRenderingContext2D, scene: Scene, brush: Brush): void {
  const { palette } = scene;
  context.font = `500 10px ${palette.tokens.mono}`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  const letter = context.measureText("0").width;
  for (const { text, x, y, width, hollow } of brush.texts) {
    const shown = shorten(text, Math.floor(width / letter));
    if (shown === "") continue;
    context.fillStyle = hollow ? palette.tokens["hold-text"] : palette.onBar;
    context.fillText(shown, x, y + 0.5);
  }
  context.font = `700 10px ${palette.tokens.mono}`;
  context.fillStyle = palette.onBar;
  for (let at = 0; at < brush.warnings.length; at += 2) context.fillText("!", brush.warnings[at] as number, (brush.warnings[at + 1] as number) + 0.5);
}

/** What of a path fits: as many of its last segments as there is room for, then the beginning of the last. Empty when too little would be left. */
export function shorten(path: string, letters: number): string {
  if (path.length <= letters) return path;
  let from = path.length;
  for (let at = path.lastIndexOf("/"); at >= 0; at = path.lastIndexOf("/", at - 1)) {
    if (path.length - at + 1 > letters) break;
    from = at;
  }
  if (from < path.length) return `…${path.slice(from)}`;
  const last = path.slice(path.lastIndexOf("/") + 1);
  if (last.length <= letters) return last;
  return letters < 4 ? "" : `${last.slice(0, letters - 1)}…`;
}
