import type { Segment } from "../../projections/lanes-model.ts";
import { termOf } from "../../projections/lanes-nodes.ts";
import type { Brush, Look } from "./brush.ts";
import type { RowBox } from "./lane-layout.ts";
import { concerns, lastsNow, type Scale, type Scene } from "./scene.ts";
import { type Ink, isLegible } from "./writing.ts";

/** Narrower than this, segments merge into a density: how much of each pixel is held, how much waits. */
export const leastPx = 1.5;
/** Rows lower than this are not written on. */
const textHeight = 11;
/** What a warning takes of its bar. */
const warningPx = 12;
const hollowFrom = 4;

/** What needs the operator never vanishes in a crowd. */
export function alerts(scene: Scene, segment: Segment): boolean {
  return lastsNow(scene, segment) && segment.fence !== null && scene.alerts.has(segment.fence);
}

export function endOf(segment: Pick<Segment, "kind" | "startMs" | "endMs">, nowMs: number): number {
  return segment.kind === "intent" ? segment.endMs : Math.min(segment.endMs, Math.max(nowMs, segment.startMs));
}

/** Collects one segment that is wide enough to be seen. */
export function collect(brush: Brush, scene: Scene, scale: Scale, segment: Segment, box: RowBox, x: number, y: number, width: number): void {
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
    case "leads":
      add("leads", y, box.height);
      write(
        brush,
        scene,
        scale,
        segment,
        y,
        box,
        scene.by === "agent" ? `${segment.resources[0] ?? ""} ${termOf(segment)}` : `${segment.agent} ${termOf(segment)}`,
        "lead-text",
      );
      break;
    case "vacant":
      add("vacant", y + 2, box.height - 4);
      break;
    case "ballot":
      add("ballot", y + 1, box.height - 2);
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
  const alertMs = alerts(scene, segment) ? scene.alerts.get(segment.fence ?? "") : undefined;
  if (alertMs === undefined) brush.boxes[look].push(x, y, w, box.height);
  else {
    // What came of it later is no alarm.
    const until = scene.whole ? Math.min(x + w, Math.max(scale.xOf(scene.nowMs), x + leastPx)) : x + w;
    const turn = Math.min(Math.max(scale.xOf(alertMs), x), until);
    if (turn > x) brush.boxes[look].push(x, y, turn - x, box.height);
    brush.boxes.alert.push(turn, y, until - turn, box.height);
    if (until < x + w) brush.boxes[look].push(until, y, x + w - until, box.height);
    if (until - turn > warningPx) brush.writing.warnings.push(Math.min(until, scene.width) - 8, y + box.height / 2);
  }
  const text = scene.by === "agent" ? (segment.resources[0] ?? "") : (segment.agent ?? "");
  const [ink, taken]: [Ink, number] = alertMs === undefined ? [look === "held" ? "onBar" : "hold-text", 0] : ["onBar", warningPx];
  write(brush, scene, scale, segment, y, box, text, ink, taken);
}

/** Notes what is written on a bar, where there may be room for it. */
function write(brush: Brush, scene: Scene, scale: Scale, segment: Segment, y: number, box: RowBox, text: string, ink: Ink, takenPx = 0): void {
  const { startMs } = segment;
  const endMs = endOf(segment, scene.untilMs);
  if (box.height < textHeight || !isLegible(startMs, endMs, scale)) return;
  brush.writing.texts.set(`${y} ${startMs} ${segment.key}`, { text, startMs, endMs, y: y + box.height / 2, ink, takenPx });
}
