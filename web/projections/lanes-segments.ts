import type { Cut, Lane, LaneBounds, Lanes, LaneTable, Mark, Row, RowBand, Segment, SegmentEnd, SegmentKind } from "./lanes-model.ts";
import { laneTables } from "./lanes-model.ts";
import { firstEndingAfter, laneOf, place, removeFrom } from "./lanes-rows.ts";

/** A quiet stretch longer than this is folded to this: half stays after what was before, half before what comes. */
export const idleAfterMs = 30_000;

export function bandOf(kind: SegmentKind): Exclude<RowBand, "crowd"> {
  if (kind === "intent") return "plans";
  return kind === "disconnected" || kind === "frozen" ? "backdrop" : "bars";
}

/** What a group is at lies on the group's lane: a resource may have the same name. */
export const isOfGroup = ({ kind }: Pick<Segment, "kind">): boolean => kind === "leads" || kind === "vacant" || kind === "ballot";

/** It never came to be when it has no length: a plan whose window did not come, a vacancy that was filled at once. */
export const isFleeting = ({ kind }: Pick<Segment, "kind">): boolean => kind === "intent" || kind === "vacant";

/** Lies over several lanes instead of in the rows of its own: a fault, a deadlock. */
export const isBand = (segment: Pick<Segment, "kind">): boolean => segment.kind === "fault" || segment.kind === "deadlock";

/** What a segment begins with; the rest has its usual value. */
export type Beginning = Pick<Segment, "key" | "kind" | "startMs"> & Partial<Segment>;

/** Begins a segment on the lanes it belongs to. It can be ended by its key. */
export function begin(lanes: Lanes, beginning: Beginning, bounds: LaneBounds): Segment {
  const segment: Segment = {
    agent: null,
    covers: [],
    label: "",
    resources: [],
    fence: null,
    request: null,
    reason: "",
    position: beginning.startKnown === false ? 0 : lanes.position,
    startKnown: true,
    endMs: Number.POSITIVE_INFINITY,
    end: undefined,
    count: 1,
    ...beginning,
  };
  if (isBand(segment)) addBand(lanes, segment);
  lanes.watch?.begun(segment);
  for (const lane of lanesOf(lanes, segment)) put(lanes, lane, segment, bounds);
  lanes.open.set(segment.key, segment);
  return segment;
}

/** Ends what `key` names. Returns it, or undefined when nothing of that name lasts. */
export function finish(lanes: Lanes, key: string, atMs: number, end: SegmentEnd, bounds: LaneBounds): Segment | undefined {
  const segment = lanes.open.get(key);
  if (segment === undefined) {
    if (lanes.fromPosition !== 0 && lanes.orphanEnds.size < bounds.lanes && !lanes.orphanEnds.has(key)) lanes.orphanEnds.set(key, { atMs, end });
    return undefined;
  }
  lanes.open.delete(key);
  segment.end = end;
  if (atMs <= segment.startMs && isFleeting(segment)) {
    for (const lane of lanesOf(lanes, segment)) removeFrom(lane[bandOf(segment.kind)], segment);
    segment.endMs = segment.startMs;
    lanes.watch?.changed(segment);
    return segment;
  }
  segment.endMs = Math.min(segment.endMs, Math.max(atMs, segment.startMs));
  for (const lane of lanesOf(lanes, segment)) {
    lane.lastMs = atMs;
    if (lane.crowded.delete(segment) && lane.crowded.size === 0) endCrowd(lanes, lane, atMs);
    if (bandOf(segment.kind) === "bars") boundRows(lane, bounds);
  }
  lanes.closed.push(segment);
  lanes.watch?.changed(segment);
  return segment;
}

/** Ends something that may have begun before the known history: it is then shown from where that begins. */
export function finishSinceUnknown(lanes: Lanes, what: Omit<Beginning, "startMs">, atMs: number, end: SegmentEnd, bounds: LaneBounds): Segment | undefined {
  // The beginning of the journal hides nothing.
  if (lanes.fromPosition !== 0 && !lanes.open.has(what.key)) begin(lanes, { ...what, startMs: lanes.firstMs, startKnown: false }, bounds);
  return finish(lanes, what.key, atMs, end, bounds);
}

/** The lanes in whose rows a segment lies: its agent's, and each of its resources'. A band lies in none. */
export function* lanesOf(lanes: Lanes, segment: Segment): Generator<Lane> {
  if (isBand(segment)) return;
  if (segment.agent !== null) yield laneOf(lanes, lanes.agents, segment.agent);
  // An agent cut off from the server is no matter of one resource.
  if (segment.kind === "disconnected") return;
  const table = isOfGroup(segment) ? lanes.groups : lanes.resources;
  for (const resource of segment.resources) yield laneOf(lanes, table, resource);
}

/** Bands nearly always begin in order; one that lasted before the known history did not. */
function addBand(lanes: Lanes, band: Segment): void {
  let at = lanes.bands.length;
  while (at > 0 && (lanes.bands[at - 1] as Segment).startMs > band.startMs) at--;
  lanes.bands.splice(at, 0, band);
}

function dropBand(lanes: Lanes, band: Segment): void {
  const at = lanes.bands.indexOf(band);
  if (at >= 0) lanes.bands.splice(at, 1);
}

function put(lanes: Lanes, lane: Lane, segment: Segment, bounds: LaneBounds): void {
  lane.lastMs = Math.max(lane.lastMs, segment.startMs);
  if (!stack(lanes, lane, segment, bounds)) joinCrowd(lanes, lane, segment);
}

/** Gives it a row; false when all are taken at its time and it has to join the crowd. */
function stack(lanes: Lanes, lane: Lane, segment: Segment, bounds: LaneBounds): boolean {
  const rows = lane[bandOf(segment.kind)];
  const before = rows.length;
  const number = place(
    rows,
    segment,
    (lane.by === "resource" && segment.kind === "waiting") || (lane.by === "group" && segment.kind === "ballot") ? 1 : 0,
    bounds.rowsPerLane,
  );
  if (rows.length !== before) lanes.shape++;
  if (number >= 0) lanes.watch?.placed(segment, lane, bandOf(segment.kind), number);
  return number >= 0 || rows !== lane.bars;
}

/** Puts a segment that has ended before what is known into its lanes. */
export function putBefore(lanes: Lanes, segment: Segment, bounds: LaneBounds): void {
  if (isBand(segment)) addBand(lanes, segment);
  for (const lane of lanesOf(lanes, segment)) {
    lane.lastMs = Math.max(lane.lastMs, segment.endMs);
    if (!stack(lanes, lane, segment, bounds)) crowdBefore(lane, segment);
  }
}

/** Puts `whole`, which may be longer and on more lanes, in the place of a known segment. */
export function replace(lanes: Lanes, known: Segment, whole: Segment, bounds: LaneBounds): void {
  if (isBand(known)) {
    dropBand(lanes, known);
    addBand(lanes, whole);
  }
  for (const lane of lanesOf(lanes, known)) {
    removeFrom(lane[bandOf(known.kind)], known);
    lane.crowded.delete(known);
  }
  if (whole.end === undefined) lanes.open.set(whole.key, whole);
  for (const lane of lanesOf(lanes, whole)) {
    if (stack(lanes, lane, whole, bounds)) continue;
    if (whole.end === undefined) joinCrowd(lanes, lane, whole);
    else crowdBefore(lane, whole);
  }
}

/** Merges a segment that has ended into the crowd: the peak is then at most one too high. */
function crowdBefore(lane: Lane, segment: Segment): void {
  const from = firstEndingAfter(lane.crowd, segment.startMs);
  let to = from;
  while (to < lane.crowd.length && (lane.crowd[to] as Segment).startMs < segment.endMs) to++;
  const met = lane.crowd.slice(from, to);
  const last = met.at(-1);
  const merged: Segment = {
    ...crowdOf(segment),
    startMs: Math.min(segment.startMs, met[0]?.startMs ?? segment.startMs),
    endMs: Math.max(segment.endMs, last?.endMs ?? segment.endMs),
    end: last === undefined ? "over" : last.end,
    count: Math.max(0, ...met.map(({ count }) => count)) + 1,
  };
  lane.crowd.splice(from, met.length, merged);
}

function crowdOf(segment: Segment): Segment {
  return { ...segment, key: "", kind: "crowd", agent: null, covers: [], label: "", resources: [], fence: null, request: null, reason: "", count: 1 };
}

function joinCrowd(lanes: Lanes, lane: Lane, segment: Segment): void {
  lane.crowded.add(segment);
  const last = lane.crowd[lane.crowd.length - 1];
  if (last !== undefined && last.end === undefined) {
    last.count = Math.max(last.count, lane.crowded.size);
    lanes.watch?.changed(last);
    return;
  }
  if (lane.crowd.length === 0) lanes.shape++;
  const crowd = crowdOf(segment);
  lane.crowd.push(crowd);
  lanes.watch?.begun(crowd);
  lanes.watch?.placed(crowd, lane, "crowd", 0);
}

function endCrowd(lanes: Lanes, lane: Lane, atMs: number): void {
  const last = lane.crowd[lane.crowd.length - 1];
  if (last === undefined) return;
  last.endMs = atMs;
  last.end = "over";
  lanes.watch?.changed(last);
}

/** Keeps marks sorted; they come in order but for those of one instant, which stay in the order of their positions. */
export function addMark(lanes: Lanes, mark: Mark, bounds: LaneBounds): void {
  lanes.watch?.marked(mark);
  if (mark.kind === "operator" || mark.kind === "deadlock" || mark.kind === "fault") {
    lanes.acts.push(mark);
    dropOverrun(lanes.acts, bounds.acts);
  }
  if (mark.agent !== null) markLane(lanes, lanes.agents, mark.agent, mark, bounds);
  if (mark.resource !== null) markLane(lanes, lanes.resources, mark.resource, mark, bounds);
  if (mark.group !== undefined) markLane(lanes, lanes.groups, mark.group, mark, bounds);
}

function markLane(lanes: Lanes, table: LaneTable, key: string, mark: Mark, bounds: LaneBounds): void {
  const lane = laneOf(lanes, table, key);
  lane.lastMs = mark.atMs;
  lane.marks.push(mark);
  dropOverrun(lane.marks, bounds.marksPerLane);
}

function dropOverrun<T>(list: T[], bound: number): void {
  if (list.length > bound + (bound >>> 3)) list.splice(0, list.length - bound);
}

/** Notes that something visible changed now, and cuts the quiet stretch before it out of the folded axis. */
export function touch(lanes: Lanes, atMs: number): void {
  if (lanes.firstChangeMs === undefined) lanes.firstChangeMs = atMs;
  else if (atMs - lanes.lastMs > idleAfterMs) lanes.cuts.push(cutOf(lanes.lastMs, atMs, lanes.cuts.at(-1)));
  lanes.lastMs = Math.max(lanes.lastMs, atMs);
}

/** The cut that folds the quiet stretch from `startMs` to `endMs`. */
export function cutOf(startMs: number, endMs: number, last: Cut | undefined): Cut {
  const removedBeforeMs = last === undefined ? 0 : last.removedBeforeMs + (last.toMs - last.fromMs);
  return { fromMs: startMs + idleAfterMs / 2, toMs: endMs - idleAfterMs / 2, removedBeforeMs };
}

function boundRows(lane: Lane, bounds: LaneBounds): void {
  for (const row of lane.bars) {
    if (row.length <= bounds.segmentsPerRow + (bounds.segmentsPerRow >>> 3)) continue;
    // What still lasts is the row's last segment, so what goes has ended.
    const gone = row.splice(0, row.length - bounds.segmentsPerRow);
    lane.keptFromMs = Math.max(lane.keptFromMs, (gone[gone.length - 1] as Segment).endMs);
  }
}

/** Holds all lanes together within their bounds; costs nothing until one is overrun by an eighth. */
export function bound(lanes: Lanes, bounds: LaneBounds): void {
  if (lanes.closed.length > bounds.segments + (bounds.segments >>> 3)) dropOldest(lanes, lanes.closed.length - bounds.segments);
  for (const table of laneTables(lanes)) {
    if (table.order.length > bounds.lanes + (bounds.lanes >>> 3)) dropQuietLanes(lanes, table, bounds.lanes);
  }
}

function dropOldest(lanes: Lanes, count: number): void {
  const gone = new Set(lanes.closed.splice(0, count));
  let cutMs = lanes.firstMs;
  for (const segment of gone) cutMs = Math.max(cutMs, segment.endMs);
  lanes.firstMs = cutMs;
  for (const table of laneTables(lanes)) {
    for (const lane of table.order) {
      for (const rows of [lane.bars, lane.plans, lane.backdrop]) {
        for (let number = 0; number < rows.length; number++) rows[number] = (rows[number] as Row).filter((segment) => !gone.has(segment));
      }
      dropBefore(lane.crowd, (segment) => segment.endMs, cutMs);
      dropBefore(lane.marks, (mark) => mark.atMs, cutMs);
    }
  }
  if (lanes.bands.some((band) => gone.has(band))) lanes.bands.splice(0, lanes.bands.length, ...lanes.bands.filter((band) => !gone.has(band)));
  dropBefore(lanes.acts, (mark) => mark.atMs, cutMs);
  dropBefore(lanes.cuts, (cut) => cut.toMs, cutMs);
  for (const table of laneTables(lanes)) dropLanes(lanes, table, isEmpty);
}

function dropBefore<T>(list: T[], timeOf: (item: T) => number, ms: number): void {
  let count = 0;
  while (count < list.length && timeOf(list[count] as T) <= ms) count++;
  if (count > 0) list.splice(0, count);
}

function dropQuietLanes(lanes: Lanes, table: LaneTable, keep: number): void {
  const quiet = table.order.filter((lane) => !lasts(lane)).sort((a, b) => a.lastMs - b.lastMs);
  const gone = new Set(quiet.slice(0, table.order.length - keep));
  dropLanes(lanes, table, (lane) => gone.has(lane));
}

function dropLanes(lanes: Lanes, table: LaneTable, which: (lane: Lane) => boolean): void {
  const kept = table.order.filter((lane) => !which(lane));
  if (kept.length === table.order.length) return;
  for (const lane of table.order) if (which(lane)) table.byKey.delete(lane.key);
  table.order.splice(0, table.order.length, ...kept);
  lanes.shape++;
}

function isEmpty(lane: Lane): boolean {
  return lane.marks.length === 0 && lane.crowd.length === 0 && [lane.bars, lane.plans, lane.backdrop].every((rows) => rows.every((row) => row.length === 0));
}

function lasts(lane: Lane): boolean {
  if (lane.crowded.size > 0) return true;
  return [lane.bars, lane.plans, lane.backdrop].some((rows) => rows.some((row) => row.some((segment) => segment.end === undefined)));
}
