import {
  type Cut,
  type LaneBy,
  type LanesView,
  type LaneTableView,
  type LaneView,
  laneTable,
  type Mark,
  type RowBand,
  type RowView,
  rowBands,
  type Segment,
} from "./lanes-model.ts";
import { PackedArrows } from "./lanes-packed-arrows.ts";
import { PackedMarks } from "./lanes-packed-marks.ts";
import { PackedRow } from "./lanes-packed-row.ts";
import { SegmentColumns } from "./lanes-packed-segments.ts";
import { type LanePart, laneKinds, widths } from "./lanes-part.ts";
import { orderIndex } from "./lanes-rows.ts";
import { bandOf, isFleeting, isOfGroup } from "./lanes-segments.ts";

const actsAtMost = 100_000;

export class PackedLane implements LaneView {
  readonly by: LaneBy;
  readonly key: string;
  readonly bars: PackedRow[] = [];
  readonly plans: PackedRow[] = [];
  readonly backdrop: PackedRow[] = [];
  readonly marks = new PackedMarks();
  /** None, or one. */
  readonly crowds: PackedRow[] = [];
  /** Deadlocks that it has part in. */
  readonly bands: Segment[] = [];

  constructor(by: LaneBy, key: string) {
    this.by = by;
    this.key = key;
  }

  get crowd(): RowView {
    return this.crowds[0] ?? [];
  }

  rowsOf(band: RowBand): PackedRow[] {
    return band === "crowd" ? this.crowds : this[band];
  }
}

class PackedTable implements LaneTableView {
  readonly byKey = new Map<string, PackedLane>();
  readonly order: PackedLane[] = [];
}

/**
 * The lanes of a whole trace, as far as it is read: what `LanePacker` told, in columns, so that a million events take some
 * tens of megabytes here. To be looked at as the live lanes are.
 */
export class PackedLanes implements LanesView {
  readonly agents = new PackedTable();
  readonly resources = new PackedTable();
  readonly groups = new PackedTable();
  readonly acts: Mark[] = [];
  readonly bands: Segment[] = [];
  readonly cuts: Cut[] = [];
  fromPosition: number | undefined;
  firstMs = 0;
  lastMs = 0;
  shape = 0;
  /** Rises with every part. */
  version = 0;
  readonly #names: string[] = [];
  readonly #lists: (readonly number[])[] = [];
  readonly segments = new SegmentColumns(this.#names, this.#lists);
  readonly arrows = new PackedArrows(this.#names);
  readonly #lanes: PackedLane[] = [];
  readonly #lastingBands = new Map<string, Segment>();

  append(part: LanePart): void {
    this.version++;
    for (const name of part.names) this.#names.push(name);
    for (const list of part.lists) this.#lists.push(list);
    each(part.lanes, widths.lanes, (at) => this.#addLane(laneKinds[part.lanes[at] as number] ?? "agent", this.#nameOf(part.lanes[at + 1] as number)));
    each(part.segments, widths.segments, (at) => this.segments.add(part.segments, at));
    each(part.placed, widths.placed, (at) => {
      const [lane, band, row, segment] = [part.placed[at], part.placed[at + 1], part.placed[at + 2], part.placed[at + 3]] as [number, number, number, number];
      this.#rowOf(this.#lanes[lane] as PackedLane, rowBands[band] as RowBand, row).add(segment);
    });
    each(part.ends, widths.ends, (at) => {
      const [segment, endMs, end, count] = [part.ends[at], part.ends[at + 1], part.ends[at + 2], part.ends[at + 3]] as [number, number, number, number];
      this.#finish(segment, endMs, end, count);
    });
    each(part.marks, widths.marks, (at) =>
      this.#lanes[part.marks[at] as number]?.marks.add(part.marks[at + 1] as number, part.marks[at + 2] as number, part.marks[at + 3] as number),
    );
    each(part.arrows, widths.arrows, (at) => this.arrows.add(part.arrows, at));
    for (const band of part.bands) this.#addBand(band);
    for (const { key, endMs, end } of part.bandEnds) {
      const band = this.#lastingBands.get(key);
      if (band !== undefined) [band.endMs, band.end] = [endMs, end];
      this.#lastingBands.delete(key);
    }
    for (const act of part.acts) if (this.acts.length < actsAtMost) this.acts.push(act);
    this.cuts.push(...part.cuts);
    [this.fromPosition, this.firstMs, this.lastMs] = [part.fromPosition, part.firstMs, part.lastMs];
  }

  /** Gives back the room for more: call when nothing more is expected. */
  trim(): void {
    this.segments.trim();
    this.arrows.trim();
    for (const lane of this.#lanes) for (const list of [lane.marks, ...rowBands.flatMap((band) => lane.rowsOf(band))]) list.trim();
  }

  /** The bands that can lie over a lane: of the many deadlocks of a long trace only its own, and all faults. */
  bandsFor({ by, key }: Pick<LaneView, "by" | "key">): readonly Segment[] {
    const lane = laneTable(this, by).byKey.get(key);
    return [...this.bands, ...(lane?.bands ?? [])];
  }

  /** The same name, in memory once: a copy comes with every message. */
  #shared(name: string): string {
    return this.agents.byKey.get(name)?.key ?? this.resources.byKey.get(name)?.key ?? name;
  }

  #nameOf(number: number): string {
    return this.#names[number - 1] ?? "";
  }

  #addLane(by: LaneBy, key: string): void {
    const { byKey, order } = laneTable<PackedTable>(this, by);
    const lane = new PackedLane(by, key);
    this.#lanes.push(lane);
    byKey.set(key, lane);
    order.splice(orderIndex(order, key), 0, lane);
    this.shape++;
  }

  #rowOf(lane: PackedLane, band: RowBand, number: number): PackedRow {
    const rows = lane.rowsOf(band);
    while (rows.length <= number) {
      rows.push(new PackedRow(this.segments, lane.by, band));
      this.shape++;
    }
    return rows[number] as PackedRow;
  }

  #finish(number: number, endMs: number, end: number, count: number): void {
    this.segments.finish(number, endMs, end, count);
    if (endMs > this.segments.start.at(number)) return;
    const segment = this.segments.at(number);
    if (!isFleeting(segment)) return;
    const table = isOfGroup(segment) ? this.groups : this.resources;
    const lanes = [this.agents.byKey.get(segment.agent ?? ""), ...segment.resources.map((resource) => table.byKey.get(resource))];
    for (const lane of lanes) for (const row of lane?.[bandOf(segment.kind)] ?? []) row.remove(number);
  }

  #addBand(told: Segment): void {
    const band = { ...told, covers: told.covers.map((name) => this.#shared(name)), resources: told.resources.map((name) => this.#shared(name)) };
    this.#lastingBands.set(band.key, band);
    if (band.kind === "fault") this.bands.push(band);
    else {
      for (const agent of band.covers) this.agents.byKey.get(agent)?.bands.push(band);
      for (const resource of band.resources) this.resources.byKey.get(resource)?.bands.push(band);
    }
  }
}

function each(numbers: Float64Array, width: number, take: (at: number) => void): void {
  for (let at = 0; at < numbers.length; at += width) take(at);
}
