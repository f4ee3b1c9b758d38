import { emptyLanes } from "./lanes.ts";
import type { LaneBounds, Lanes, Mark, Segment, SegmentEnd } from "./lanes-model.ts";
import { laneBounds } from "./lanes-model.ts";
import { laneOf } from "./lanes-rows.ts";
import { addMark, begin, bound, cutOf, finish, idleAfterMs } from "./lanes-segments.ts";

/**
 * One history of two that follow on each other: an older page and what was known before. What lasted at the seam becomes
 * one segment with the older one's beginning. Costs what both hold, for rows are stacked anew.
 */
export function joinLanes(older: Lanes, newer: Lanes, bounds: LaneBounds = laneBounds): Lanes {
  const lanes = emptyLanes();
  lanes.fromPosition = older.fromPosition;
  lanes.position = newer.position;
  lanes.firstMs = older.firstMs;
  lanes.firstChangeMs = older.firstChangeMs ?? newer.firstChangeMs;
  lanes.lastMs = newer.lastMs;
  for (const times of [older.times, newer.times]) for (const atMs of times) lanes.times.push(atMs);
  lanes.version = Math.max(older.version, newer.version) + 1;
  for (const [key, end] of newer.orphanEnds) if (!older.open.has(key)) lanes.orphanEnds.set(key, end);
  for (const [key, end] of older.orphanEnds) lanes.orphanEnds.set(key, end);
  for (const table of [older.agents, newer.agents]) for (const lane of table.order) laneOf(lanes, lanes.agents, lane.key);
  for (const table of [older.resources, newer.resources]) for (const lane of table.order) laneOf(lanes, lanes.resources, lane.key);
  restack(lanes, seam(older, newer), bounds);
  for (const mark of allMarks(older, newer)) addMark(lanes, mark, bounds);
  lanes.cuts.push(...older.cuts);
  if (older.firstChangeMs !== undefined && newer.firstChangeMs !== undefined && newer.firstChangeMs - older.lastMs > idleAfterMs) {
    lanes.cuts.push(cutOf(older.lastMs, newer.firstChangeMs, lanes.cuts.at(-1)));
  }
  for (const cut of newer.cuts) lanes.cuts.push(cutOf(cut.fromMs - idleAfterMs / 2, cut.toMs + idleAfterMs / 2, lanes.cuts.at(-1)));
  lanes.shape = Math.max(older.shape, newer.shape) + 1;
  bound(lanes, bounds);
  return lanes;
}

/** Every segment once. */
function seam(older: Lanes, newer: Lanes): Segment[] {
  const segments: Segment[] = [...older.closed];
  const first = new Map<string, Segment>();
  const later = [...newer.closed, ...newer.open.values()];
  for (const segment of later) {
    const known = first.get(segment.key);
    if (known === undefined || segment.startMs < known.startMs) first.set(segment.key, segment);
  }
  const replaced = new Set<Segment>();
  for (const begun of older.open.values()) {
    const same = first.get(begun.key);
    if (same !== undefined && (!same.startKnown || same.startMs <= begun.startMs)) {
      replaced.add(same);
      segments.push(same.end === undefined ? begun : ended(begun, same.endMs, same.end));
    } else {
      // Ended by an event that shows nothing of it, at the latest where the newer history begins.
      const orphan = newer.orphanEnds.get(begun.key);
      segments.push(ended(begun, orphan?.atMs ?? newer.firstMs, orphan?.end ?? "over"));
    }
  }
  for (const segment of later) if (!replaced.has(segment)) segments.push(segment);
  return segments;
}

function ended(segment: Segment, atMs: number, end: SegmentEnd): Segment {
  return { ...segment, endMs: Math.min(segment.endMs, atMs), end };
}

/** Begins and ends all of them again in the order of time: what made room ends before what took it begins. */
function restack(lanes: Lanes, segments: readonly Segment[], bounds: LaneBounds): void {
  const steps: { readonly ms: number; readonly ends: boolean; readonly segment: Segment }[] = [];
  for (const segment of segments) {
    steps.push({ ms: segment.startMs, ends: false, segment });
    if (segment.end !== undefined && segment.endMs > segment.startMs) steps.push({ ms: segment.endMs, ends: true, segment });
  }
  steps.sort((a, b) => a.ms - b.ms || Number(b.ends) - Number(a.ends));
  for (const { ms, ends, segment } of steps) {
    if (!ends) begin(lanes, { ...segment, endMs: segment.kind === "intent" ? segment.endMs : Number.POSITIVE_INFINITY, end: undefined }, bounds);
    if (segment.end !== undefined && (ends || segment.endMs <= segment.startMs)) finish(lanes, segment.key, ms, segment.end, bounds);
  }
}

function allMarks(...histories: readonly Lanes[]): Mark[] {
  const marks = new Set<Mark>();
  for (const lanes of histories) {
    for (const mark of lanes.acts) marks.add(mark);
    for (const table of [lanes.agents, lanes.resources]) for (const lane of table.order) for (const mark of lane.marks) marks.add(mark);
  }
  return [...marks].sort((a, b) => a.position - b.position);
}
