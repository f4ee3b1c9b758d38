import type { Tokens } from "../../app/theme.ts";
import { edgeTones } from "../../projections/graph-edges.ts";
import { type Geometry, type GeometryOptions, type GroupCounts, type LineStyle, type Shade, walkGeometry } from "../../projections/graph-geometry.ts";
import { sizes } from "../../projections/graph-layout.ts";
import type { GraphModel } from "../../projections/graph-model.ts";
import type { Tone } from "../../projections/graph-nodes.ts";
import type { Box } from "../../projections/graph-packing.ts";
import type { GraphPlaces } from "../../projections/graph-places.ts";
import type { PaintDots, PaintLines, PaintReply, PaintRequest } from "./paint-worker.ts";

/** Time that collecting takes from one frame. */
const sliceMs = 3;

/** Where the flow's viewport stands: a graph point is at `x * zoom + left` in CSS pixels. */
export interface View {
  readonly left: number;
  readonly top: number;
  readonly zoom: number;
  readonly width: number;
  readonly height: number;
}

/** A painted part of the graph with its view; a little larger than the screen, so that panning has something to show. */
export interface Picture {
  readonly bitmap: ImageBitmap;
  readonly view: View;
  readonly margin: number;
  readonly pixelRatio: number;
}

/** The part of the graph that a view shows, with a margin in CSS pixels around it. */
export function boxOf(view: View, margin = 0): Box {
  return {
    x: (-view.left - margin) / view.zoom,
    y: (-view.top - margin) / view.zoom,
    width: (view.width + 2 * margin) / view.zoom,
    height: (view.height + 2 * margin) / view.zoom,
  };
}

/**
 * Keeps a picture of thousands of dots and lines, painted by a worker and only when something changed. One request is under
 * way at a time, so a slow machine gets fewer pictures, not a queue of them.
 */
export class FarPicture {
  picture: Picture | undefined;
  /** Counts of the groups as they were when the last picture was collected. */
  groups: ReadonlyMap<string, GroupCounts> = new Map();
  readonly #worker: Worker;
  readonly #painted: () => void;
  /** The walk that collects the next picture, while it is under way. */
  #walk: ReturnType<typeof setTimeout> | undefined;
  #asked: { readonly turn: number; readonly view: View; readonly margin: number; readonly pixelRatio: number } | undefined;
  #turn = 0;

  constructor(painted: () => void) {
    this.#painted = painted;
    this.#worker = new Worker(new URL("./paint-worker.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<PaintReply>) => this.#take(data);
  }

  get busy(): boolean {
    return this.#asked !== undefined;
  }

  /** Asks for a new picture; nothing happens while one is under way. */
  paint(model: GraphModel, places: GraphPlaces, view: View, tokens: Tokens, options: Omit<GeometryOptions, "box">): void {
    if (this.#asked !== undefined || view.width === 0) return;
    const pixelRatio = Math.min(2, globalThis.devicePixelRatio);
    const margin = Math.round(Math.min(view.width, view.height) * 0.2);
    this.#turn += 1;
    this.#asked = { turn: this.#turn, view, margin, pixelRatio };
    const walk = walkGeometry(model, places, { ...options, box: boxOf(view, margin) });
    const go = () => {
      const untilMs = performance.now() + sliceMs;
      for (;;) {
        const step = walk.next();
        if (step.done === true) return this.#send(step.value, tokens);
        if (performance.now() >= untilMs) break;
      }
      this.#walk = setTimeout(go);
    };
    go();
  }

  #send(geometry: Geometry, tokens: Tokens): void {
    if (this.#asked === undefined) return;
    const { turn, view, margin, pixelRatio } = this.#asked;
    this.groups = geometry.groups;
    const request: PaintRequest = {
      turn,
      width: Math.ceil((view.width + 2 * margin) * pixelRatio),
      height: Math.ceil((view.height + 2 * margin) * pixelRatio),
      scale: view.zoom * pixelRatio,
      dx: (view.left + margin) * pixelRatio,
      dy: (view.top + margin) * pixelRatio,
      lines: linesOf(geometry, tokens, view.zoom),
      dots: dotsOf(geometry, tokens, view.zoom * pixelRatio),
      lineWidth: Math.max(0.7, Math.min(1.6, 2.4 * view.zoom)) * pixelRatio,
    };
    this.#worker.postMessage(
      request,
      [...request.lines, ...request.dots].map(({ numbers }) => numbers.buffer),
    );
  }

  close(): void {
    clearTimeout(this.#walk);
    this.#worker.terminate();
    this.picture?.bitmap.close();
  }

  #take({ turn, picture }: PaintReply): void {
    const asked = this.#asked;
    if (asked?.turn !== turn) {
      picture.close();
      return;
    }
    this.#asked = undefined;
    this.picture?.bitmap.close();
    this.picture = { bitmap: picture, view: asked.view, margin: asked.margin, pixelRatio: asked.pixelRatio };
    this.#painted();
  }
}

const lineToken = { ...edgeTones, conflict: "alert" } as const satisfies Record<LineStyle, keyof Tokens>;
const toneToken = { alert: "alert", wait: "wait", lead: "lead", hold: "hold", intend: "intend", idle: "idle" } as const satisfies Record<Tone, keyof Tokens>;
const softToken = {
  alert: "alert-soft",
  wait: "wait-soft",
  lead: "lead-soft",
  hold: "hold-soft",
  intend: "intend-soft",
  idle: "surface",
} as const satisfies Record<Tone, keyof Tokens>;

function linesOf({ lines }: Geometry, tokens: Tokens, zoom: number): PaintLines[] {
  return entries<LineStyle>(lines).map(({ style, shade, numbers }) => ({
    numbers,
    shade,
    colour: tokens[lineToken[style]],
    // Dashes need room to be seen; they also cost the most.
    dash: style === "holds" || style === "leads" || zoom < 0.2 ? [] : [5, 4],
    alpha: style === "conflict" ? 0.9 : style === "waits" ? 0.65 : 0.5,
  }));
}

function dotsOf({ lamps, sections }: Geometry, tokens: Tokens, scale: number): PaintDots[] {
  const look = (style: Tone) => ({ colour: tokens[toneToken[style]], fill: tokens[softToken[style]] });
  const lamp = Math.max(2.5, sizes.lamp * scale);
  return [
    ...entries<Tone>(sections).map(({ style, shade, numbers }) => ({
      ...look(style),
      numbers,
      shade,
      shape: "section" as const,
      width: Math.max(4, sizes.sectionWidth * scale),
      height: Math.max(2, sizes.sectionHeight * scale),
    })),
    ...entries<Tone>(lamps).map(({ style, shade, numbers }) => ({ ...look(style), numbers, shade, shape: "lamp" as const, width: lamp, height: lamp })),
  ];
}

function entries<T extends string>(table: Readonly<Record<`${T} ${Shade}`, number[]>>): { style: T; shade: Shade; numbers: Float32Array<ArrayBuffer> }[] {
  return (Object.entries(table) as [`${T} ${Shade}`, number[]][])
    .filter(([, numbers]) => numbers.length > 0)
    .map(([key, numbers]) => {
      const [style, shade] = key.split(" ") as [T, Shade];
      return { style, shade, numbers: Float32Array.from(numbers) };
    });
}
