import type { EngineCommand, Event, Snapshot } from "../../model/index.ts";
import { type TraceHeader, traceVersion } from "../format/header.ts";
import { TraceParser, type TraceSink } from "../format/parser.ts";
import type { Recorded, Trace } from "../format/trace.ts";
import { type Summary, summarise, TraceWriter } from "../format/writer.ts";
import { PackedTrace } from "./packed-trace.ts";
import { Seeker } from "./seeker.ts";

/** A trace and the states at all of its positions. */
export interface OpenTrace {
  readonly trace: Trace;
  readonly seeker: Seeker;
}

/** Gathers a trace and its checkpoints from what a parser, or a simulation, puts out. */
class Gatherer implements TraceSink {
  readonly #told: (event: Event) => void;
  #header: TraceHeader | undefined;
  #snapshot: Snapshot | undefined;
  #open: { readonly trace: PackedTrace; readonly seeker: Seeker } | undefined;

  constructor(told: (event: Event) => void = () => {}) {
    this.#told = told;
  }

  header(header: TraceHeader): void {
    this.#header = header;
    if (this.#open !== undefined) this.#open.trace.header = header;
  }

  snapshot(snapshot: Snapshot): void {
    this.#snapshot = snapshot;
  }

  step(event: Event, _command: EngineCommand | undefined, recorded: Recorded): void {
    const { trace, seeker } = this.begun() as { trace: PackedTrace; seeker: Seeker };
    this.#told(event);
    trace.add(recorded, event.atMs);
    seeker.follow(event);
  }

  /** Undefined until the header and the snapshot that it needs are there. */
  begun(): { readonly trace: PackedTrace; readonly seeker: Seeker } | undefined {
    const header = this.#header;
    if (this.#open !== undefined || header === undefined) return this.#open;
    if (header.from > 1 && this.#snapshot === undefined) return undefined;
    const trace = new PackedTrace(header, this.#snapshot);
    this.#open = { trace, seeker: new Seeker(trace) };
    return this.#open;
  }
}

/**
 * Reads a trace from chunks of bytes of any size, plain or gzip. What was read so far can be looked at meanwhile; after a
 * `TraceError` nothing of it is there any more.
 */
export class TraceReader {
  readonly #gatherer: Gatherer;
  readonly #parser: TraceParser;
  #failed = false;

  /** @param told gets every event as it is read, to look at. */
  constructor(told?: (event: Event) => void) {
    this.#gatherer = new Gatherer(told);
    this.#parser = new TraceParser(this.#gatherer);
  }

  /** Bytes read so far, unpacked. */
  get byte(): number {
    return this.#parser.byte;
  }

  /** What there is so far: undefined before the header was read, and after an error. */
  get open(): OpenTrace | undefined {
    return this.#failed ? undefined : this.#gatherer.begun();
  }

  /** Throws `TraceError`. */
  feed(chunk: Uint8Array): void {
    this.#guarded(() => this.#parser.feed(chunk));
  }

  /** Call after the last chunk. Throws `TraceError` when something is missing. */
  end(): OpenTrace {
    this.#guarded(() => this.#parser.end());
    return this.#gatherer.begun() as OpenTrace;
  }

  #guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }
}

/** Reads a whole trace that is in memory. Throws `TraceError`. */
export function readTrace(file: Uint8Array | string): OpenTrace {
  const reader = new TraceReader();
  reader.feed(typeof file === "string" ? new TextEncoder().encode(file) : file);
  return reader.end();
}

/** A decision: the command, if it is known, and the events that it came to. */
export interface Decision {
  readonly command?: EngineCommand | undefined;
  readonly events: readonly Event[];
}

/** What of a header cannot be found out from the events. */
export type HeaderStart = Pick<TraceHeader, "engine" | "space" | "name" | "base"> & Partial<Omit<TraceHeader, keyof Summary>>;

/** The texts that a journal would keep of these decisions. */
export function recordedOfDecisions(decisions: Iterable<Decision>): Recorded[] {
  const recorded: Recorded[] = [];
  for (const { command, events } of decisions)
    for (const [index, event] of events.entries())
      recorded.push({ body: JSON.stringify(event), command: index === 0 && command !== undefined ? JSON.stringify(command) : undefined });
  return recorded;
}

/** A header for these texts. @param snapshot the state before the first; undefined where they begin with the space. */
export function headerFor(start: HeaderStart, snapshot: Snapshot | undefined, recorded: Iterable<Recorded>): TraceHeader {
  const summary = summarise(recorded, { base: start.base, from: (snapshot?.position ?? 0) + 1, atMs: snapshot?.atMs });
  const { engine, space, name } = start;
  const { from, to, sinceMs, untilMs, base, firstHash, lastHash, counts } = summary;
  const rest = { tags: start.tags ?? [], notes: start.notes ?? [], whatIf: start.whatIf, redacted: start.redacted };
  return { format: "sbtrace", version: traceVersion, engine, space, name, from, to, sinceMs, untilMs, base, firstHash, lastHash, counts, ...rest };
}

/** A trace in memory of what was decided just now: by a simulation, a fork, a test. */
export function traceOf(start: HeaderStart, snapshot: Snapshot | undefined, decisions: Iterable<Decision>): OpenTrace {
  const recorded = recordedOfDecisions(decisions);
  const gatherer = new Gatherer();
  gatherer.header(headerFor(start, snapshot, recorded));
  if (snapshot !== undefined) gatherer.snapshot(snapshot);
  for (const one of recorded) gatherer.step(JSON.parse(one.body) as Event, undefined, one);
  return gatherer.begun() as OpenTrace;
}

const writtenAtOnce = 1_000;

/** Writes a trace as the file that it was read from, to the byte where it was written by this version. */
export function writeTrace(trace: Trace, write: (text: string) => void, header: TraceHeader = trace.header): void {
  const writer = new TraceWriter(header, trace.snapshot(), write);
  for (let at = trace.from; at <= trace.to; at += writtenAtOnce) writer.add(trace.recorded(at, at + writtenAtOnce - 1));
  writer.end();
}
