import { laneTable } from "../../projections/lanes-model.ts";
import { PackedLanes } from "../../projections/lanes-packed.ts";
import type { Arrow, ArrowPoint } from "../../projections/lanes-packed-arrows.ts";
import { firstEndingAfter } from "../../projections/lanes-rows.ts";
import { laneHeight, type RowBox, rowBoxes, trackAt } from "./lane-layout.ts";
import { headHeight, type Scale, type Scene } from "./scene.ts";

const apartPx = 3;
const headPx = 5;
/** A release and the grant that it made possible are often one moment: the arrow is then drawn beside it. */
const leastBendPx = 10;

/** The arrows of a picture; there are some in whole traces only. */
export function arrowsIn({ lanes, by, selected, position }: Scene, { leftMs, rightMs, pxPerMs }: Scale): Arrow[] {
  if (!(lanes instanceof PackedLanes)) return [];
  return lanes.arrows.find({ by, fromMs: leftMs, toMs: rightMs, of: selected, position, apartMs: apartPx / pxPerMs });
}

/** What happened because of what: of what is selected, of the event at the cursor, and of all where that is little. */
export function paintArrows(context: CanvasRenderingContext2D, scene: Scene, scale: Scale): void {
  const arrows = arrowsIn(scene, scale);
  if (arrows.length === 0) return;
  const tops = new Map(scene.layout.lanes.map(({ key }, index) => [key, headHeight + (scene.layout.tops[index] as number) - scene.scrollTop]));
  const { tokens } = scene.palette;
  for (const later of [true, false]) {
    context.beginPath();
    for (const arrow of arrows) if (arrow.to.atMs > scene.nowMs === later) trace(context, scene, scale, tops, arrow);
    context.globalAlpha = later ? 0.55 : 1;
    context.strokeStyle = tokens.surface;
    context.lineWidth = 3;
    context.stroke();
    context.strokeStyle = tokens.text;
    context.lineWidth = 1.25;
    context.stroke();
  }
  context.globalAlpha = 1;
}

function trace(context: CanvasRenderingContext2D, scene: Scene, scale: Scale, tops: ReadonlyMap<string, number>, { from, to }: Arrow): void {
  const [fromTop, toTop] = [tops.get(from.lane), tops.get(to.lane)];
  if (fromTop === undefined || toTop === undefined) return;
  const [x1, x2] = [scale.xOf(from.atMs), scale.xOf(to.atMs)];
  // On one lane it says nothing unless there is something between.
  if (from.lane === to.lane && x2 - x1 < leastBendPx) return;
  const y1 = fromTop + heightOf(scene, from, "endMs");
  const y2 = toTop + heightOf(scene, to, "startMs");
  const bend = Math.max((x2 - x1) / 2, leastBendPx);
  context.moveTo(x1, y1);
  if (from.lane === to.lane) context.quadraticCurveTo((x1 + x2) / 2, y1 - 14, x2, y2);
  else context.bezierCurveTo(x1 + bend, y1, x2 - bend, y2, x2, y2);
  context.moveTo(x2 - headPx, y2 - headPx * 0.7);
  context.lineTo(x2, y2);
  context.lineTo(x2 - headPx, y2 + headPx * 0.7);
}

/** How far below its lane's top an arrow's end lies: in the row of what ended or began there. */
function heightOf(scene: Scene, { lane: key, atMs, position }: ArrowPoint, edge: "startMs" | "endMs"): number {
  const lane = laneTable(scene.lanes, scene.by).byKey.get(key);
  if (lane === undefined) return trackAt;
  const isIt = ({ row }: RowBox): boolean => {
    const index = firstEndingAfter(row, atMs);
    if (edge === "startMs") return row.at(index)?.position === position;
    return index > 0 && row.at(index - 1)?.endMs === atMs && row.at(index - 1)?.kind !== "waiting";
  };
  const box = rowBoxes(lane).find((one) => one.band === "bar" && isIt(one));
  return box === undefined ? Math.min(trackAt, laneHeight(lane) / 2) : box.top + box.height / 2;
}
