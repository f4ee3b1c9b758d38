import type { Scene } from "./scene.ts";
import { newWriting, type Writing } from "./writing.ts";

/** Boxes that share a look, drawn together: changing the look costs more than a box. */
export type Look =
  | "held"
  | "shared"
  | "advisory"
  | "waiting"
  | "cooling"
  | "alert"
  | "intent"
  | "away"
  | "frozen"
  | "fault"
  | "deadlock"
  | "leads"
  | "vacant"
  | "ballot"
  | "crowd";

export interface Brush {
  readonly boxes: Record<Look, number[]>;
  readonly outlines: number[];
  readonly writing: Writing;
}

export function newBrush(): Brush {
  const boxes = {
    held: [],
    shared: [],
    advisory: [],
    waiting: [],
    cooling: [],
    alert: [],
    intent: [],
    away: [],
    frozen: [],
    fault: [],
    deadlock: [],
    leads: [],
    vacant: [],
    ballot: [],
    crowd: [],
  };
  return { boxes, outlines: [], writing: newWriting() };
}

const order: readonly Look[] = [
  "fault",
  "deadlock",
  "away",
  "frozen",
  "intent",
  "crowd",
  "cooling",
  "vacant",
  "ballot",
  "leads",
  "shared",
  "advisory",
  "held",
  "alert",
  "waiting",
];
/** Rounding corners costs more than all else; nobody sees it in a thicket: more boxes than so many for a pixel of width. */
const roundedPerPx = 2.5;
/** Narrower than this no stripe can be told. */
const stripePx = 4;

/** Draws the boxes that were collected, look by look. What is written on them comes later. */
export function paintBrush(context: CanvasRenderingContext2D, scene: Scene, brush: Brush): void {
  const { palette } = scene;
  const { tokens } = palette;
  const fills = {
    away: palette.away,
    frozen: palette.frozen,
    fault: palette.fault,
    deadlock: palette.deadlock,
    intent: palette.intentFill,
    crowd: palette.crowd,
    leads: palette.leads,
    vacant: "transparent",
    ballot: palette.ballot,
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
    if (look === "waiting" && isThicket(boxes, scene)) fillThicket(context, boxes, palette.waitingThin);
    else fillBoxes(context, boxes, !isThicket(boxes, scene) && look !== "away" && look !== "frozen" && look !== "fault" && look !== "deadlock");
    if (look === "fault" || look === "deadlock") edgeBoxes(context, boxes, look === "fault" ? tokens.wait : tokens.alert, look === "fault" ? [4, 3] : []);
    if (look === "frozen") strokeBoxes(context, boxes, tokens.intend, 1);
    if (look === "shared" || look === "advisory") strokeBoxes(context, boxes, palette.sharedLine, 1);
    if (look === "leads" || look === "ballot") strokeBoxes(context, boxes, tokens.lead, 1);
    if (look === "intent" || look === "vacant") {
      context.setLineDash([3, 2]);
      strokeBoxes(context, boxes, look === "intent" ? tokens.intend : tokens.wait, 1);
      context.setLineDash([]);
    }
  }
  if (brush.outlines.length > 0) strokeBoxes(context, brush.outlines, tokens.text, 1.5);
}

const isThicket = (boxes: readonly number[], { width, gutter }: Scene): boolean => boxes.length / 4 > roundedPerPx * (width - gutter);

/** A pattern costs several times a colour: in a thicket only boxes that are wide enough to show it get it. */
function fillThicket(context: CanvasRenderingContext2D, boxes: readonly number[], thin: string): void {
  const wide: number[] = [];
  const striped = context.fillStyle;
  context.fillStyle = thin;
  for (let at = 0; at < boxes.length; at += 4) {
    const [x, y, w, h] = [boxes[at] as number, boxes[at + 1] as number, boxes[at + 2] as number, boxes[at + 3] as number];
    if (w < stripePx) context.fillRect(x, y, w, h);
    else wide.push(x, y, w, h);
  }
  context.fillStyle = striped;
  fillBoxes(context, wide, false);
}

function fillBoxes(context: CanvasRenderingContext2D, boxes: readonly number[], rounded: boolean): void {
  if (!rounded) {
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

/** The upper and lower edge of bands: a fault's are dashed, a deadlock's are not. */
function edgeBoxes(context: CanvasRenderingContext2D, boxes: readonly number[], colour: string, dash: readonly number[]): void {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.setLineDash([...dash]);
  context.beginPath();
  for (let at = 0; at < boxes.length; at += 4) {
    const [x, y, w, h] = [boxes[at] as number, boxes[at + 1] as number, boxes[at + 2] as number, boxes[at + 3] as number];
    for (const edge of [y + 1, y + h - 1]) {
      context.moveTo(x, edge);
      context.lineTo(x + w, edge);
    }
  }
  context.stroke();
  context.setLineDash([]);
}
