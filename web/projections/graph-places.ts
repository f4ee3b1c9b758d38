import { type Point, sizes } from "./graph-layout.ts";
import type { Box } from "./graph-packing.ts";

const bucket = 256;

/** Where nodes stand, found by place: for what is in sight and what is under the pointer. */
export class GraphPlaces {
  readonly #points = new Map<string, Point>();
  readonly #buckets = new Map<string, Set<string>>();

  get size(): number {
    return this.#points.size;
  }

  ids(): Iterable<string> {
    return this.#points.keys();
  }

  /** The middle of a node. */
  at(id: string): Point | undefined {
    return this.#points.get(id);
  }

  set(id: string, point: Point): void {
    this.delete(id);
    this.#points.set(id, point);
    const key = keyOf(point.x, point.y);
    const ids = this.#buckets.get(key);
    if (ids === undefined) this.#buckets.set(key, new Set([id]));
    else ids.add(id);
  }

  delete(id: string): void {
    const point = this.#points.get(id);
    if (point === undefined) return;
    this.#points.delete(id);
    const key = keyOf(point.x, point.y);
    const ids = this.#buckets.get(key);
    ids?.delete(id);
    if (ids?.size === 0) this.#buckets.delete(key);
  }

  /** Ids of nodes whose middle lies in a box, at most `limit`. */
  within(box: Box, limit = Number.POSITIVE_INFINITY): string[] {
    const found: string[] = [];
    const inside = ({ x, y }: Point) => x >= box.x && y >= box.y && x <= box.x + box.width && y <= box.y + box.height;
    const columns = Math.floor((box.x + box.width) / bucket) - Math.floor(box.x / bucket) + 1;
    const rows = Math.floor((box.y + box.height) / bucket) - Math.floor(box.y / bucket) + 1;
    // A box of more buckets than there are is cheaper to answer from the list of nodes.
    if (columns * rows > this.#buckets.size) {
      for (const [id, point] of this.#points) {
        if (!inside(point)) continue;
        found.push(id);
        if (found.length >= limit) break;
      }
      return found;
    }
    for (let y = Math.floor(box.y / bucket); y <= Math.floor((box.y + box.height) / bucket); y++) {
      for (let x = Math.floor(box.x / bucket); x <= Math.floor((box.x + box.width) / bucket); x++) {
        for (const id of this.#buckets.get(`${x} ${y}`) ?? []) {
          const point = this.#points.get(id);
          if (point === undefined || !inside(point)) continue;
          found.push(id);
          if (found.length >= limit) return found;
        }
      }
    }
    return found;
  }

  /** The node under a point, or the nearest one at most `slack` away from its edge. */
  hit(x: number, y: number, slack = 0): string | undefined {
    const reach = sizes.sectionWidth / 2 + slack;
    let best: string | undefined;
    let bestDistance = slack;
    for (const id of this.within({ x: x - reach, y: y - reach, width: 2 * reach, height: 2 * reach })) {
      const point = this.#points.get(id);
      if (point === undefined) continue;
      const distance = distanceTo(id, point, x, y);
      if (distance > bestDistance || (distance === bestDistance && best !== undefined)) continue;
      best = id;
      bestDistance = distance;
    }
    return best;
  }

  /** The smallest box around all nodes, or around some; undefined when there are none. */
  bounds(ids: Iterable<string> = this.#points.keys()): Box | undefined {
    let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const id of ids) {
      const point = this.#points.get(id);
      if (point === undefined) continue;
      const [width, height] = extent(id);
      left = Math.min(left, point.x - width / 2);
      right = Math.max(right, point.x + width / 2);
      top = Math.min(top, point.y - height / 2);
      bottom = Math.max(bottom, point.y + height / 2);
    }
    return right < left ? undefined : { x: left, y: top, width: right - left, height: bottom - top };
  }
}

/** Width and height of a node when it is drawn near. */
export function extent(id: string): readonly [number, number] {
  return isAgentId(id) ? [sizes.lamp, sizes.lamp] : [sizes.sectionWidth, sizes.sectionHeight];
}

export const isAgentId = (id: string): boolean => id.startsWith("agent:");

function distanceTo(id: string, point: Point, x: number, y: number): number {
  if (isAgentId(id)) return Math.max(0, Math.hypot(x - point.x, y - point.y) - sizes.lamp / 2);
  return Math.hypot(Math.max(0, Math.abs(x - point.x) - sizes.sectionWidth / 2), Math.max(0, Math.abs(y - point.y) - sizes.sectionHeight / 2));
}

const keyOf = (x: number, y: number): string => `${Math.floor(x / bucket)} ${Math.floor(y / bucket)}`;
