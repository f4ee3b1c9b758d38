import type { EngineCommand, Event, Snapshot } from "../../model/index.ts";
import type { TraceHeader } from "../format/header.ts";
import type { Recorded, Trace } from "../format/trace.ts";
import { PackedTexts } from "./packed-texts.ts";

/** Events are looked at wherever the cursor goes; commands when somebody decides again. */
const plainShare = 2 / 3;

/**
 * A trace in memory: the texts of its events and of their commands, each packed by itself, parsed when they are asked for.
 * A million events take a quarter of the memory that their texts would, or less.
 */
export class PackedTrace implements Trace {
  header: TraceHeader;
  readonly #snapshot: Snapshot | undefined;
  readonly #events: PackedTexts;
  /** Of the event at the same place; empty where it has none. */
  readonly #commands: PackedTexts;
  #times = new Float64Array(1_024);

  /** @param plainBudget so many bytes are kept as they are; what comes after is deflated. */
  constructor(header: TraceHeader, snapshot: Snapshot | undefined, plainBudget = 6 * 1024 * 1024) {
    this.header = header;
    this.#snapshot = snapshot;
    this.#events = new PackedTexts(plainBudget * plainShare);
    this.#commands = new PackedTexts(plainBudget * (1 - plainShare));
  }

  get from(): number {
    return this.header.from;
  }

  get to(): number {
    return this.from + this.count - 1;
  }

  get count(): number {
    return this.#events.length;
  }

  /** Bytes that texts and times take. */
  get bytes(): number {
    return this.#events.bytes + this.#commands.bytes + this.#times.byteLength;
  }

  /** The next event. */
  add({ body, command }: Recorded, atMs: number): void {
    const index = this.count;
    if (index === this.#times.length) this.#times = grown(this.#times);
    this.#times[index] = Math.max(atMs, this.#times[index - 1] ?? 0);
    this.#events.push(body);
    this.#commands.push(command ?? "");
  }

  snapshot(): Snapshot | undefined {
    return this.#snapshot;
  }

  eventAt(position: number): Event {
    this.#assertThere(position);
    return JSON.parse(this.#events.at(position - this.from) as string) as Event;
  }

  events(first: number, last: number): Event[] {
    return this.#events.slice(...this.#places(first, last)).map((body) => JSON.parse(body) as Event);
  }

  commandAt(position: number): EngineCommand | undefined {
    this.#assertThere(position);
    const command = this.#commands.at(position - this.from) as string;
    return command === "" ? undefined : (JSON.parse(command) as EngineCommand);
  }

  recorded(first: number, last: number): Recorded[] {
    const commands = this.#commands.slice(...this.#places(first, last));
    return this.#events.slice(...this.#places(first, last)).map((body, index) => {
      const command = commands[index] as string;
      return command === "" ? { body } : { body, command };
    });
  }

  timeAt(position: number): number {
    this.#assertThere(position);
    return this.#times[position - this.from] as number;
  }

  positionAtTime(atMs: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] as number) <= atMs) low = middle + 1;
      else high = middle;
    }
    return this.from + low - 1;
  }

  /** Places in the lists of what is there from `first` to `last`: up to before the second. */
  #places(first: number, last: number): [from: number, end: number] {
    return [Math.max(first, this.from) - this.from, Math.min(last, this.to) + 1 - this.from];
  }

  #assertThere(position: number): void {
    if (!Number.isInteger(position) || position < this.from || position > this.to)
      throw new RangeError(`There is no event at position ${position}: the trace has ${this.from} to ${this.to}.`);
  }
}

function grown(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(values.length * 2);
  larger.set(values);
  return larger;
}
