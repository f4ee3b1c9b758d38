import type { PackedRow, RowSums } from "../../projections/lanes-packed-row.ts";
import type { Brush } from "./brush.ts";
import { alerts, collect, endOf, leastPx } from "./collect-segment.ts";
import { cover, flush, newDensity } from "./density.ts";
import type { RowBox } from "./lane-layout.ts";
import type { Scale, Scene } from "./scene.ts";

const otherLooks = { cooling: "cooling", crowd: "crowd", intent: "intent", disconnected: "away", frozen: "frozen", leads: "leads" } as const;
const insets: Readonly<Record<string, number>> = { cooling: 1, crowd: 2 };

/**
 * As `collectRow` does, from pixel to pixel: all that begins in one and is too narrow to be seen by itself is one difference
 * of sums. Only the last that begins in a pixel can reach beyond it, so none that is wide enough is missed.
 */
export function collectPacked(brush: Brush, scene: Scene, scale: Scale, box: RowBox & { readonly row: PackedRow }, top: number): void {
  const { row } = box;
  const { xOf, msAt, leftMs, rightMs, pxPerMs } = scale;
  const density = newDensity(brush, top + box.top, box.height);
  const firstX = scene.gutter - 4;
  const lastX = scene.width + 4;
  const end = row.firstStartingFrom(rightMs + 1e-3);
  let thinX = Number.NEGATIVE_INFINITY;
  const sums: RowSums = { heldMs: 0, waitsMs: 0, otherMs: 0 };
  const untilOf = (index: number) => {
    const endMs = row.endMs(index);
    return Math.min(xOf(endMs === Number.POSITIVE_INFINITY ? Math.max(scene.untilMs, row.startMs(index)) : endMs), lastX);
  };
  for (let index = row.firstEndingAfter(leftMs); index < end; ) {
    const from = Math.max(xOf(row.startMs(index)), firstX);
    const width = untilOf(index) - from;
    const segment = width >= leastPx ? row.at(index) : undefined;
    if (segment !== undefined) {
      flush(density);
      collect(brush, scene, scale, segment, box, from, top + box.top, width);
      index++;
      continue;
    }
    const column = Math.floor(from);
    let next = Math.max(Math.min(row.firstStartingFrom(msAt(column + 1), index + 1), end), index + 1);
    if (next - 1 > index && untilOf(next - 1) - xOf(row.startMs(next - 1)) >= leastPx) next--;
    const { heldMs, waitsMs, otherMs } = row.sums(index, next, scene.untilMs, sums);
    if (heldMs > 0 || waitsMs > 0) cover(density, column, heldMs * pxPerMs, waitsMs * pxPerMs);
    if (otherMs > 0 && from >= thinX + 1) {
      const look = otherLooks[row.otherKind as keyof typeof otherLooks];
      const inset = insets[look] ?? 0;
      brush.boxes[look].push(from, top + box.top + inset, 1, box.height - 2 * inset);
      thinX = from;
    }
    index = next;
  }
  flush(density);
}

/**
 * What needs the operator at the cursor, if it is on this row: it never vanishes in a crowd. Collected by itself, as it
 * depends on the cursor, and the rest of a whole trace does not.
 */
export function collectAlarm(brush: Brush, scene: Scene, scale: Scale, box: RowBox & { readonly row: PackedRow }, top: number): void {
  const segment = box.row.at(box.row.firstEndingAfter(scene.nowMs));
  if (segment === undefined || !alerts(scene, segment)) return;
  const from = Math.max(scale.xOf(segment.startMs), scene.gutter - 4);
  const to = Math.min(scale.xOf(endOf(segment, scene.untilMs)), scene.width + 4);
  if (to >= scene.gutter && from <= scene.width) collect(brush, scene, scale, segment, box, from, top + box.top, Math.max(to - from, leastPx));
}
