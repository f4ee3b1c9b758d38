import type { Shade } from "../../projections/graph-geometry.ts";

/** A part of the graph as lists of numbers, and the look of each list. */
export interface PaintRequest {
  readonly turn: number;
  /** Size of the picture in device pixels. */
  readonly width: number;
  readonly height: number;
  /** From graph units to device pixels: `x * scale + dx`. */
  readonly scale: number;
  readonly dx: number;
  readonly dy: number;
  readonly lines: readonly PaintLines[];
  readonly dots: readonly PaintDots[];
  readonly lineWidth: number;
}

export interface PaintLines {
  readonly numbers: Float32Array<ArrayBuffer>;
  readonly colour: string;
  readonly shade: Shade;
  readonly dash: readonly number[];
  readonly alpha: number;
}

export interface PaintDots {
  readonly numbers: Float32Array<ArrayBuffer>;
  readonly colour: string;
  readonly fill: string;
  readonly shade: Shade;
  readonly shape: "lamp" | "section";
  /** In device pixels. */
  readonly width: number;
  readonly height: number;
}

export interface PaintReply {
  readonly turn: number;
  readonly picture: ImageBitmap;
}

/** Segments stroked at once: long paths are slower than several short ones. */
const segmentsAtOnce = 400;
let canvas = new OffscreenCanvas(1, 1);

self.onmessage = ({ data }: MessageEvent<PaintRequest>) => {
  if (canvas.width !== data.width || canvas.height !== data.height) canvas = new OffscreenCanvas(data.width, data.height);
  const context = canvas.getContext("2d");
  if (context === null) return;
  context.clearRect(0, 0, data.width, data.height);
  for (const lines of data.lines) paintLines(context, lines, data);
  for (const dots of data.dots) paintDots(context, dots, data);
  const reply: PaintReply = { turn: data.turn, picture: canvas.transferToImageBitmap() };
  self.postMessage(reply, { transfer: [reply.picture] });
};

function paintLines(
  context: OffscreenCanvasRenderingContext2D,
  { numbers, colour, shade, dash, alpha }: PaintLines,
  { scale, dx, dy, lineWidth }: PaintRequest,
): void {
  context.strokeStyle = colour;
  context.globalAlpha = shade === "dim" ? alpha * 0.2 : alpha;
  context.lineWidth = lineWidth;
  context.setLineDash([...dash]);
  for (let from = 0; from < numbers.length; from += 4 * segmentsAtOnce) {
    context.beginPath();
    for (let index = from; index < Math.min(numbers.length, from + 4 * segmentsAtOnce); index += 4) {
      context.moveTo((numbers[index] ?? 0) * scale + dx, (numbers[index + 1] ?? 0) * scale + dy);
      context.lineTo((numbers[index + 2] ?? 0) * scale + dx, (numbers[index + 3] ?? 0) * scale + dy);
    }
    context.stroke();
  }
}

function paintDots(
  context: OffscreenCanvasRenderingContext2D,
  { numbers, colour, fill, shade, shape, width, height }: PaintDots,
  { scale, dx, dy }: PaintRequest,
): void {
  context.globalAlpha = shade === "dim" ? 0.18 : 1;
  context.setLineDash([]);
  context.strokeStyle = colour;
  const outlined = height >= 7;
  context.fillStyle = outlined ? fill : colour;
  context.lineWidth = Math.max(1, height / 11);
  for (let index = 0; index < numbers.length; index += 2) {
    const x = (numbers[index] ?? 0) * scale + dx;
    const y = (numbers[index + 1] ?? 0) * scale + dy;
    if (!outlined && (shape === "section" || height < 4)) {
      context.fillRect(x - width / 2, y - height / 2, width, height);
      continue;
    }
    context.beginPath();
    if (shape === "lamp") context.arc(x, y, width / 2, 0, 2 * Math.PI);
    else context.roundRect(x - width / 2, y - height / 2, width, height, Math.min(6, height / 5));
    context.fill();
    if (outlined) context.stroke();
  }
}
