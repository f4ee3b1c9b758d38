import type { LaneBy } from "./lanes-model.ts";
import { float64List, uint32List } from "./numbers.ts";

/** One end of an arrow, and the lane it stands on. */
export interface ArrowPoint {
  readonly atMs: number;
  readonly position: number;
  readonly lane: string;
}

export interface Arrow {
  readonly from: ArrowPoint;
  readonly to: ArrowPoint;
}

/** Where arrows of nothing selected are drawn: where there are so few of them. */
const fewArrows = 60;
/** More in one picture would be a thicket. */
const arrowsAtMost = 800;

export interface ArrowQuery {
  readonly by: LaneBy;
  readonly fromMs: number;
  readonly toMs: number;
  /** Those of one agent or resource; of all, where they are few. */
  readonly of: { readonly kind: string; readonly id: string } | null;
  /** An event of which they are shown in any case. */
  readonly position: number;
  /** Of those that end closer together on one lane only the first is given. */
  readonly apartMs: number;
}

/** What happened because of what, in columns, in the order of what happened. */
export class PackedArrows {
  readonly #times = { from: float64List(), to: float64List() };
  readonly #positions = { from: uint32List(), to: uint32List() };
  readonly #lanes = { agent: { from: uint32List(), to: uint32List() }, resource: { from: uint32List(), to: uint32List() } };
  readonly #names: readonly string[];
  /** The longest: none that ends later than this after the shown time can begin in it. */
  #longestMs = 0;

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  get length(): number {
    return this.#times.to.length;
  }

  /** What `lanes-part.ts` says an arrow takes. */
  add(numbers: Float64Array, start: number): void {
    let at = start;
    for (const end of ["from", "to"] as const) {
      this.#times[end].push(numbers[at++] as number);
      this.#positions[end].push(numbers[at++] as number);
      this.#lanes.agent[end].push(numbers[at++] as number);
      this.#lanes.resource[end].push(numbers[at++] as number);
    }
    this.#longestMs = Math.max(this.#longestMs, this.#times.to.at(this.length - 1) - this.#times.from.at(this.length - 1));
  }

  trim(): void {
    for (const ends of [this.#times, this.#positions, this.#lanes.agent, this.#lanes.resource]) for (const list of [ends.from, ends.to]) list.trim();
  }

  /** The arrows in a range of times. */
  find({ by, fromMs, toMs, of, position, apartMs }: ArrowQuery): Arrow[] {
    if (by === "group") return [];
    const { to } = this.#times;
    const first = to.search((ms) => ms >= fromMs);
    const last = to.search((ms) => ms > toMs + this.#longestMs, first);
    const thing = of?.kind === "agent" || of?.kind === "resource" ? this.#lanes[of.kind] : undefined;
    const name = thing === undefined ? 0 : this.#names.indexOf(of?.id ?? "") + 1;
    const few = thing === undefined && last - first <= fewArrows;
    const atCursor = this.#numbersAt(position);
    const found: number[] = [];
    const lastMs = new Map<number, number>();
    for (let index = few || thing !== undefined ? first : last; index < last && found.length < arrowsAtMost; index++) {
      if (thing !== undefined && thing.from.at(index) !== name && thing.to.at(index) !== name) continue;
      const lane = this.#lanes[by].to.at(index);
      if (atCursor.has(index) || to.at(index) - (lastMs.get(lane) ?? Number.NEGATIVE_INFINITY) < apartMs) continue;
      if (this.#times.from.at(index) > toMs) continue;
      lastMs.set(lane, to.at(index));
      found.push(index);
    }
    for (const index of atCursor) if (index >= first && this.#times.from.at(index) <= toMs) found.push(index);
    return found.sort((one, other) => one - other).map((index) => ({ from: this.#point("from", index, by), to: this.#point("to", index, by) }));
  }

  /** The arrows that begin or end with an event: none ends before it, or later after it than the longest takes. */
  #numbersAt(position: number): Set<number> {
    const found = new Set<number>();
    const { from, to } = this.#positions;
    const first = to.search((one) => one >= position);
    const untilMs = first < this.length ? this.#times.to.at(first) + this.#longestMs : 0;
    for (let index = first; index < this.length && this.#times.to.at(index) <= untilMs; index++)
      if (to.at(index) === position || from.at(index) === position) found.add(index);
    return found;
  }

  #point(end: "from" | "to", index: number, by: Exclude<LaneBy, "group">): ArrowPoint {
    const lane = this.#names[this.#lanes[by][end].at(index) - 1] ?? "";
    return { atMs: this.#times[end].at(index), position: this.#positions[end].at(index), lane };
  }
}
