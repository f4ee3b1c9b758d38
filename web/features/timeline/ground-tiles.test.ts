import { describe, expect, it, vi } from "vitest";
import { foldedAxis } from "../../projections/lanes-axis.ts";
import { LanePacker } from "../../projections/lanes-pack.ts";
import { PackedLanes } from "../../projections/lanes-packed.ts";
import { sampleEvents, takeEvents } from "../../projections/lanes-sample.ts";
import { GroundTiles } from "./ground-tiles.ts";
import { layOut } from "./lane-layout.ts";
import { paintGround } from "./paint-ground.ts";
import type { Palette } from "./palette.ts";
import type { Scene } from "./scene.ts";
import { onPixels } from "./viewport.ts";
import type { Writing } from "./writing.ts";

const events = takeEvents(sampleEvents({ agents: 6, resources: 8, trouble: true, seed: 4 }), 6_000);
const packer = new LanePacker();
for (const event of events) packer.take(event);
const lanes = new PackedLanes();
lanes.append(packer.part());
const untilMs = events.at(-1)!.atMs;
const layout = layOut(lanes.agents.order);
const axis = foldedAxis(lanes.cuts, lanes.lastMs, untilMs);
const palette = { tokens: {} } as Palette;
const [plotWidth, gutter] = [1_000, 100];

function sceneAt(left: number, spanMs: number, more: Partial<Scene> = {}): Scene {
  const edges = onPixels({ left, right: left + spanMs }, spanMs, plotWidth, axis.placeOf(lanes.firstMs));
  const base = { width: gutter + plotWidth, height: 400, gutter, lanes, lastMs: untilMs, layout, by: "agent", scrollTop: 0, axis } as const;
  const times = { nowMs: untilMs, untilMs, whole: true, position: 0, logical: false, zoneMs: 0 };
  return { ...base, ...times, edges, palette, selected: null, alerts: new Map(), before: "", ...more };
}

/** A canvas that only notes what boxes are filled on it, in its own pixels. */
class NotedCanvas {
  width = 0;
  height = 0;
  readonly filled: string[] = [];
  images = 0;
  #shift = 0;

  getContext(): CanvasRenderingContext2D {
    const note = (x: number, y: number, w: number, h: number) => {
      // What lies outside of the canvas is not drawn; bars that reach beyond it are cut.
      const [from, to] = [Math.max(x + this.#shift, 0), Math.min(x + w + this.#shift, this.width)];
      if (to > from) this.filled.push([from, y, to - from, h].map((one) => Math.round(one * 8) / 8).join(" "));
    };
    const known: Record<string, unknown> = {
      setTransform: (_a: number, _b: number, _c: number, _d: number, e: number) => {
        this.#shift = e;
        this.filled.length = 0;
      },
      drawImage: () => this.images++,
      fillRect: note,
      rect: note,
      roundRect: note,
    };
    return new Proxy({} as CanvasRenderingContext2D, { get: (_, name) => known[String(name)] ?? (() => {}), set: () => true });
  }
}

/** The pixels in sight that boxes of a row's height cover. */
function pixels(boxes: readonly string[], shift: number): string[] {
  return boxes.flatMap((box) => {
    const [x, y, w, h] = box.split(" ").map(Number) as [number, number, number, number];
    if (h <= 1 || h > 100) return [];
    const from = Math.max(Math.floor(x + shift), gutter + 1);
    const to = Math.min(Math.ceil(x + w + shift), gutter + plotWidth - 1);
    return Array.from({ length: Math.max(0, to - from) }, (_, index) => `${y} ${h} ${from + index}`);
  });
}

function painted() {
  const made: NotedCanvas[] = [];
  const tiles = new GroundTiles(() => {
    const canvas = new NotedCanvas();
    made.push(canvas);
    return canvas as unknown as HTMLCanvasElement;
  });
  const screen = new NotedCanvas();
  const drawn = vi.spyOn(NotedCanvas.prototype, "getContext");
  const paint = (scene: Scene, spanMs: number): { writing: Writing; tilesPainted: number } => {
    const context = screen.getContext();
    drawn.mockClear();
    const writing = tiles.paint(context, scene, true, spanMs, 1);
    return { writing, tilesPainted: drawn.mock.calls.length };
  };
  return { made, paint };
}

const spanMs = (untilMs - lanes.firstMs) / 20;
const middle = axis.placeOf((lanes.firstMs + untilMs) / 2);
const pixelMs = spanMs / plotWidth;

describe("the ground of a whole trace in tiles", () => {
  it("is painted once, however the cursor moves and whatever needs the operator", () => {
    const { paint } = painted();
    paint(sceneAt(middle, spanMs), spanMs);
    expect(paint(sceneAt(middle, spanMs), spanMs).tilesPainted).toBeGreaterThan(3);
    expect(paint(sceneAt(middle, spanMs, { nowMs: untilMs - 10_000, position: 7 }), spanMs).tilesPainted).toBe(0);
    expect(paint(sceneAt(middle, spanMs, { alerts: new Map([["5", 0]]) }), spanMs).tilesPainted).toBe(0);
  });

  it("of a moved view only what comes into sight is painted", () => {
    const { paint } = painted();
    for (let time = 0; time < 2; time++) paint(sceneAt(middle, spanMs), spanMs);
    let tiles = 0;
    for (let moved = 12; moved <= 720; moved += 12) {
      const { tilesPainted } = paint(sceneAt(middle + moved * pixelMs, spanMs), spanMs);
      expect(tilesPainted).toBeLessThanOrEqual(1);
      tiles += tilesPainted;
    }
    expect(tiles).toBeGreaterThan(0);
    expect(tiles).toBeLessThanOrEqual(Math.ceil(720 / 256));
    // And back again, without any.
    for (let moved = 720; moved > 240; moved -= 12) expect(paint(sceneAt(middle + moved * pixelMs, spanMs), spanMs).tilesPainted).toBe(0);
  });

  it("is painted anew when what it shows is another", () => {
    const { paint } = painted();
    const painting = (more: Partial<Scene>, span = spanMs) => {
      const scene = sceneAt(middle, span, more);
      // Straight at first: the next picture may be another one again.
      expect(paint(scene, span).tilesPainted).toBe(0);
      return paint(scene, span).tilesPainted;
    };
    painting({});
    for (const more of [{ scrollTop: 23 }, { selected: { kind: "agent", id: "w1" } }, { by: "resource", layout: layOut(lanes.resources.order) }] as const)
      expect(painting(more), JSON.stringify(Object.keys(more))).toBeGreaterThan(3);
    expect(painting({}, spanMs / 2)).toBeGreaterThan(3);
    lanes.version++;
    expect(painting({}, spanMs / 2)).toBeGreaterThan(3);
  });

  it("shows and writes what a picture in one piece does", () => {
    for (const share of [20, 200, 2_000]) {
      const span = (untilMs - lanes.firstMs) / share;
      const { made, paint } = painted();
      const scene = sceneAt(middle, span);
      const straight = paint(scene, span).writing;
      const { writing } = paint(scene, span);
      const whole = new NotedCanvas();
      whole.width = scene.width;
      const expected = paintGround(whole.getContext(), scene, true);
      for (const [key, text] of expected.texts) {
        expect(writing.texts.get(key), key).toEqual(text);
        expect(straight.texts.get(key), key).toEqual(text);
      }
      expect([...writing.bands.keys()]).toEqual(expect.arrayContaining([...expected.bands.keys()]));
      const pxPerMs = plotWidth / span;
      const leftPx = Math.round((scene.edges.left - axis.placeOf(lanes.firstMs)) * pxPerMs);
      const first = Math.floor(leftPx / 256);
      const inTiles = new Set(made.flatMap(({ filled }, index) => pixels(filled, gutter + (first + index) * 256 - leftPx)));
      const inOne = new Set(pixels(whole.filled, 0));
      const differing = [...inTiles].filter((pixel) => !inOne.has(pixel)).length + [...inOne].filter((pixel) => !inTiles.has(pixel)).length;
      expect(inOne.size).toBeGreaterThan(500);
      // Where a picture in one piece begins, what is before it is not added to a pixel.
      expect(differing / inOne.size, `span ${span}`).toBeLessThan(0.005);
    }
  });
});
