import { clockText } from "../../projections/lanes-axis.ts";
import type { LaneView, Mark, Segment } from "../../projections/lanes-model.ts";
import { bandsOver } from "../../projections/lanes-trouble.ts";
import { isHold, nextHolder, segmentWords } from "../../projections/lanes-words.ts";
import type { Selected } from "../../stores/selection.ts";
import { laneAt, laneHeight, segmentAt } from "./lane-layout.ts";
import { actsNear } from "./paint-acts.ts";
import { markNear } from "./paint-marks.ts";
import { footHeight, headHeight, type Scene, scaleOf, selects, stepText } from "./scene.ts";
import { textWidth } from "./text-width.ts";

/** What lies under a point of the picture. */
export interface Under {
  readonly lane: LaneView | undefined;
  readonly laneTop: number;
  readonly segment: Segment | undefined;
  readonly mark: Mark | undefined;
  /** In the head: others that stand where it does. */
  readonly beside?: readonly Mark[];
  /** The time there; undefined over the names. */
  readonly atMs: number | undefined;
}

const reachPx = 5;

export function underPoint(scene: Scene, x: number, y: number): Under {
  const scale = scaleOf(scene);
  const inPlot = x >= scene.gutter;
  const atMs = inPlot ? scene.axis.msAt(scene.edges.left + (x - scene.gutter) / scale.pxPerMs) : undefined;
  const nothing = { lane: undefined, laneTop: 0, segment: undefined, mark: undefined, atMs };
  if (y < headHeight) {
    const [mark, ...beside] = inPlot ? actsNear(scene.lanes.acts, scale, x, reachPx) : [];
    return { ...nothing, mark, beside };
  }
  const inLanes = y - headHeight + scene.scrollTop;
  if (y > scene.height - footHeight || scene.layout.lanes.length === 0 || inLanes >= (scene.layout.tops[scene.layout.lanes.length] as number)) return nothing;
  const index = laneAt(scene.layout, inLanes);
  const lane = scene.layout.lanes[index] as LaneView;
  const laneTop = scene.layout.tops[index] as number;
  const under = { lane, laneTop: laneTop + headHeight - scene.scrollTop, segment: undefined, mark: undefined, atMs };
  if (atMs === undefined) return under;
  const reachMs = 3 / scale.pxPerMs;
  const nearMark = markNear(lane.marks, scale, x, reachPx);
  const [fromMs, toMs] = [atMs - reachMs, atMs + reachMs];
  const band = fromMs > scene.untilMs ? undefined : bandsOver(scene.lanes, lane, fromMs, toMs).at(-1);
  return { ...under, mark: nearMark, segment: segmentAt(lane, inLanes - laneTop, fromMs, toMs, scene.untilMs) ?? band };
}

/** The time that a click on the axis means; undefined elsewhere, and where there is nothing. */
export function timeOnAxis(scene: Scene, x: number, y: number): number | undefined {
  if (y < scene.height - footHeight || x < scene.gutter) return undefined;
  return Math.min(Math.max(scaleOf(scene).msAt(x), scene.lanes.firstMs), scene.untilMs);
}

/** What a click there selects. */
export function selectionAt(scene: Scene, under: Under): Selected | null {
  const { mark } = under;
  if (mark?.finding !== undefined) return { kind: "finding", id: mark.finding };
  const thing = under.segment === undefined ? null : selects(scene.by, under.segment);
  if (thing !== null) return thing;
  if (under.lane !== undefined) return { kind: scene.by, id: under.lane.key };
  if (mark?.deadlock !== undefined) return { kind: "deadlock", id: mark.deadlock };
  if (mark?.group !== undefined) return { kind: "group", id: mark.group };
  if (mark?.resource != null) return { kind: "resource", id: mark.resource };
  return mark?.agent != null ? { kind: "agent", id: mark.agent } : null;
}

/** What lies there in words: a headline, and what else there is to say. Empty where there is nothing. */
export function wordsAt(scene: Scene, under: Under): string[] {
  const { segment, mark } = under;
  const lines: string[] = [];
  for (const one of mark === undefined ? [] : [mark, ...(under.beside ?? [])]) lines.push(`${clockText(one.atMs, scene.zoneMs)} ${one.words}`);
  if (segment !== undefined) {
    lines.push(wordsOf(scene, segment));
    if (segment.reason !== "" && (isHold(segment) || segment.kind === "waiting" || segment.kind === "leads")) lines.push(`Reason: ${segment.reason}`);
    const until = segment.end === undefined ? (scene.whole ? "the end of the trace" : "now") : timeText(scene, segment.endMs);
    if (segment.startKnown && segment.kind !== "intent") lines.push(`${timeText(scene, segment.startMs)} to ${until}`);
    if (segment.fence !== null && scene.alerts.has(segment.fence)) lines.push("Needs you: no progress while others wait.");
  }
  if (lines.length === 0 && under.lane !== undefined && under.atMs === undefined) lines.push(under.lane.key);
  return lines;
}

const timeText = ({ logical, zoneMs }: Scene, ms: number): string => (logical ? stepText(ms) : clockText(ms, zoneMs));

export function wordsOf(scene: Scene, segment: Segment): string {
  const ended = isHold(segment) && segment.end !== undefined;
  const next = ended ? nextHolder(scene.lanes.resources.byKey.get(segment.resources[0] ?? ""), segment) : undefined;
  return segmentWords(segment, scene.untilMs, scene.zoneMs, next);
}

/** Draws what follows the pointer and the keys, over the picture: a hairline with its time, and the lane that the keys are on. */
export function paintOver(context: CanvasRenderingContext2D, scene: Scene, pointerX: number | undefined, cursor: number | undefined): void {
  const { tokens } = scene.palette;
  context.clearRect(0, 0, scene.width, scene.height);
  const lane = cursor === undefined ? undefined : scene.layout.lanes[cursor];
  if (lane !== undefined) {
    const top = headHeight + (scene.layout.tops[cursor as number] as number) - scene.scrollTop;
    context.strokeStyle = tokens.focus;
    context.lineWidth = 2;
    context.strokeRect(1, top + 1, scene.width - 2, laneHeight(lane) - 2);
  }
  if (pointerX === undefined || pointerX < scene.gutter) return;
  const scale = scaleOf(scene);
  const x = Math.round(pointerX);
  context.fillStyle = tokens["line-strong"];
  context.fillRect(x, headHeight, 1, scene.height - headHeight - footHeight);
  const atMs = scene.axis.msAt(scene.edges.left + (pointerX - scene.gutter) / scale.pxPerMs);
  const label = scene.logical ? stepText(atMs) : clockText(atMs, scene.zoneMs, scale.pxPerMs > 0.05 ? 1 : 1_000);
  context.font = `11px ${tokens.mono}`;
  const half = textWidth(context, label) / 2 + 5;
  const middle = Math.min(Math.max(x, scene.gutter + half), scene.width - half);
  // A tick's label that shows half beside this one is worse than none.
  context.fillStyle = tokens.surface;
  context.fillRect(middle - half - 34, scene.height - footHeight + 1, half * 2 + 68, footHeight - 1);
  context.fillStyle = tokens.raised;
  context.fillRect(middle - half, scene.height - footHeight + 2, half * 2, footHeight - 4);
  context.fillStyle = tokens.text;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(label, middle, scene.height - footHeight / 2);
}
