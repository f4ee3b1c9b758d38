import type { Axis } from "../../projections/lanes-axis.ts";
import { type JumpKind, jumpKinds } from "../../replay/marks.ts";
import type { LastingSpot, TraceIndex } from "../../replay/trace-index.ts";

/** Which part of an axis the scrubber shows on how many pixels. */
export interface StripScale {
  readonly axis: Axis;
  readonly fromMs: number;
  readonly toMs: number;
  readonly width: number;
}

export interface Strip {
  /** How busy each pixel column is, 0 to 1; by powers, so that one burst does not flatten the rest. */
  readonly load: Float32Array;
  /** Columns in which something of a kind happened. */
  readonly columns: Readonly<Record<JumpKind, Uint8Array>>;
}

export function xOf({ axis, fromMs, toMs, width }: StripScale, ms: number): number {
  const [left, right] = [axis.placeOf(fromMs), axis.placeOf(toMs)];
  return right <= left ? 0 : ((axis.placeOf(ms) - left) / (right - left)) * width;
}

export function msAt({ axis, fromMs, toMs, width }: StripScale, x: number): number {
  const [left, right] = [axis.placeOf(fromMs), axis.placeOf(toMs)];
  const share = Math.min(Math.max(x / Math.max(1, width), 0), 1);
  return Math.min(Math.max(axis.msAt(left + share * (right - left)), fromMs), toMs);
}

/** Position of the last event before each pixel column, and at last of all. */
function edgesOf(index: TraceIndex, scale: StripScale): Int32Array {
  const edges = new Int32Array(scale.width + 1);
  for (let x = 0; x <= scale.width; x++) edges[x] = index.positionAtTime(x === scale.width ? scale.toMs : msAt(scale, x) - 0.5);
  return edges;
}

/** What the scrubber paints, column by column: it costs by pixels, not by events. */
export function stripOf(index: TraceIndex, scale: StripScale): Strip {
  const edges = edgesOf(index, scale);
  const counts = new Float32Array(scale.width);
  for (let x = 0; x < scale.width; x++) counts[x] = (edges[x + 1] as number) - (edges[x] as number);
  const most = counts.reduce((left, right) => Math.max(left, right), 1);
  const load = counts.map((count) => (count <= 0 ? 0 : Math.sqrt(count / most)));
  const columns = Object.fromEntries(jumpKinds.map((kind) => [kind, columnsOf(index, edges, kind)])) as Record<JumpKind, Uint8Array>;
  return { load, columns };
}

/** Leaps from one event of the kind to the next column's: each byte of the index is looked at once. */
function columnsOf(index: TraceIndex, edges: Int32Array, kind: JumpKind): Uint8Array {
  const columns = new Uint8Array(edges.length - 1);
  let x = 0;
  let found = index.next(edges[0] as number, 1, kind);
  while (found !== undefined) {
    while (x < columns.length && (edges[x + 1] as number) < found) x++;
    if (x === columns.length) break;
    columns[x] = 1;
    found = index.next(edges[x + 1] as number, 1, kind);
  }
  return columns;
}

/** What has words within some pixels of a place, nearest first. */
export function spotsNear(spots: readonly LastingSpot[], scale: StripScale, x: number, reachPx: number, atMost: number): LastingSpot[] {
  const distance = (spot: LastingSpot): number => {
    const [left, right] = [xOf(scale, spot.atMs), xOf(scale, spot.untilMs ?? spot.atMs)];
    return x < left ? left - x : x > right ? x - right : 0;
  };
  return spots
    .map((spot) => ({ spot, away: distance(spot) }))
    .filter(({ away }) => away <= reachPx)
    .sort((one, other) => one.away - other.away || other.spot.position - one.spot.position)
    .slice(0, atMost)
    .map(({ spot }) => spot);
}
