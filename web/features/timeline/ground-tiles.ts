import { clip, paintGround } from "./paint-ground.ts";
import { footHeight, headHeight, type Scene } from "./scene.ts";
import { join, newWriting, type Writing } from "./writing.ts";

/** Width of a tile. Its strip of the trace costs that part of a whole picture when the view moves. */
const tilePx = 256;
/** What begins outside of a tile may reach into it: marks, outlines, the corners of bars. */
const marginPx = 16;
/** Tiles go on beside those in sight for a while, so that a view which swings to and fro does not paint them anew. */
const tilesBeside = 3;
/** All patterns and all grids of marks repeat in it: what is drawn at a place modulo this goes on from tile to tile. */
const repeatPx = 2_520;

const noAlerts: Scene["alerts"] = new Map();

/** Where a view lies: so many of the screen's whole pixels from where the trace begins. */
interface Place {
  readonly origin: number;
  readonly pxPerMs: number;
  readonly leftPx: number;
}

interface Tile {
  readonly canvas: HTMLCanvasElement;
  readonly writing: Writing;
}

/**
 * The ground of a whole trace, kept in tiles by their place in time: a moved cursor paints none of it anew, a moved view
 * only the strip that comes into sight. When anything else changes than the place of the view they are of no use any more;
 * they are made again as soon as a second picture would be the same.
 */
export class GroundTiles {
  readonly #create: () => HTMLCanvasElement;
  #tiles = new Map<number, Tile>();
  #of: readonly unknown[] = [];
  /** Canvases of tiles that are no more. */
  readonly #spare: HTMLCanvasElement[] = [];

  constructor(create: () => HTMLCanvasElement = () => document.createElement("canvas")) {
    this.#create = create;
  }

  /** Lets all pictures go. */
  clear(): void {
    this.#tiles.clear();
    this.#of = [];
    this.#spare.length = 0;
  }

  /**
   * As `paintGround` does, for a scene whose left edge stands on a pixel (`onPixels`).
   * @param spanMs what the view shows, exactly: a difference of two edges is rounded
   * @param ratio the screen's pixels for one of the picture's
   */
  paint(context: CanvasRenderingContext2D, scene: Scene, showsActLines: boolean, spanMs: number, ratio: number): Writing {
    const { gutter, width, height } = scene;
    const pxPerMs = (width - gutter) / spanMs;
    const stays = this.#renew([...grounds(scene), height, pxPerMs, showsActLines, ratio]);
    const origin = scene.axis.placeOf(scene.lanes.firstMs);
    const place: Place = { origin, pxPerMs, leftPx: Math.round((scene.edges.left - origin) * pxPerMs * ratio) / ratio };
    context.save();
    clip(context, gutter, headHeight, width - gutter, height - headHeight - footHeight);
    const writing = stays
      ? this.#paintTiles(context, scene, place, showsActLines, ratio)
      : paintStraight(context, tileScene(scene, place, place.leftPx, width - gutter), gutter, showsActLines);
    context.restore();
    return writing;
  }

  #paintTiles(context: CanvasRenderingContext2D, scene: Scene, place: Place, showsActLines: boolean, ratio: number): Writing {
    const { leftPx } = place;
    const { gutter, width, height } = scene;
    const tileWidth = Math.round(tilePx * ratio) / ratio;
    const first = Math.floor(leftPx / tileWidth);
    const last = Math.floor((leftPx + width - gutter) / tileWidth);
    const writing = newWriting();
    context.imageSmoothingEnabled = false;
    for (let number = first; number <= last; number++) {
      const tile = this.#at(number, () => this.#paintTile(tileScene(scene, place, number * tileWidth, tileWidth), tileWidth, showsActLines, ratio));
      context.drawImage(tile.canvas, gutter + number * tileWidth - leftPx, 0, tileWidth, height);
      join(writing, tile.writing);
    }
    this.#drop(last - first + 1 + tilesBeside);
    return writing;
  }

  /** Whether all is as it was in the last picture, but for its place. */
  #renew(of: readonly unknown[]): boolean {
    if (of.length === this.#of.length && of.every((part, index) => part === this.#of[index])) return true;
    this.#of = of;
    for (const { canvas } of this.#tiles.values()) this.#spare.push(canvas);
    this.#tiles.clear();
    return false;
  }

  /** One that is looked at goes last in the row of those that may be dropped. */
  #at(number: number, paint: () => Tile): Tile {
    const tile = this.#tiles.get(number) ?? paint();
    this.#tiles.delete(number);
    this.#tiles.set(number, tile);
    return tile;
  }

  #drop(atMost: number): void {
    for (const [number, { canvas }] of this.#tiles) {
      if (this.#tiles.size <= atMost) break;
      this.#tiles.delete(number);
      this.#spare.push(canvas);
    }
    this.#spare.length = Math.min(this.#spare.length, atMost);
  }

  #paintTile(scene: Scene, tileWidth: number, showsActLines: boolean, ratio: number): Tile {
    const canvas = this.#spare.pop() ?? this.#create();
    const [pixels, lines] = [Math.round(tileWidth * ratio), Math.round(scene.height * ratio)];
    if (canvas.width !== pixels || canvas.height !== lines) [canvas.width, canvas.height] = [pixels, lines];
    const context = canvas.getContext("2d", { alpha: false });
    if (context === null) return { canvas, writing: newWriting() };
    context.setTransform(ratio, 0, 0, ratio, -(scene.gutter + marginPx) * ratio, 0);
    return { canvas, writing: paintGround(context, scene, showsActLines) };
  }
}

/** All that the ground depends on beside the place of the view. */
function grounds({ lanes, layout, by, scrollTop, axis, untilMs, logical, zoneMs, palette, selected }: Scene): unknown[] {
  return [lanes, lanes.version, layout, by, scrollTop, axis.cuts.length, untilMs, logical, zoneMs, palette, selected];
}

/** What changes from picture to picture, as in zooming, is not worth a tile: it is painted as one would be, at its place. */
function paintStraight(context: CanvasRenderingContext2D, tile: Scene, gutter: number, showsActLines: boolean): Writing {
  context.translate(gutter - tile.gutter - marginPx, 0);
  return paintGround(context, tile, showsActLines);
}

/** The scene of what stands between two places, with its margins. */
function tileScene(scene: Scene, { origin, pxPerMs }: Place, leftPx: number, tileWidth: number): Scene {
  const gutter = (((leftPx % repeatPx) + repeatPx) % repeatPx) - marginPx;
  const left = origin + (leftPx - marginPx) / pxPerMs;
  const width = tileWidth + 2 * marginPx;
  return { ...scene, gutter, width: gutter + width, edges: { left, right: left + width / pxPerMs }, alerts: noAlerts };
}
