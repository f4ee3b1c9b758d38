import { edgesAt } from "./graph-edges.ts";
import type { Point } from "./graph-layout.ts";
import type { GraphModel } from "./graph-model.ts";
import type { GraphPlaces } from "./graph-places.ts";

export type Direction = "left" | "right" | "up" | "down";

const ways: Record<Direction, Point> = { left: { x: -1, y: 0 }, right: { x: 1, y: 0 }, up: { x: 0, y: -1 }, down: { x: 0, y: 1 } };
/** How far off the direction a neighbour may lie: within about 66 degrees along an edge, within a quarter turn without one. */
const alongEdge = 0.4;
const acrossGap = 0.71;
const reach = 1_400;

/**
 * Where an arrow key leads from a node: along an edge that goes that way, the straightest and nearest first; where none
 * does, to the nearest node that way. Undefined at the rim.
 */
export function stepFrom(model: GraphModel, places: GraphPlaces, id: string, direction: Direction): string | undefined {
  const from = places.at(id);
  if (from === undefined) return undefined;
  const neighbours = edgesAt(model, id).map((edge) => (edge.agent === id ? edge.about : edge.agent));
  const around = places.within({ x: from.x - reach, y: from.y - reach, width: 2 * reach, height: 2 * reach }, 2_000);
  return nearest(places, from, neighbours, ways[direction], alongEdge) ?? nearest(places, from, around, ways[direction], acrossGap);
}

function nearest(places: GraphPlaces, from: Point, ids: Iterable<string>, way: Point, straightness: number): string | undefined {
  let best: string | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const id of ids) {
    const at = places.at(id);
    if (at === undefined) continue;
    const [dx, dy] = [at.x - from.x, at.y - from.y];
    const distance = Math.hypot(dx, dy);
    const straight = (dx * way.x + dy * way.y) / distance;
    if (distance === 0 || straight < straightness) continue;
    const cost = distance * (2 - straight);
    if (cost < bestCost) {
      best = id;
      bestCost = cost;
    }
  }
  return best;
}
