import type { Cut, LaneBy, Mark, MarkKind, Segment, SegmentEnd, SegmentKind } from "./lanes-model.ts";

/**
 * What a stretch of events adds to the lanes of a trace, as the worker tells the page: numbers in rows of a fixed width,
 * so that they move without a copy and are kept in columns. Segments, lanes and names are numbered as they come.
 */
export interface LanePart {
  /** Agents and paths; the first of all has the number 1. */
  readonly names: readonly string[];
  /** What segments want several of, as numbers of names; the first of all has the number 0. */
  readonly lists: readonly (readonly number[])[];
  /** Each: 0 for an agent's, 1 for a resource's or 2 for a group's, its name. */
  readonly lanes: Float64Array<ArrayBuffer>;
  /** Each: start, end, kind, how it ended, agent, list of resources, what it is called, position. */
  readonly segments: Float64Array<ArrayBuffer>;
  /** Each: lane, band, row, segment. */
  readonly placed: Float64Array<ArrayBuffer>;
  /** Each: segment, end, how it ended, count. */
  readonly ends: Float64Array<ArrayBuffer>;
  /** Each: lane, kind, time, position. */
  readonly marks: Float64Array<ArrayBuffer>;
  /** Each: time and position, agent and resource of the one end, then of the other. */
  readonly arrows: Float64Array<ArrayBuffer>;
  readonly bands: readonly Segment[];
  readonly bandEnds: readonly Pick<Segment, "key" | "endMs" | "end">[];
  readonly acts: readonly Mark[];
  readonly cuts: readonly Cut[];
  readonly fromPosition: number | undefined;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** How many numbers each of a kind takes. */
export const widths = { lanes: 2, segments: 8, placed: 4, ends: 4, marks: 4, arrows: 8 } as const;
export type NumbersOfPart = keyof typeof widths;

/** Added to the kind of a segment that began before the known history. */
export const startUnknown = 128;

export const segmentKinds: readonly SegmentKind[] = [
  "held-exclusive",
  "held-shared",
  "advisory",
  "optimistic",
  "waiting",
  "cooling",
  "intent",
  "disconnected",
  "frozen",
  "crowd",
  "leads",
  "vacant",
  "ballot",
];

/** The first: it lasts. */
export const segmentEnds: readonly (SegmentEnd | undefined)[] = [
  undefined,
  "released",
  "left",
  "transferred",
  "expired",
  "expelled",
  "forced",
  "overheld",
  "replaced",
  "upgraded",
  "downgraded",
  "granted",
  "cancelled",
  "victim",
  "wounded",
  "deadline",
  "fulfilled",
  "withdrawn",
  "sessionEnded",
  "unsupported",
  "healed",
  "stopped",
  "resolved",
  "reconnected",
  "over",
  "elected",
  "resigned",
  "handedOver",
  "deposed",
  "blocked",
  "ineligible",
  "preempted",
  "window",
  "appointed",
  "refused",
  "timeout",
  "nomineeGone",
  "overtaken",
];

/** What lanes are of, by number. */
export const laneKinds: readonly LaneBy[] = ["agent", "resource", "group"];

export const markKinds: readonly MarkKind[] = ["operator", "deadlock", "fault", "finding", "gaveWay", "moved", "refused", "expired", "joined", "left", "did"];
