import { TraceError } from "./error.ts";

const newline = 0x0a;
const nothing = new Uint8Array(0);

/** Where a line stands in the unpacked file. */
export interface Place {
  /** From 1. */
  readonly line: number;
  /** Of its first byte, from 0. */
  readonly byte: number;
}

/**
 * Cuts chunks of any size into lines. What it hands out is only good until the next chunk: it may lie in that chunk.
 * A line that never ends is refused, so that what is kept between two chunks is bounded.
 */
export class LineSplitter {
  readonly #take: (line: Uint8Array, place: Place) => void;
  /** The longest line allowed at a line number, in bytes. */
  readonly #limit: (line: number) => number;
  #pieces: Uint8Array[] = [];
  #piecesBytes = 0;
  #line = 1;
  #byte = 0;

  constructor(take: (line: Uint8Array, place: Place) => void, limit: (line: number) => number) {
    this.#take = take;
    this.#limit = limit;
  }

  /** Bytes seen so far that are in whole lines. */
  get byte(): number {
    return this.#byte;
  }

  get line(): number {
    return this.#line;
  }

  feed(chunk: Uint8Array): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      this.#complete(chunk.subarray(start, end), 1);
      start = end + 1;
    }
    if (start === chunk.length) return;
    this.#pieces.push(chunk.slice(start));
    this.#piecesBytes += chunk.length - start;
    this.#assertShort(this.#piecesBytes);
  }

  /** A last line may lack its line feed. */
  end(): void {
    if (this.#piecesBytes > 0) this.#complete(nothing, 0);
  }

  #complete(rest: Uint8Array, newlines: number): void {
    this.#assertShort(this.#piecesBytes + rest.length);
    const line = this.#piecesBytes === 0 ? rest : join([...this.#pieces, rest], this.#piecesBytes + rest.length);
    this.#pieces = [];
    this.#piecesBytes = 0;
    this.#take(line, { line: this.#line, byte: this.#byte });
    this.#line += 1;
    this.#byte += line.length + newlines;
  }

  #assertShort(bytes: number): void {
    const limit = this.#limit(this.#line);
    if (bytes > limit)
      throw new TraceError(`The line is longer than ${limit} bytes: this is no trace, or it is damaged.`, { line: this.#line, byte: this.#byte });
  }
}

function join(pieces: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
