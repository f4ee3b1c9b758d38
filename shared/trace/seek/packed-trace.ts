import { deflateSync, inflateSync } from "fflate";
import type { EngineCommand, Event, Snapshot } from "../../model/index.ts";
import { lineOf, recordedOf } from "../format/chain.ts";
import type { TraceHeader } from "../format/header.ts";
import type { Recorded, Trace } from "../format/trace.ts";

const blockBytes = 64 * 1024;
/** Unpacked blocks at hand: what stands around the cursor. */
const blocksAtHand = 24;

/** Lines of events that follow on each other. */
interface Block {
  readonly first: number;
  /** Where each line begins, and at last where the block ends, in unpacked bytes. */
  readonly starts: Uint32Array;
  readonly bytes: Uint8Array;
  readonly deflated: boolean;
}

/**
 * A trace in memory: the texts of its events in blocks of bytes, parsed when they are asked for. Blocks beyond a budget are
 * deflated, so a million events take a quarter of the memory that their texts would.
 */
export class PackedTrace implements Trace {
  header: TraceHeader;
  readonly #snapshot: Snapshot | undefined;
  readonly #plainBudget: number;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();
  readonly #blocks: Block[] = [];
  readonly #atHand = new Map<Block, readonly string[]>();
  #open = new Uint8Array(blockBytes * 2);
  #openStarts: number[] = [];
  #openBytes = 0;
  #openLines: string[] = [];
  #times = new Float64Array(1_024);
  #count = 0;
  #plainBytes = 0;
  #storedBytes = 0;

  /** @param plainBudget so many bytes are kept as they are; what comes after is deflated. */
  constructor(header: TraceHeader, snapshot: Snapshot | undefined, plainBudget = 24 * 1024 * 1024) {
    this.header = header;
    this.#snapshot = snapshot;
    this.#plainBudget = plainBudget;
  }

  get from(): number {
    return this.header.from;
  }

  get to(): number {
    return this.from + this.#count - 1;
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes that texts and times take. */
  get bytes(): number {
    return this.#storedBytes + this.#open.length + this.#times.byteLength + 4 * this.#count;
  }

  /** The next event. */
  add(recorded: Recorded, atMs: number): void {
    const line = lineOf(recorded);
    // UTF-8 takes three bytes for a UTF-16 unit at most.
    if (this.#openBytes > 0 && this.#openBytes + line.length * 3 > this.#open.length) this.#seal();
    if (line.length * 3 > this.#open.length) this.#open = new Uint8Array(line.length * 3);
    this.#openStarts.push(this.#openBytes);
    this.#openLines.push(line);
    this.#openBytes += this.#encoder.encodeInto(line, this.#open.subarray(this.#openBytes)).written;
    if (this.#count === this.#times.length) this.#times = grown(this.#times);
    this.#times[this.#count] = Math.max(atMs, this.#times[this.#count - 1] ?? 0);
    this.#count += 1;
    if (this.#openBytes >= blockBytes) this.#seal();
  }

  snapshot(): Snapshot | undefined {
    return this.#snapshot;
  }

  eventAt(position: number): Event {
    return JSON.parse(this.#recordedAt(position).body) as Event;
  }

  events(first: number, last: number): Event[] {
    return this.recorded(first, last).map(({ body }) => JSON.parse(body) as Event);
  }

  commandAt(position: number): EngineCommand | undefined {
    const { command } = this.#recordedAt(position);
    return command === undefined ? undefined : (JSON.parse(command) as EngineCommand);
  }

  recorded(first: number, last: number): Recorded[] {
    const found: Recorded[] = [];
    for (let position = Math.max(first, this.from); position <= Math.min(last, this.to); ) {
      const { first: begin, lines } = this.#linesAt(position);
      for (let index = position - begin; index < lines.length && begin + index <= last; index += 1) found.push(recordedOf(lines[index] as string));
      position = begin + lines.length;
    }
    return found;
  }

  timeAt(position: number): number {
    this.#assertThere(position);
    return this.#times[position - this.from] as number;
  }

  positionAtTime(atMs: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] as number) <= atMs) low = middle + 1;
      else high = middle;
    }
    return this.from + low - 1;
  }

  #recordedAt(position: number): Recorded {
    this.#assertThere(position);
    const { first, lines } = this.#linesAt(position);
    return recordedOf(lines[position - first] as string);
  }

  #assertThere(position: number): void {
    if (!Number.isInteger(position) || position < this.from || position > this.to)
      throw new RangeError(`There is no event at position ${position}: the trace has ${this.from} to ${this.to}.`);
  }

  /** The lines of the block in which a position stands. */
  #linesAt(position: number): { first: number; lines: readonly string[] } {
    const openFirst = this.from + this.#count - this.#openLines.length;
    if (position >= openFirst) return { first: openFirst, lines: this.#openLines };
    const block = this.#blockOf(position);
    let lines = this.#atHand.get(block);
    if (lines === undefined) {
      lines = this.#unpacked(block);
      if (this.#atHand.size >= blocksAtHand) this.#atHand.delete(this.#atHand.keys().next().value as Block);
    } else this.#atHand.delete(block);
    this.#atHand.set(block, lines);
    return { first: block.first, lines };
  }

  #blockOf(position: number): Block {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#blocks[middle] as Block).first <= position) low = middle;
      else high = middle - 1;
    }
    return this.#blocks[low] as Block;
  }

  #unpacked({ bytes, deflated, starts }: Block): string[] {
    const end = starts[starts.length - 1] as number;
    const plain = deflated ? inflateSync(bytes, { out: new Uint8Array(end) }) : bytes;
    return Array.from({ length: starts.length - 1 }, (_, index) => this.#decoder.decode(plain.subarray(starts[index], starts[index + 1])));
  }

  #seal(): void {
    const first = this.from + this.#count - this.#openLines.length;
    const plain = this.#open.subarray(0, this.#openBytes);
    const deflated = this.#plainBytes + plain.length > this.#plainBudget;
    const bytes = deflated ? deflateSync(plain, { level: 4 }) : plain.slice();
    if (!deflated) this.#plainBytes += plain.length;
    this.#storedBytes += bytes.length;
    this.#blocks.push({ first, starts: Uint32Array.from([...this.#openStarts, this.#openBytes]), bytes, deflated });
    this.#openStarts = [];
    this.#openLines = [];
    this.#openBytes = 0;
    if (this.#open.length > blockBytes * 2) this.#open = new Uint8Array(blockBytes * 2);
  }
}

function grown(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(values.length * 2);
  larger.set(values);
  return larger;
}
