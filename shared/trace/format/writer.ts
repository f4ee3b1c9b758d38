import type { Snapshot } from "../../model/index.ts";
import { type Digest, digest, link } from "./chain.ts";
import { TraceError } from "./error.ts";
import { type TraceHeader, traceHeaderSchema } from "./header.ts";
import type { Recorded } from "./trace.ts";

/**
 * Writes a trace line by line, so that it never has to be in memory. Packing (gzip) is up to who takes the text. Since
 * the header comes first, it has to be known before: see `summarise`.
 */
export class TraceWriter {
  readonly #header: TraceHeader;
  readonly #write: (text: string) => void;
  #position: number;
  #commands = 0;

  /** Writes the header and the state before `from`, which only a trace that begins with its space goes without. */
  constructor(header: TraceHeader, snapshot: Snapshot | undefined, write: (text: string) => void) {
    this.#header = traceHeaderSchema.parse(header);
    this.#write = write;
    this.#position = header.from - 1;
    if ((snapshot?.position ?? 0) !== header.from - 1)
      throw new TraceError(`A trace from position ${header.from} on needs the snapshot of ${header.from - 1}.`);
    write(`${JSON.stringify(this.#header)}\n`);
    if (snapshot !== undefined && header.from > 1) write(`${JSON.stringify({ snapshot })}\n`);
  }

  /** The next events, in order. */
  add(recorded: readonly Recorded[]): void {
    let text = "";
    for (const { body, command } of recorded) {
      this.#position += 1;
      if (command !== undefined) {
        this.#commands += 1;
        text += `{"command":${command},"at":${this.#position}}\n`;
      }
      text += `${body}\n`;
    }
    if (text !== "") this.#write(text);
  }

  /** Throws a `TraceError` when it is not what the header says: then the file is none. */
  end(): void {
    const { to, counts } = this.#header;
    if (this.#position !== to || this.#commands !== counts.commands)
      throw new TraceError(`The trace came to position ${this.#position} with ${this.#commands} commands, its header says ${to} with ${counts.commands}.`);
  }
}

/** What a header says about events. */
export type Summary = Pick<TraceHeader, "from" | "to" | "sinceMs" | "untilMs" | "base" | "firstHash" | "lastHash" | "counts">;

/** Goes once through all events to find what the header has to say. `base` is the hash before the first of them. */
export function summarise(
  recorded: Iterable<Recorded>,
  { base, from, atMs = 0, hash = digest }: { base: string; from: number; atMs?: number; hash?: Digest },
): Summary {
  let lastHash = base;
  let firstHash = base;
  let [sinceMs, untilMs] = [atMs, atMs];
  const counts = { events: 0, commands: 0 };
  let last: Recorded | undefined;
  for (const one of recorded) {
    lastHash = link(lastHash, one, hash);
    if (counts.events === 0) {
      firstHash = lastHash;
      sinceMs = timeOf(one);
    }
    counts.events += 1;
    if (one.command !== undefined) counts.commands += 1;
    last = one;
  }
  if (last !== undefined) untilMs = timeOf(last);
  return { from, to: from + counts.events - 1, sinceMs, untilMs, base, firstHash, lastHash, counts };
}

function timeOf({ body }: Recorded): number {
  return (JSON.parse(body) as { atMs: number }).atMs;
}
