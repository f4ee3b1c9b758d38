import { z } from "zod";
import { type EngineCommand, type Event, eventSchema, type RecordedCommand, recordedCommandSchema, type Snapshot, snapshotSchema } from "../../model/index.ts";
import { link, separator } from "./chain.ts";
import { TraceError } from "./error.ts";
import { fitsOf } from "./fits.ts";
import type { TraceHeader } from "./header.ts";
import { LineSplitter, type Place } from "./line-splitter.ts";
import type { Recorded } from "./trace.ts";
import { Unpacker } from "./unpack.ts";
import { type Opening, openingOf } from "./upcast.ts";

/** Whom a parser tells what it read, in order. What it throws ends the reading, with the line added. */
export interface TraceSink {
  /** Once at the begin; again at the end where an older version's first line said too little. */
  header(header: TraceHeader): void;
  snapshot(snapshot: Snapshot): void;
  step(event: Event, command: EngineCommand | undefined, recorded: Recorded): void;
}

/** Longest lines, in bytes. A snapshot is as large as the space was. */
const longestLine = 4 * 1024 * 1024;
const longestSnapshot = 256 * 1024 * 1024;

const snapshotLineSchema = z.strictObject({ snapshot: snapshotSchema });
const fitsEvent = fitsOf(eventSchema);
const fitsCommand = fitsOf(recordedCommandSchema);
const commandLineStart = '{"command":{';

/**
 * Reads a trace from chunks of bytes of any size, plain or gzip. Throws `TraceError` at the first thing that is wrong:
 * then nothing of the file may be used. Every line is parsed against its schema; positions follow on each other; the
 * counts of the header are there.
 */
export class TraceParser {
  readonly #sink: TraceSink;
  readonly #unpacker: Unpacker;
  readonly #lines: LineSplitter;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #opening: Opening | undefined;
  #hasSnapshot = false;
  #last = 0;
  #lastMs = 0;
  #sinceMs: number | undefined;
  #events = 0;
  #commands = 0;
  #pending: { readonly at: number; readonly command: EngineCommand; readonly text: string } | undefined;
  /** Only followed where the header does not tell the hashes. */
  #hash = "";
  #firstHash: string | undefined;
  #failed: TraceError | undefined;
  #ended = false;

  constructor(sink: TraceSink) {
    this.#sink = sink;
    this.#lines = new LineSplitter(
      (line, place) => this.#line(line, place),
      (line) => (line === 2 ? longestSnapshot : longestLine),
    );
    this.#unpacker = new Unpacker((chunk) => this.#lines.feed(chunk));
  }

  /** Bytes of whole lines read so far, unpacked. */
  get byte(): number {
    return this.#lines.byte;
  }

  feed(chunk: Uint8Array): void {
    this.#guarded(() => this.#unpacker.feed(chunk));
  }

  /** Call after the last chunk: only now it is known that nothing is missing. */
  end(): void {
    this.#guarded(() => {
      if (this.#ended) return;
      this.#unpacker.end();
      this.#lines.end();
      this.#complete();
      this.#ended = true;
    });
  }

  /** Whoever goes on after an error gets the same error again. */
  #guarded(action: () => void): void {
    if (this.#failed) throw this.#failed;
    try {
      action();
    } catch (error) {
      this.#failed = error instanceof TraceError ? error : new TraceError(error instanceof Error ? error.message : String(error), {}, { cause: error });
      throw this.#failed;
    }
  }

  #line(bytes: Uint8Array, place: Place): void {
    try {
      this.#take(this.#text(bytes));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const rule = error instanceof TraceError ? error.rule : undefined;
      throw new TraceError(`Line ${place.line}: ${message}`, { ...place, rule }, { cause: error });
    }
  }

  #text(bytes: Uint8Array): string {
    try {
      return this.#decoder.decode(bytes);
    } catch {
      throw new TraceError("it is no UTF-8 text: the file is damaged, or it is no trace.");
    }
  }

  #take(text: string): void {
    if (text === "") throw new TraceError("it is empty; a trace has no empty lines.");
    if (this.#opening === undefined) return this.#open(openingOf(json(text)));
    if (text.includes(separator)) throw new TraceError("it has a raw tab, which no line of a trace has.");
    if (text.startsWith(commandLineStart)) return this.#command(text);
    if (this.#events === 0 && !this.#hasSnapshot && text.startsWith('{"snapshot"')) {
      const { snapshot } = parsed(snapshotLineSchema, json(text), "snapshot");
      // In the order in which it was written, with what an older version lacked.
      const written = (json(text) as { snapshot: Partial<Snapshot> }).snapshot;
      return this.#snapshot({ ...written, ...missing(written, snapshot) } as Snapshot);
    }
    return this.#event(text);
  }

  #open(opening: Opening): void {
    this.#opening = opening;
    this.#last = opening.header.from - 1;
    this.#hash = opening.header.base;
    this.#sink.header(opening.header);
    if (opening.snapshot !== undefined) this.#snapshot(opening.snapshot);
  }

  #snapshot(snapshot: Snapshot): void {
    const { space, from } = this.#header;
    if (from === 1) throw new TraceError("a trace that begins with its space has no snapshot.");
    if (snapshot.position !== this.#last)
      throw new TraceError(`the snapshot is of position ${snapshot.position}, the events begin at ${this.#last + 1}: it must be of the one before.`);
    if (snapshot.space !== space) throw new TraceError(`the snapshot is of space ${snapshot.space}, the trace of ${space}.`);
    this.#hasSnapshot = true;
    this.#sink.snapshot(snapshot);
  }

  #command(text: string): void {
    const line = json(text);
    // As it was written where that is all right, else with what the schema fills in, or says.
    const { command, at } = fitsCommand(line) ? (line as RecordedCommand) : parsed(recordedCommandSchema, line, "command");
    if (this.#pending !== undefined)
      throw new TraceError(`it is a command right after the one for position ${this.#pending.at}: the events between them are missing.`, { rule: "JR-2" });
    if (at !== this.#last + 1)
      throw new TraceError(`the command says position ${at}, but ${this.#last + 1} comes next: events are missing, or stand twice.`, { rule: "JR-2" });
    const tail = `,"at":${at}}`;
    // The chain covers the command's own text.
    const own = text.endsWith(tail) ? text.slice('{"command":'.length, -tail.length) : JSON.stringify(command);
    this.#pending = { at, command, text: own };
  }

  #event(text: string): void {
    // The events as they were written, not as a schema puts out: the same text gives the same state.
    const event = json(text) as Event;
    if (!fitsEvent(event)) parsed(eventSchema, event, "event");
    if (this.#last > 0 && this.#events === 0 && !this.#hasSnapshot)
      throw new TraceError(`the trace begins at position ${this.#last + 1}, but the snapshot before it is missing.`);
    if (event.position !== this.#last + 1) {
      const what = event.position > this.#last + 1 ? "events are missing between them" : "events stand twice, or in the wrong order";
      throw new TraceError(`position ${event.position} follows on ${this.#last}: ${what}.`, { rule: "JR-2" });
    }
    const recorded = { body: text, command: this.#pending?.text };
    if (this.#opening?.complete === false) {
      this.#hash = link(this.#hash, recorded);
      this.#firstHash ??= this.#hash;
    }
    const command = this.#pending?.command;
    this.#pending = undefined;
    this.#last = event.position;
    this.#lastMs = event.atMs;
    this.#sinceMs ??= event.atMs;
    this.#events += 1;
    if (command !== undefined) this.#commands += 1;
    this.#sink.step(event, command, recorded);
  }

  get #header(): TraceHeader {
    return (this.#opening as Opening).header;
  }

  #complete(): void {
    if (this.#opening === undefined) throw new TraceError("The file is empty: it is no trace.", { line: 1, byte: 0 });
    const end = { line: this.#lines.line, byte: this.#lines.byte };
    if (this.#pending !== undefined) throw new TraceError(`The trace ends after a command, without its events: it was cut off.`, end);
    const header = this.#header;
    if (!this.#opening.complete) {
      const hashes = { firstHash: this.#firstHash ?? header.base, lastHash: this.#hash };
      const times = { sinceMs: this.#sinceMs ?? header.sinceMs, untilMs: this.#events > 0 ? this.#lastMs : header.untilMs };
      return this.#sink.header({ ...header, ...hashes, ...times, to: this.#last, counts: { events: this.#events, commands: this.#commands } });
    }
    const { events, commands } = header.counts;
    if (this.#events !== events || this.#last !== header.to)
      throw new TraceError(
        `The trace has ${this.#events} events up to position ${this.#last}, its header says ${events} up to ${header.to}: ${this.#events < events ? "it was cut off" : "something was added"}.`,
        end,
      );
    if (this.#commands !== commands)
      throw new TraceError(`The trace has ${this.#commands} commands, its header says ${commands}: lines were taken out or added.`, end);
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TraceError(`it is no JSON (${error instanceof Error ? error.message : String(error)}): the file is damaged or was cut off here.`);
  }
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const { data, error } = schema.safeParse(value);
  if (error) throw new TraceError(`it is no ${what} that this version knows: ${z.prettifyError(error)}`);
  return data;
}

/** The fields of `whole` that are not in `part`. */
function missing(part: object, whole: object): object {
  return Object.fromEntries(Object.entries(whole).filter(([key]) => !Object.hasOwn(part, key)));
}
