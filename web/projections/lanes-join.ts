import type { LaneBounds, Lanes, Mark, Segment, SegmentEnd } from "./lanes-model.ts";
import { laneBounds, laneTable, laneTables } from "./lanes-model.ts";
import { laneOf } from "./lanes-rows.ts";
import { bound, cutOf, idleAfterMs, isFleeting, putBefore, replace } from "./lanes-segments.ts";

/**
 * Puts an older page before what is known; the page ends where that begins. What lasted at the seam becomes one segment with
 * the older one's beginning. What is known keeps its rows, so the cost is the page's, but for a look through the known keys.
 * Changes `lanes` and uses `older` up.
 */
export function prependLanes(lanes: Lanes, older: Lanes, bounds: LaneBounds = laneBounds): void {
  const ended = joinSeam(lanes, older, bounds);
  const page = [...older.closed, ...ended];
  for (const segment of page.toSorted((a, b) => a.startMs - b.startMs)) putBefore(lanes, segment, bounds);
  lanes.closed.unshift(...page);
  prependMarks(lanes, older, bounds);
  prependCuts(lanes, older);
  lanes.times.unshift(...older.times);
  for (const [key, end] of older.orphanEnds) lanes.orphanEnds.set(key, end);
  lanes.fromPosition = older.fromPosition;
  lanes.firstMs = older.firstMs;
  lanes.firstChangeMs = older.firstChangeMs ?? lanes.firstChangeMs;
  lanes.version++;
  lanes.shape++;
  bound(lanes, bounds);
}

/** Gives what lasted at the seam its one segment. Returns those that ended there, with their ends. */
function joinSeam(lanes: Lanes, older: Lanes, bounds: LaneBounds): Segment[] {
  const known = firstOf(lanes, older.open);
  const replaced = new Map<Segment, Segment>();
  const over: Segment[] = [];
  for (const begun of older.open.values()) {
    const same = known.get(begun.key);
    if (same !== undefined && (!same.startKnown || same.startMs <= begun.startMs)) {
      const whole = same.end === undefined ? begun : endedAt(begun, same.endMs, same.end);
      replace(lanes, same, whole, bounds);
      replaced.set(same, whole);
    } else {
      // Ended by an event that shows nothing of it, at the latest where the newer history begins.
      const orphan = lanes.orphanEnds.get(begun.key);
      const ended = endedAt(begun, orphan?.atMs ?? lanes.firstMs, orphan?.end ?? "over");
      if (!isFleeting(ended) || ended.endMs > ended.startMs) over.push(ended);
    }
    lanes.orphanEnds.delete(begun.key);
  }
  for (let index = 0; replaced.size > 0 && index < lanes.closed.length; index++) {
    const whole = replaced.get(lanes.closed[index] as Segment);
    if (whole !== undefined) lanes.closed[index] = whole;
  }
  return over;
}

/** The first known segment of each key that is asked for. */
function firstOf(lanes: Lanes, keys: ReadonlyMap<string, unknown>): Map<string, Segment> {
  const first = new Map<string, Segment>();
  for (const list of [lanes.closed, lanes.open.values()]) {
    for (const segment of list) {
      if (!keys.has(segment.key)) continue;
      const before = first.get(segment.key);
      if (before === undefined || segment.startMs < before.startMs) first.set(segment.key, segment);
    }
  }
  return first;
}

function endedAt(segment: Segment, atMs: number, end: SegmentEnd): Segment {
  return { ...segment, endMs: Math.min(segment.endMs, atMs), end };
}

function prependMarks(lanes: Lanes, older: Lanes, bounds: LaneBounds): void {
  prependNewest(lanes.acts, older.acts, bounds.acts);
  for (const table of laneTables(older)) {
    for (const lane of table.order) {
      const into = laneOf(lanes, laneTable(lanes, table.by), lane.key);
      prependNewest(into.marks, lane.marks, bounds.marksPerLane);
    }
  }
}

function prependNewest(marks: Mark[], older: readonly Mark[], bound: number): void {
  const room = Math.max(0, bound - marks.length);
  if (room > 0) marks.unshift(...older.slice(-room));
}

function prependCuts(lanes: Lanes, older: Lanes): void {
  const known = lanes.cuts.splice(0);
  lanes.cuts.push(...older.cuts);
  if (older.firstChangeMs !== undefined && lanes.firstChangeMs !== undefined && lanes.firstChangeMs - older.lastMs > idleAfterMs) {
    lanes.cuts.push(cutOf(older.lastMs, lanes.firstChangeMs, lanes.cuts.at(-1)));
  }
  for (const cut of known) lanes.cuts.push(cutOf(cut.fromMs - idleAfterMs / 2, cut.toMs + idleAfterMs / 2, lanes.cuts.at(-1)));
}
