import type { LaneView, RowView, Segment } from "../../projections/lanes-model.ts";
import { firstEndingAfter, firstMarkFrom } from "../../projections/lanes-rows.ts";

/** Where the lanes stand, from the top of the first one. Heights follow the rows that a lane ever needed, so nothing jumps while it works. */
export interface LaneLayout {
  readonly lanes: readonly LaneView[];
  /** Top of each lane, and at the end the height of all. */
  readonly tops: Float64Array;
}

export interface RowBox {
  readonly row: RowView;
  readonly band: "bar" | "crowd" | "plan" | "backdrop";
  readonly top: number;
  readonly height: number;
}

const padding = 4;
const rowGap = 2;
const firstHeight = 14;
const crowdHeight = 6;
const planHeight = 5;
/** Intents beyond these share the last row: where plans overlap, that is the news. */
const planRows = 2;

/** Where the lane's track lies, from its top: in the middle of its first row. */
export const trackAt = padding + firstHeight / 2;

function laterHeight(lane: LaneView): number {
  return lane.bars.length <= 3 ? 9 : 7;
}

export function laneHeight(lane: LaneView): number {
  const later = Math.max(0, lane.bars.length - 1) * (laterHeight(lane) + rowGap);
  const crowd = lane.crowd.length > 0 ? crowdHeight + rowGap : 0;
  const plans = Math.min(lane.plans.length, planRows) * (planHeight + 1);
  return 2 * padding + firstHeight + later + crowd + plans + 1;
}

/** The rows of a lane from its top, what lies at the back first. */
export function rowBoxes(lane: LaneView): RowBox[] {
  const boxes: RowBox[] = [];
  for (const row of lane.backdrop) boxes.push({ row, band: "backdrop", top: 1, height: laneHeight(lane) - 2 });
  let top = padding;
  for (let number = 0; number < Math.max(1, lane.bars.length); number++) {
    const height = number === 0 ? firstHeight : laterHeight(lane);
    const row = lane.bars[number];
    if (row !== undefined) boxes.push({ row, band: "bar", top, height });
    top += height + rowGap;
  }
  if (lane.crowd.length > 0) {
    boxes.push({ row: lane.crowd, band: "crowd", top, height: crowdHeight });
    top += crowdHeight + rowGap;
  }
  for (const [number, row] of lane.plans.entries()) {
    boxes.push({ row, band: "plan", top: top + Math.min(number, planRows - 1) * (planHeight + 1), height: planHeight });
  }
  return boxes;
}

export function layOut(lanes: readonly LaneView[]): LaneLayout {
  const tops = new Float64Array(lanes.length + 1);
  for (let index = 0; index < lanes.length; index++) tops[index + 1] = (tops[index] as number) + laneHeight(lanes[index] as LaneView);
  return { lanes, tops };
}

/** Whether anything lies on the lane between two times. */
export function isBusy(lane: LaneView, fromMs: number, toMs: number): boolean {
  const touches = (row: RowView) => (row.at(firstEndingAfter(row, fromMs))?.startMs ?? Number.POSITIVE_INFINITY) <= toMs;
  const mark = lane.marks.at(firstMarkFrom(lane.marks, fromMs));
  return [lane.bars, lane.plans, lane.backdrop].some((rows) => rows.some(touches)) || (mark !== undefined && mark.atMs <= toMs);
}

/** Index of the lane at a height; the nearest one when it is above or below all. */
export function laneAt(layout: LaneLayout, y: number): number {
  let low = 0;
  let high = layout.lanes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((layout.tops[middle + 1] as number) > y) high = middle;
    else low = middle + 1;
  }
  return Math.min(low, layout.lanes.length - 1);
}

/** What lies under a point: `y` from the lane's top, between two times that stand for a few pixels around it. */
export function segmentAt(lane: LaneView, y: number, fromMs: number, toMs: number, nowMs: number): Segment | undefined {
  const boxes = rowBoxes(lane).reverse();
  // First what is really there, then, with a generous hand, what is just beside.
  for (const slack of [0, rowGap + 1]) {
    for (const { row, top, height } of boxes) {
      if (y < top - slack || y >= top + height + slack) continue;
      const segment = row.at(firstEndingAfter(row, fromMs));
      if (segment !== undefined && segment.startMs <= toMs && fromMs <= Math.min(segment.endMs, segment.kind === "intent" ? segment.endMs : nowMs))
        return segment;
    }
  }
  return undefined;
}
