import type { Segment } from "../../projections/lanes-model.ts";
import { firstEndingAfter } from "../../projections/lanes-rows.ts";
import { isHold } from "../../projections/lanes-words.ts";
import type { Brush, Look } from "./brush.ts";
import { cover, flush, newDensity } from "./density.ts";
import type { RowBox } from "./lane-layout.ts";
import { concerns, type Scale, type Scene } from "./scene.ts";

/** Narrower than this, segments merge into a density: how much of each pixel is held, how much waits. */
const leastPx = 1.5;
const textFrom = 40;
const hollowFrom = 4;

/** Collects the boxes of one row; `top` is where its lane stands. Only what is visible is looked at. */
export function collectRow(brush: Brush, scene: Scene, scale: Scale, box: RowBox, top: number): void {
  const { row } = box;
  const { xOf, leftMs, rightMs } = scale;
  const density = newDensity(brush, top + box.top, box.height);
  const firstX = scene.gutter - 4;
  const lastX = scene.width + 4;
  /** Where the last thin one of another kind was drawn: one a pixel is enough. */
  let thinX = Number.NEGATIVE_INFINITY;
  for (let index = firstEndingAfter(row, leftMs); index < row.length; index++) {
    const segment = row[index] as Segment;
    if (segment.startMs > rightMs) break;
    const from = Math.max(xOf(segment.startMs), firstX);
    const to = Math.min(xOf(endOf(segment, scene.nowMs)), lastX);
    const width = to - from;
    if (width >= leastPx || alerts(scene, segment)) {
      flush(density);
      collect(brush, scene, scale, segment, box, from, top + box.top, Math.max(width, leastPx));
    } else if (isHold(segment) || segment.kind === "waiting") cover(density, segment, from, width);
    else if (from >= thinX + 1) {
      collect(brush, scene, scale, segment, box, from, top + box.top, 1);
      thinX = from;
    }
  }
  flush(density);
}

/** What needs the operator never vanishes in a crowd. */
function alerts(scene: Scene, segment: Segment): boolean {
  return segment.end === undefined && segment.fence !== null && scene.alerts.has(segment.fence);
}

function endOf(segment: Segment, nowMs: number): number {
  return segment.kind === "intent" ? segment.endMs : Math.min(segment.endMs, Math.max(nowMs, segment.startMs));
}

function collect(brush: Brush, scene: Scene, scale: Scale, segment: Segment, box: RowBox, x: number, y: number, width: number): void {
  // A pixel of air between neighbours.
  const w = width > 3 ? width - 1 : width;
  const add = (look: Look, boxY: number, height: number) => brush.boxes[look].push(x, boxY, w, height);
  switch (segment.kind) {
    case "held-exclusive":
    case "held-shared":
    case "advisory":
    case "optimistic":
      collectHold(brush, scene, scale, segment, box, x, y, w);
      break;
    case "waiting": {
      const height = Math.max(4, Math.round(box.height * 0.5));
      add("waiting", y + Math.round((box.height - height) / 2), height);
      break;
    }
    case "cooling":
      add("cooling", y + 1, box.height - 2);
      break;
    case "crowd":
      add("crowd", y + 2, box.height - 4);
      break;
    case "intent":
      add("intent", y, box.height);
      break;
    case "disconnected":
      add("away", y, box.height);
      break;
    case "frozen":
      add("frozen", y, box.height);
      break;
    case "fault":
    case "deadlock":
      // Over several lanes: `collectBands` does these.
      break;
  }
  if (concerns(scene.selected, segment) && box.band !== "backdrop") brush.outlines.push(x, y, w, box.height);
}

function collectHold(brush: Brush, scene: Scene, scale: Scale, segment: Segment, box: RowBox, x: number, y: number, w: number): void {
  // Too narrow to be hollow, a shared lock is all outline.
  const solid = segment.kind === "held-exclusive" || w < hollowFrom;
  const look: Look = solid ? "held" : segment.kind === "held-shared" ? "shared" : "advisory";
  const alertMs = segment.end === undefined && segment.fence !== null ? scene.alerts.get(segment.fence) : undefined;
  if (alertMs === undefined) brush.boxes[look].push(x, y, w, box.height);
  else {
    const turn = Math.min(Math.max(scale.xOf(alertMs), x), x + w);
    if (turn > x) brush.boxes[look].push(x, y, turn - x, box.height);
    brush.boxes.alert.push(turn, y, x + w - turn, box.height);
    if (x + w - turn > 12) brush.warnings.push(Math.min(x + w, scene.width) - 8, y + box.height / 2);
  }
  const shownX = Math.max(x, scene.gutter);
  const shown = Math.min(x + w, scene.width) - shownX;
  if (shown < textFrom || box.height < 11) return;
  const text = scene.by === "agent" ? (segment.resources[0] ?? "") : (segment.agent ?? "");
  brush.texts.push({
    text,
    x: shownX + 5,
    y: y + box.height / 2,
    width: shown - (alertMs === undefined ? 10 : 22),
    hollow: look !== "held" && alertMs === undefined,
  });
}
