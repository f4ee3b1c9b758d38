import type { Event, Snapshot } from "../../shared/model/index.ts";
import type { History } from "../../shared/protocol/index.ts";
import { toSnapshot } from "../../shared/state/index.ts";
import { Unpacker } from "../../shared/trace/format/unpack.ts";
import { importLimits, importTrace, traceOfImport } from "../../shared/trace/import/index.ts";
import { headerFor, type OpenTrace, splitBrainsIn, type TraceHeader, type TraceNote, TraceReader, writeTrace } from "../../shared/trace/index.ts";
import { PackedTrace } from "../../shared/trace/seek/packed-trace.ts";
import { Seeker } from "../../shared/trace/seek/seeker.ts";
import { isAct } from "../projections/acts.ts";
import { changesBetween } from "../projections/changes-between.ts";
import { LanePacker } from "../projections/lanes-pack.ts";
import { NodeLeads } from "../projections/node-terms.ts";
import { indexPart } from "./index-part.ts";
import type { FoundInFile, FromWorker, Moment, QuestionName, Questions, ToWorker, TraceHead, TraceProblem, WorkerSource } from "./messages.ts";
import { runners, type TaskName, type Tasks } from "./tasks.ts";
import { ThingIndex } from "./things.ts";

/** So many events are sent as steps; over more of them a jump is cheaper. */
const stepsAtMost = 2_000;
/** Events that come with a jump, for what the views tell of the moments before; more follow when the cursor rests. */
const tailEvents = 300;
/** How far back a question for acts looks at a time. */
const scannedEvents = 5_000;
/** Read at a time: in between, questions are answered. */
const pieceBytes = 128 * 1024;
/** In which a trace of our own says what it is. */
const headChars = 4_096;
const noHash = "0".repeat(64);

type Tell = (message: FromWorker) => void;
type Answers = { readonly [Name in QuestionName]: (question: Questions[Name]["ask"]) => Questions[Name]["answer"] };

/** Holds one trace: reads it, tells what came in, and answers questions about it meanwhile. What the worker runs. */
export class TraceHost {
  readonly #tell: Tell;
  #things: ThingIndex | undefined;
  #nodes: NodeLeads | undefined;
  #lanes: LanePacker | undefined;
  #open: OpenTrace | undefined;
  /** Pages of a space are put in here. */
  #pages: { readonly trace: PackedTrace; readonly seeker: Seeker } | undefined;
  #source: WorkerSource | undefined;
  /** What an import found beside events. */
  #found: FoundInFile | undefined;
  #stopped = false;
  /** Tasks that somebody gave up. */
  readonly #given = new Set<number>();

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  hear(message: ToWorker): void {
    switch (message.type) {
      case "open":
        this.#source = message.source;
        if (message.source.kind !== "space")
          void this.#read(message.source).catch((error: unknown) => this.#tell({ type: "failed", problem: problemOf(error) }));
        return;
      case "pages":
        return this.#addPages(message.events, message.complete, message.snapshot);
      case "stop":
        this.#stopped = true;
        return;
      case "task":
        return void this.#run(message.turn, message.name, message.ask);
      case "giveUp":
        this.#given.add(message.turn);
        return;
      case "ask":
        return this.#answer(message.turn, message.name, message.question);
    }
  }

  /** Reads a file or an address, a piece at a time: questions are answered in between. */
  async #read(source: Exclude<WorkerSource, { kind: "space" }>): Promise<void> {
    const { stream, totalBytes } = await bytesOf(source);
    const reading: Reading = { pieces: piecesOf(stream, () => this.#stopped), totalBytes, readBytes: 0, early: [] };
    if (await isOurs(reading)) await this.#readOurs(reading);
    else await this.#import(reading, source);
    this.#tell({ type: "end", stopped: this.#stopped });
  }

  async #readOurs(reading: Reading): Promise<void> {
    let fresh: Event[] = [];
    const reader = new TraceReader((event) => fresh.push(event));
    const take = () => {
      const open = reader.open;
      if (open !== undefined && this.#open === undefined) {
        this.#open = open;
        this.#tell({ type: "head", head: headOf(open.trace.header, "sbtrace") });
      }
      this.#index(fresh, reading);
      fresh = [];
    };
    for await (const piece of allOf(reading)) {
      reader.feed(piece);
      take();
    }
    if (this.#stopped) return;
    reader.end();
    take();
  }

  /** Files of other systems are small enough to be read as a whole. */
  async #import(reading: Reading, { name, as }: Exclude<WorkerSource, { kind: "space" }>): Promise<void> {
    const pieces: Uint8Array[] = [];
    for await (const piece of allOf(reading)) {
      pieces.push(piece);
      if (reading.readBytes > importLimits.bytes)
        throw new Error(`Files of other systems are read up to ${importLimits.bytes / 1_048_576} MB; this one is larger.`);
    }
    if (this.#stopped) return;
    const bytes = new Uint8Array(reading.readBytes);
    let at = 0;
    for (const piece of pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    const imported = importTrace(bytes, as);
    if (imported.events.length === 0)
      throw new Error(`Nothing that could be shown is in it${imported.problems[0] === undefined ? "." : `: ${imported.problems[0].message}`}`);
    this.#open = traceOfImport(imported, name);
    const { events, ...found } = imported;
    this.#found = { ...found, splitBrains: splitBrainsIn(events) };
    this.#tell({ type: "head", head: headOf(this.#open.trace.header, imported.format) });
    this.#index(events, reading);
  }

  #addPages(events: readonly Event[], complete: boolean, snapshot: Snapshot | undefined): void {
    const first = events[0];
    const source = this.#source;
    if (source?.kind !== "space") return;
    if (this.#pages === undefined && first !== undefined) {
      const { space } = source;
      const header = { ...headerFor({ engine: "", space, name: `space ${space}`, base: noHash }, snapshot, []), from: first.position };
      const trace = new PackedTrace(header, snapshot);
      this.#pages = { trace, seeker: new Seeker(trace) };
      this.#open = this.#pages;
      this.#tell({ type: "head", head: headOf(header, "space") });
    }
    if (this.#pages !== undefined) {
      const { trace, seeker } = this.#pages;
      const fresh = events.filter(({ position }) => position > trace.to);
      this.#index(fresh, { readBytes: 0, totalBytes: null });
      for (const event of fresh) {
        trace.add({ body: JSON.stringify(event) }, event.atMs);
        seeker.follow(event);
      }
    }
    if (complete) this.#tell({ type: "end", stopped: false });
  }

  #index(events: readonly Event[], { readBytes, totalBytes }: Pick<Reading, "readBytes" | "totalBytes">): void {
    if (events.length === 0) return;
    const snapshot = this.#things === undefined ? this.#open?.trace.snapshot() : undefined;
    this.#lanes ??= new LanePacker(snapshot, this.#found?.messages);
    this.#things ??= new ThingIndex(snapshot?.nodes);
    this.#nodes ??= new NodeLeads(snapshot?.nodes);
    for (const event of events) {
      this.#things.take(event);
      this.#lanes.take(event);
    }
    this.#tell({ type: "part", part: indexPart(events, this.#nodes), lanes: this.#lanes.part(), readBytes, totalBytes });
  }

  async #run<Name extends TaskName>(turn: number, name: Name, ask: Tasks[Name]["ask"]): Promise<void> {
    const breathe = async (share: number): Promise<void> => {
      this.#tell({ type: "progress", turn, share });
      await nextTask();
      if (this.#given.delete(turn)) throw new Error("given up");
    };
    try {
      this.#tell({ type: "answer", turn, answer: await runners[name](this.#there(), ask, { breathe }) });
    } catch (error) {
      this.#tell({ type: "refused", turn, problem: problemOf(error) });
    }
  }

  #answer<Name extends QuestionName>(turn: number, name: Name, question: Questions[Name]["ask"]): void {
    try {
      this.#tell({ type: "answer", turn, answer: this.#answers[name](question) });
    } catch (error) {
      this.#tell({ type: "refused", turn, problem: problemOf(error) });
    }
  }

  readonly #answers: Answers = {
    seek: ({ shown, to }) => this.#moment(shown, to),
    events: ({ first, last }) => this.#there().trace.events(first, last),
    history: (query) => this.#history(query),
    thing: ({ kind, id }) => Uint32Array.from(this.#things?.positions(kind, id) ?? []),
    changes: ({ from, to }) => changesBetween(this.#there().seeker.at(from), this.#there().seeker.at(to)),
    found: () => this.#found ?? null,
    save: ({ notes }) => this.#save(notes),
  };

  #there(): OpenTrace {
    if (this.#open === undefined) throw new Error("Nothing of the trace was read yet.");
    return this.#open;
  }

  #moment(shown: number | null, position: number): Moment {
    const { trace, seeker } = this.#there();
    if (shown !== null && shown <= position && position - shown <= stepsAtMost && shown >= trace.from - 1)
      return { kind: "steps", position, events: trace.events(shown + 1, position) };
    const snapshot: Snapshot = toSnapshot(seeker.at(position));
    return { kind: "jump", position, snapshot, events: trace.events(position - tailEvents + 1, position) };
  }

  /** As the server answers such a question. */
  #history({ after, to, newest, acts, limit }: Required<History>): { events: readonly Event[]; more: boolean } {
    const { trace } = this.#there();
    const [first, last] = [Math.max(after + 1, trace.from), Math.min(to, trace.to)];
    if (!acts) {
      const events = newest ? trace.events(Math.max(first, last - limit + 1), last).reverse() : trace.events(first, Math.min(last, first + limit - 1));
      return { events, more: last - first + 1 > events.length };
    }
    const found: Event[] = [];
    for (let at = 0; at <= last - first && found.length <= limit; at += scannedEvents) {
      const events = newest
        ? trace.events(Math.max(first, last - at - scannedEvents + 1), last - at).reverse()
        : trace.events(first + at, Math.min(last, first + at + scannedEvents - 1));
      found.push(...events.filter(isAct));
    }
    return { events: found.slice(0, limit), more: found.length > limit };
  }

  #save(notes: readonly TraceNote[]): Blob {
    const { trace } = this.#there();
    const parts: string[] = [];
    const recorded = () => trace.recorded(trace.from, trace.to);
    // What a space's pages or a half-read file came to has to be summed up first.
    const whole = this.#pages === undefined && trace.to === trace.header.to;
    const header = whole ? trace.header : headerFor(trace.header, trace.snapshot(), recorded());
    writeTrace(trace, (text) => parts.push(text), { ...header, notes: [...notes] });
    return new Blob(parts, { type: "application/x-ndjson" });
  }
}

function headOf(header: TraceHeader, format: string): TraceHead {
  const { space, name, from, to, sinceMs, untilMs, notes, lastHash, whatIf } = header;
  return { format, space, name, from, to, sinceMs, untilMs, notes, lastHash, ...(whatIf === undefined ? {} : { whatIf }) };
}

/** A file on its way in. */
interface Reading {
  readonly pieces: AsyncIterator<Uint8Array>;
  readonly totalBytes: number | null;
  readBytes: number;
  /** Pieces that were looked at already. */
  early: Uint8Array[];
}

async function* piecesOf(stream: ReadableStream<Uint8Array>, stopped: () => boolean): AsyncGenerator<Uint8Array> {
  const chunks = stream.getReader();
  for (;;) {
    const { done, value } = await chunks.read();
    if (done) return;
    for (let at = 0; at < value.length; at += pieceBytes) {
      if (stopped()) return void (await chunks.cancel());
      yield value.subarray(at, at + pieceBytes);
      await nextTask();
    }
  }
}

async function* allOf(reading: Reading): AsyncGenerator<Uint8Array> {
  for (;;) {
    const piece = reading.early.shift() ?? (await reading.pieces.next()).value;
    if (piece === undefined) return;
    reading.readBytes += piece.length;
    yield piece;
  }
}

/** Traces of our own say so in their first line, packed or not. */
async function isOurs(reading: Reading): Promise<boolean> {
  const first = await reading.pieces.next();
  if (first.done === true) throw new Error("The file is empty.");
  reading.early = [first.value];
  const decoder = new TextDecoder();
  let head = "";
  try {
    new Unpacker((chunk) => {
      if (head.length < headChars) head += decoder.decode(chunk.subarray(0, headChars), { stream: true });
    }).feed(first.value);
  } catch {
    // Whoever reads it says what is wrong with it.
  }
  return head.slice(0, headChars).includes('"sbtrace"') || (reading.totalBytes ?? 0) > importLimits.bytes;
}

async function bytesOf(source: Exclude<WorkerSource, { kind: "space" }>): Promise<{ stream: ReadableStream<Uint8Array>; totalBytes: number | null }> {
  if (source.kind === "file") return { stream: source.file.stream(), totalBytes: source.file.size };
  const response = await fetch(source.url, { headers: source.headers });
  if (!response.ok || response.body === null) throw new Error(`The server does not give this recording (${response.status}): ${await reasonOf(response)}`);
  const length = Number(response.headers.get("content-length") ?? Number.NaN);
  return { stream: response.body, totalBytes: Number.isFinite(length) && response.headers.get("content-encoding") === null ? length : null };
}

/** Lets waiting messages in. A timer would make each piece wait for some milliseconds. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

async function reasonOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === "string" ? error : text.slice(0, 300);
  } catch {
    return text.slice(0, 300) || response.statusText;
  }
}

function problemOf(error: unknown): TraceProblem {
  const { message, line, byte } = error instanceof Error ? (error as Error & { line?: number; byte?: number }) : { message: String(error) };
  return { message: message.slice(0, 500), ...(line === undefined ? {} : { line }), ...(byte === undefined ? {} : { byte }) };
}
