import type { Segment } from "./lanes-model.ts";
import { segmentEnds, segmentKinds, startUnknown } from "./lanes-part.ts";
import { float64List, uint8List, uint32List } from "./numbers.ts";

/** Made of numbers for whoever looks at one; those that were looked at lately are at hand: some pictures of them. */
const madeAtMost = 6_000;

/** The segments of a whole trace in columns, 38 bytes each. */
export class SegmentColumns {
  readonly start = float64List();
  readonly end = float64List();
  readonly kind = uint8List();
  readonly #ended = uint8List();
  readonly #agent = uint32List();
  readonly #resources = uint32List();
  readonly #called = float64List();
  readonly #position = uint32List();
  readonly #columns = [this.start, this.end, this.kind, this.#ended, this.#agent, this.#resources, this.#called, this.#position];
  readonly #names: readonly string[];
  readonly #lists: readonly (readonly number[])[];
  readonly #made = new Map<number, Segment>();

  /** `names` from number 1 on, `lists` from 0; both grow. */
  constructor(names: readonly string[], lists: readonly (readonly number[])[]) {
    this.#names = names;
    this.#lists = lists;
  }

  get length(): number {
    return this.start.length;
  }

  /** What `lanes-part.ts` says a segment takes. */
  add(numbers: Float64Array, at: number): void {
    for (const [column, list] of this.#columns.entries()) list.push(numbers[at + column] as number);
  }

  trim(): void {
    for (const column of this.#columns) column.trim();
  }

  finish(number: number, endMs: number, ended: number, count: number): void {
    this.end.set(number, endMs);
    this.#ended.set(number, ended);
    if (segmentKinds[this.kind.at(number)] === "crowd") this.#called.set(number, count);
    this.#made.delete(number);
  }

  /** Numbers of names and of a list of resources. */
  agentOf(number: number): number {
    return this.#agent.at(number);
  }

  resourcesOf(number: number): readonly number[] {
    return this.#lists[this.#resources.at(number)] ?? [];
  }

  at(number: number): Segment {
    const known = this.#made.get(number);
    if (known !== undefined) return known;
    if (this.#made.size >= madeAtMost) this.#made.clear();
    const segment = this.#make(number);
    this.#made.set(number, segment);
    return segment;
  }

  #make(number: number): Segment {
    const code = this.kind.at(number);
    const kind = segmentKinds[code & ~startUnknown] ?? "held-exclusive";
    const called = this.#called.at(number);
    const name = called < 0 ? (this.#names[-called - 1] ?? "") : String(called);
    const agent = this.#agent.at(number);
    // Whoever leads by the engine has a fence, a node that leads by its own word has none.
    const prefix = kind === "leads" && called < 0 ? "node" : keyOf[kind];
    const isFence = prefix === undefined ? kind !== "crowd" : prefix === "term";
    return {
      key: kind === "crowd" ? "" : `${prefix ?? "lock"}:${name}`,
      kind,
      agent: agent === 0 ? null : (this.#names[agent - 1] ?? ""),
      covers: [],
      label: "",
      resources: this.resourcesOf(number).map((resource) => this.#names[resource - 1] ?? ""),
      fence: isFence ? name : null,
      request: kind === "waiting" ? called : null,
      reason: "",
      startMs: this.start.at(number),
      position: this.#position.at(number),
      startKnown: (code & startUnknown) === 0,
      endMs: this.end.at(number),
      end: segmentEnds[this.#ended.at(number)],
      count: kind === "crowd" ? called : 1,
    };
  }
}

/** What begins the keys of all that are no locks. */
const keyOf: Readonly<Record<string, string>> = {
  waiting: "wait",
  intent: "intent",
  disconnected: "away",
  frozen: "frozen",
  leads: "term",
  vacant: "vacant",
  ballot: "ballot",
};
