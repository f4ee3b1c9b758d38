import type { Tokens } from "../../app/theme.ts";
import type { LastingSpot } from "../../replay/trace-index.ts";
import { type Strip, type StripScale, xOf } from "./strip.ts";

/** Rows of the strip, in pixels: what it takes to tell anomalies, faults and losses apart without their colours. */
export const stripHeight = 34;
const loadTop = 10;
const loadHeight = stripHeight - loadTop - 2;

/** Paints what lies still: the cursor and what one sets oneself are a layer above. */
export function paintStrip(context: CanvasRenderingContext2D, strip: Strip, spots: readonly LastingSpot[], scale: StripScale, tokens: Tokens): void {
  const { width } = scale;
  context.fillStyle = tokens.canvas;
  context.fillRect(0, 0, width, stripHeight);
  bands(context, spots, scale, tokens);
  folds(context, scale, tokens);

  context.fillStyle = tokens.track;
  for (let x = 0; x < width; x++) {
    const load = strip.load[x] as number;
    if (load > 0) context.fillRect(x, stripHeight - Math.max(1, Math.round(load * loadHeight)), 1, Math.max(1, Math.round(load * loadHeight)));
  }
  columns(strip.columns.taken, (x) => {
    context.fillStyle = tokens.alert;
    context.fillRect(x, stripHeight - 5, 2, 5);
  });
  columns(strip.columns.act, (x) => {
    context.fillStyle = tokens["text-2"];
    context.fillRect(x - 1, 3, 3, 3);
  });
  columns(strip.columns.term, (x) => triangle(context, x, tokens.lead));
  columns(strip.columns.fault, (x) => {
    context.fillStyle = tokens.wait;
    context.fillRect(x, 0, 2, stripHeight);
    context.fillRect(x, 0, 7, 3);
  });
  columns(strip.columns.anomaly, (x) => {
    context.fillStyle = tokens.alert;
    context.fillRect(x, 0, 2, stripHeight);
    triangle(context, x + 1, tokens.alert);
  });
}

/** Faults and deadlocks as long as they lasted. */
function bands(context: CanvasRenderingContext2D, spots: readonly LastingSpot[], scale: StripScale, tokens: Tokens): void {
  for (const kind of ["fault", "anomaly"] as const) {
    context.fillStyle = kind === "fault" ? tokens["wait-soft"] : tokens["alert-soft"];
    for (const spot of spots) {
      if (spot.kind !== kind || spot.lasts === undefined) continue;
      const left = xOf(scale, spot.atMs);
      context.fillRect(left, kind === "fault" ? 3 : 0, Math.max(2, xOf(scale, spot.untilMs ?? scale.toMs) - left), stripHeight);
    }
  }
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

function triangle(context: CanvasRenderingContext2D, x: number, colour: string): void {
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(x - 4, 0);
  context.lineTo(x + 4, 0);
  context.lineTo(x, 7);
  context.fill();
}

function columns(marked: Uint8Array, paint: (x: number) => void): void {
  for (let x = marked.indexOf(1); x >= 0; x = marked.indexOf(1, x + 1)) paint(x);
}
