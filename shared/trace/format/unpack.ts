import { Gunzip } from "fflate";
import { TraceError } from "./error.ts";

/** Unpacked at a time: a packed chunk may grow a thousandfold. */
const pieceBytes = 16 * 1024;

/** Passes bytes on, unpacked when they begin as gzip does (1f 8b). */
export class Unpacker {
  readonly #take: (chunk: Uint8Array) => void;
  #head: Uint8Array = new Uint8Array(0);
  #gunzip: Gunzip | "plain" | undefined;
  #packed = 0;
  #unpacked = 0;

  constructor(take: (chunk: Uint8Array) => void) {
    this.#take = take;
  }

  /** Of the bytes given so far. */
  get packed(): boolean {
    return this.#gunzip !== undefined && this.#gunzip !== "plain";
  }

  feed(chunk: Uint8Array): void {
    if (this.#gunzip !== undefined) return this.#pass(chunk);
    // The two bytes that tell may come in two chunks.
    const head = this.#head.length === 0 ? chunk : Uint8Array.from([...this.#head, ...chunk]);
    if (head.length < 2) {
      this.#head = head.slice();
      return;
    }
    this.#gunzip = head[0] === 0x1f && head[1] === 0x8b ? new Gunzip((unpacked) => this.#passOn(unpacked)) : "plain";
    this.#pass(head);
  }

  end(): void {
    if (this.#gunzip === undefined) {
      if (this.#head.length > 0) this.#take(this.#head);
    } else if (this.#gunzip !== "plain") {
      this.#unpack(new Uint8Array(0), true);
      if (this.#unpacked === 0) throw new TraceError("The gzip file ends early: nothing is in it.");
    }
  }

  #passOn(unpacked: Uint8Array): void {
    this.#unpacked += unpacked.length;
    if (unpacked.length > 0) this.#take(unpacked);
  }

  #pass(chunk: Uint8Array): void {
    if (this.#gunzip === "plain") return this.#take(chunk);
    for (let at = 0; at < chunk.length; at += pieceBytes) this.#unpack(chunk.subarray(at, at + pieceBytes), false);
  }

  #unpack(piece: Uint8Array, final: boolean): void {
    try {
      (this.#gunzip as Gunzip).push(piece, final);
    } catch (error) {
      if (error instanceof TraceError) throw error;
      const what = final ? "The gzip file ends early: it was cut off." : "The gzip file is damaged.";
      throw new TraceError(
        `${what} (${error instanceof Error ? error.message : String(error)}, in the packed bytes from ${this.#packed} on)`,
        {},
        { cause: error },
      );
    }
    this.#packed += piece.length;
  }
}
