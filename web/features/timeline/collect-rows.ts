import type { Segment } from "../../projections/lanes-model.ts";
import { PackedRow } from "../../projections/lanes-packed-row.ts";
import { firstEndingAfter } from "../../projections/lanes-rows.ts";
import { isHold } from "../../projections/lanes-words.ts";
import type { Brush } from "./brush.ts";
import { collectPacked } from "./collect-packed.ts";
import { alerts, collect, endOf, leastPx } from "./collect-segment.ts";
import { cover, flush, newDensity } from "./density.ts";
import type { RowBox } from "./lane-layout.ts";
import type { Scale, Scene } from "./scene.ts";

/** What takes no time still takes some of a pixel. */
const leastCover = 1e-6;

/** Collects the boxes of one row; `top` is where its lane stands. Only what is visible is looked at. */
export function collectRow(brush: Brush, scene: Scene, scale: Scale, box: RowBox, top: number): void {
  const { row } = box;
  if (row instanceof PackedRow) return collectPacked(brush, scene, scale, { ...box, row }, top);
  const { xOf, leftMs, rightMs } = scale;
  const density = newDensity(brush, top + box.top, box.height);
  const firstX = scene.gutter - 4;
  const lastX = scene.width + 4;
  /** Where the last thin one of another kind was drawn: one a pixel is enough. */
  let thinX = Number.NEGATIVE_INFINITY;
  for (let index = firstEndingAfter(row, leftMs); index < row.length; index++) {
    const segment = row.at(index) as Segment;
    if (segment.startMs > rightMs) break;
    const from = Math.max(xOf(segment.startMs), firstX);
    const to = Math.min(xOf(endOf(segment, scene.untilMs)), lastX);
    const width = to - from;
    if (width >= leastPx || alerts(scene, segment)) {
      flush(density);
      collect(brush, scene, scale, segment, box, from, top + box.top, Math.max(width, leastPx));
    } else if (isHold(segment)) cover(density, Math.floor(from), Math.max(width, leastCover), 0);
    else if (segment.kind === "waiting") cover(density, Math.floor(from), 0, Math.max(width, leastCover));
    else if (from >= thinX + 1) {
      collect(brush, scene, scale, segment, box, from, top + box.top, 1);
      thinX = from;
    }
  }
  flush(density);
}
