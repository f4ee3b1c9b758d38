import type { Tokens } from "../../app/theme.ts";
import type { LastingSpot } from "../../replay/trace-index.ts";
import { type Strip, type StripScale, xOf } from "./strip.ts";

/** Rows of the strip, in pixels: anomalies above, faults below them, the load at the bottom. Each has a shape of its own. */
export const stripHeight = 34;
const anomalyRow = { top: 0, height: 9 };
const faultRow = { top: 10, height: 4 };
const loadTop = 15;
const loadHeight = stripHeight - loadTop;
/** Triangles that stand closer than this would hide each other: ticks then. */
const trianglePx = 9;

/** Paints what lies still: the cursor and what one sets oneself are a layer above. */
export function paintStrip(context: CanvasRenderingContext2D, strip: Strip, spots: readonly LastingSpot[], scale: StripScale, tokens: Tokens): void {
  const { width } = scale;
  context.fillStyle = tokens.canvas;
  context.fillRect(0, 0, width, stripHeight);
  bands(context, spots, scale, tokens);
  folds(context, scale, tokens);

  context.fillStyle = tokens.track;
  for (let x = 0; x < width; x++) {
    const height = Math.round((strip.load[x] as number) * loadHeight);
    if ((strip.load[x] as number) > 0) context.fillRect(x, stripHeight - Math.max(1, height), 1, Math.max(1, height));
  }
  columns(strip.columns.taken, (x) => {
    context.fillStyle = tokens.alert;
    context.fillRect(x, stripHeight - 5, 2, 5);
  });
  columns(strip.columns.act, (x) => {
    context.fillStyle = tokens["text-2"];
    context.fillRect(x - 1, faultRow.top, 3, 3);
  });
  columns(strip.columns.fault, (x) => {
    context.fillStyle = tokens.wait;
    context.fillRect(x, faultRow.top, 2, stripHeight - faultRow.top);
  });
  marks(context, strip.columns.term, tokens.lead);
  marks(context, strip.columns.anomaly, tokens.alert);
}

/** Faults and deadlocks as long as they lasted. */
function bands(context: CanvasRenderingContext2D, spots: readonly LastingSpot[], scale: StripScale, tokens: Tokens): void {
  for (const spot of spots) {
    if (spot.lasts === undefined) continue;
    const left = xOf(scale, spot.atMs);
    const length = Math.max(2, xOf(scale, spot.untilMs ?? scale.toMs) - left);
    const row = spot.kind === "fault" ? faultRow : anomalyRow;
    context.fillStyle = spot.kind === "fault" ? tokens.wait : tokens["alert-soft"];
    context.fillRect(left, row.top, length, row.height);
    if (spot.kind === "fault") continue;
    context.globalAlpha = 0.5;
    context.fillRect(left, anomalyRow.height, length, stripHeight);
    context.globalAlpha = 1;
  }
}

/** A triangle where something happened; ticks where much did. */
function marks(context: CanvasRenderingContext2D, marked: Uint8Array, colour: string): void {
  context.fillStyle = colour;
  let last = Number.NEGATIVE_INFINITY;
  columns(marked, (x) => {
    const next = marked.indexOf(1, x + 1);
    const crowded = x - last < trianglePx || (next >= 0 && next - x < trianglePx);
    last = x;
    context.fillRect(x, anomalyRow.top, crowded ? 1 : 2, anomalyRow.height);
    if (crowded) return;
    context.beginPath();
    context.moveTo(x - 4, 0);
    context.lineTo(x + 6, 0);
    context.lineTo(x + 1, anomalyRow.height);
    context.fill();
  });
}

/** Where quiet time is folded away. */
function folds(context: CanvasRenderingContext2D, scale: StripScale, tokens: Tokens): void {
  context.fillStyle = tokens["line-strong"];
  for (const cut of scale.axis.cuts) {
    const x = Math.round(xOf(scale, cut.fromMs));
    if (x <= 0 || x >= scale.width) continue;
    for (let y = 2; y < stripHeight; y += 4) context.fillRect(x, y, 1, 2);
  }
}

function columns(marked: Uint8Array, paint: (x: number) => void): void {
  for (let x = marked.indexOf(1); x >= 0; x = marked.indexOf(1, x + 1)) paint(x);
}
