import type { Event, Snapshot } from "../../shared/model/index.ts";
import type { Message } from "../../shared/trace/import/index.ts";
import { emptyLanes, foldIntoLanes, foldPresent } from "./lanes.ts";
import { type ArrowEnd, ArrowReader } from "./lanes-arrows.ts";
import {
  type Lane,
  type LaneBounds,
  type LaneBy,
  type Lanes,
  type LaneWatch,
  laneBounds,
  type Mark,
  type Row,
  type RowBand,
  rowBands,
  type Segment,
} from "./lanes-model.ts";
import { type LanePart, laneKinds, markKinds, segmentEnds, segmentKinds, startUnknown } from "./lanes-part.ts";
import { isBand } from "./lanes-segments.ts";

/** What the fold itself keeps: what lasts. The rest is in the parts that were told. */
const bounds: LaneBounds = { ...laneBounds, marksPerLane: 0, acts: 0, times: 0 };

/** Some of what has ended stays in a row, as what comes next must not overlap with it. */
const pastInRow = 4;

const endCodes = new Map(segmentEnds.map((end, code) => [end, code]));

/**
 * Folds a whole trace into lanes by the fold that the live timeline uses, and tells in parts what came: so lanes, rows and
 * words are the same, and neither side ever holds a million objects. Runs in the trace's worker.
 */
export class LanePacker implements LaneWatch {
  readonly #lanes: Lanes = emptyLanes(this);
  readonly #arrows = new ArrowReader((from, to) => this.#arrow(from, to));
  readonly #names = new Map<string, number>();
  readonly #lists = new Map<string, number>();
  readonly #laneNumbers = { agent: new Map<string, number>(), resource: new Map<string, number>(), group: new Map<string, number>() };
  #laneCount = 0;
  /** Numbers of the segments that last. */
  readonly #numbers = new Map<Segment, number>();
  #segmentCount = 0;
  #part = emptyPart();
  /** Whether what an agent said it did is a mark: it is where nothing else is known of it. */
  readonly #marksDeeds: boolean;
  #toldCuts = 0;

  /** `before` is the state before the first event, where that is not the space's beginning. */
  constructor(before?: Snapshot, messages: readonly Message[] = []) {
    this.#marksDeeds = messages.length > 0;
    if (before !== undefined) foldPresent(this.#lanes, before, bounds);
    this.#arrows.begin(before, messages);
  }

  take(event: Event): void {
    foldIntoLanes(this.#lanes, event, bounds);
    this.#lanes.closed.length = 0;
    this.#arrows.take(event);
    if (this.#marksDeeds && event.type === "session.declared") this.#mark(event.agent, "agent", "did", event.atMs, event.position);
  }

  /** What came since the last time. */
  part(): LanePart {
    const { names, lists, bands, bandEnds, acts, ...numbers } = this.#part;
    const { cuts, fromPosition, firstMs, lastMs } = this.#lanes;
    this.#part = emptyPart();
    const packed = Object.fromEntries(Object.entries(numbers).map(([name, list]) => [name, Float64Array.from(list)]));
    const told = cuts.slice(this.#toldCuts);
    this.#toldCuts = cuts.length;
    return {
      ...(packed as Record<keyof typeof numbers, Float64Array<ArrayBuffer>>),
      names,
      lists,
      bands,
      bandEnds,
      acts,
      cuts: told,
      fromPosition,
      firstMs,
      lastMs,
    };
  }

  lane(lane: Lane): void {
    this.#laneOf(lane.key, lane.by);
  }

  begun(segment: Segment): void {
    if (isBand(segment)) {
      this.#part.bands.push({ ...segment });
      return;
    }
    const { startMs, endMs, kind, end, agent, resources, position, startKnown } = segment;
    this.#numbers.set(segment, this.#segmentCount++);
    const code = segmentKinds.indexOf(kind) + (startKnown ? 0 : startUnknown);
    this.#part.segments.push(startMs, endMs, code, this.#endCode(end), this.#name(agent), this.#list(resources), this.#called(segment), position);
  }

  placed(segment: Segment, lane: Lane, band: RowBand, row: number): void {
    const list = band === "crowd" ? lane.crowd : (lane[band][row] as Row);
    if (list.length > pastInRow) keepLasting(list);
    this.#part.placed.push(this.#laneOf(lane.key, lane.by), rowBands.indexOf(band), row, this.#numbers.get(segment) as number);
  }

  changed(segment: Segment): void {
    const { key, endMs, end, count } = segment;
    if (isBand(segment)) {
      this.#part.bandEnds.push({ key, endMs, end });
      this.#lanes.bands.splice(this.#lanes.bands.indexOf(segment), 1);
      return;
    }
    const number = this.#numbers.get(segment) as number;
    if (end !== undefined) this.#numbers.delete(segment);
    this.#part.ends.push(number, endMs, this.#endCode(end), count);
  }

  marked(mark: Mark): void {
    const { kind, agent, resource, group, atMs, position } = mark;
    if (kind === "operator" || kind === "deadlock" || kind === "fault") this.#part.acts.push(mark);
    if (agent !== null) this.#mark(agent, "agent", kind, atMs, position);
    if (resource !== null) this.#mark(resource, "resource", kind, atMs, position);
    if (group !== undefined) this.#mark(group, "group", kind, atMs, position);
  }

  #mark(key: string, by: LaneBy, kind: Mark["kind"], atMs: number, position: number): void {
    this.#part.marks.push(this.#laneOf(key, by), markKinds.indexOf(kind), atMs, position);
  }

  #arrow(from: ArrowEnd, to: ArrowEnd): void {
    const end = ({ atMs, position, agent, resource }: ArrowEnd) => [atMs, position, this.#name(agent), this.#name(resource)];
    this.#part.arrows.push(...end(from), ...end(to));
  }

  #laneOf(key: string, by: LaneBy): number {
    const known = this.#laneNumbers[by].get(key);
    if (known !== undefined) return known;
    this.#laneNumbers[by].set(key, this.#laneCount);
    this.#part.lanes.push(laneKinds.indexOf(by), this.#name(key));
    return this.#laneCount++;
  }

  /** A fence or a request as it is, and what has no number as a name, below zero. Of a crowd: how many. */
  #called({ kind, key, fence, request, count }: Segment): number {
    if (kind === "crowd") return count;
    const number = Number(fence ?? request ?? Number.NaN);
    return Number.isSafeInteger(number) ? number : -this.#name(key.slice(key.indexOf(":") + 1));
  }

  #endCode(end: Segment["end"]): number {
    return endCodes.get(end) as number;
  }

  #name(text: string | null): number {
    if (text === null) return 0;
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    this.#names.set(text, this.#names.size + 1);
    this.#part.names.push(text);
    return this.#names.size;
  }

  #list(resources: readonly string[]): number {
    const key = resources.length === 1 ? (resources[0] as string) : resources.join("\n");
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    this.#part.lists.push(resources.map((resource) => this.#name(resource)));
    this.#lists.set(key, this.#lists.size);
    return this.#lists.size - 1;
  }
}

function keepLasting(row: Row): void {
  const last = row.length - 2;
  row.splice(0, row.length, ...row.filter((segment, index) => segment.end === undefined || index >= last));
}

function emptyPart() {
  return {
    names: [] as string[],
    lists: [] as number[][],
    lanes: [] as number[],
    segments: [] as number[],
    placed: [] as number[],
    ends: [] as number[],
    marks: [] as number[],
    arrows: [] as number[],
    bands: [] as Segment[],
    bandEnds: [] as Pick<Segment, "key" | "endMs" | "end">[],
    acts: [] as Mark[],
  };
}
