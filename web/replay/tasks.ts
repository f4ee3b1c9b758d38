import { checkSteps, type TraceCheck } from "../../shared/trace/check/check.ts";
import { type AlignedRequest, alignTraces } from "../../shared/trace/compare/align.ts";
import { type Figures, figuresOf } from "../../shared/trace/compare/figures.ts";
import { type ExportFormatName, exportFormats, recordingOf } from "../../shared/trace/export/index.ts";
import type { ForkChange } from "../../shared/trace/fork/change.ts";
import { type ForkOptions, forkTrace } from "../../shared/trace/fork/fork.ts";
import type { Fared } from "../../shared/trace/fork/player.ts";
import { comparePolicies, type PolicyRow } from "../../shared/trace/fork/policies.ts";
import { checkHistory, type HistoryVerdict, type Operation, operationsOf } from "../../shared/trace/histories/index.ts";
import { type OpenTrace, type Redaction, readTrace, redactTrace, writeTrace } from "../../shared/trace/index.ts";

/** Two traces side by side. Positions are each one's own. */
export interface Comparison {
  readonly a: { readonly name: string; readonly figures: Figures };
  readonly b: { readonly name: string; readonly figures: Figures };
  /** Requests that differ, and the first few of each kind that do not; in the order in which they were made. */
  readonly requests: readonly AlignedRequest[];
  readonly divergence: AlignedRequest | undefined;
  readonly counts: Readonly<Record<AlignedRequest["differs"], number>>;
  /** Requests beyond those that are listed. */
  readonly more: number;
}

/** Work on an open trace that takes a while: what one asks for, and what comes of it. */
export interface Tasks {
  readonly check: { readonly ask: Record<string, never>; readonly answer: TraceCheck };
  /** A what-if as a `.sbtrace`, and how it compares with what was recorded from there on. */
  readonly fork: {
    readonly ask: { readonly at: number; readonly change: ForkChange; readonly agents: ForkOptions["agents"]; readonly seed: number };
    readonly answer: { readonly file: Blob; readonly name: string; readonly at: number; readonly fared: Fared; readonly comparison: Comparison };
  };
  readonly policies: { readonly ask: { readonly at: number; readonly pattern: string }; readonly answer: readonly PolicyRow[] };
  /** In a format of another system; it comes with a name for the file. */
  readonly export: { readonly ask: { readonly format: ExportFormatName }; readonly answer: { readonly file: Blob; readonly name: string } };
  /** A copy without what the rules name. */
  readonly redact: { readonly ask: { readonly rules: readonly Redaction[] }; readonly answer: Blob };
  /** Was it correct? The operations that were imported, or those of the locks of a trace of ours. */
  readonly history: {
    readonly ask: { readonly operations: readonly Operation[] | null };
    readonly answer: Pick<HistoryVerdict, "ok" | "words" | "operations" | "model">;
  };
  /** With another trace of ours. */
  readonly compare: { readonly ask: { readonly file: Blob; readonly name: string }; readonly answer: Comparison };
}
export type TaskName = keyof Tasks;

export interface Watch {
  /** Hears how far it is, from 0 to 1 (or NaN where nobody knows), and gives way to whatever else waits. Throws when the task was given up. */
  breathe(share: number): Promise<void>;
}

const engine = "dashboard";
const pieceChars = 4_000_000;
const listedRequests = 5_000;

type Runner<Name extends TaskName> = (open: OpenTrace, ask: Tasks[Name]["ask"], watch: Watch) => Promise<Tasks[Name]["answer"]>;

export const runners: { readonly [Name in TaskName]: Runner<Name> } = {
  check: async ({ trace }, _, watch) => {
    const span = Math.max(1, trace.to - trace.from);
    return driven(checkSteps(trace), (position) => watch.breathe((position - trace.from) / span));
  },
  fork: async (open, { at, change, agents, seed }, watch) => {
    const forked = await driven(forkTrace(open, { at, change, agents, seed, engine }), (share) => watch.breathe(share));
    const { trace } = forked.open;
    const parts: string[] = [];
    writeTrace(trace, (text) => parts.push(text));
    const comparison = compared(open, forked.open, forked.at, trace.from - 1);
    const file = new Blob(parts, { type: "application/x-ndjson" });
    return { file, name: trace.header.name, at: forked.at, fared: forked.fared, comparison };
  },
  policies: async (open, { at, pattern }, watch) => driven(comparePolicies(open, { at, pattern, seed: 1, engine }), ({ share }) => watch.breathe(share)),
  export: async ({ trace }, { format }, watch) => {
    const { write, extension, mediaType } = exportFormats[format];
    const blobs: Blob[] = [];
    let text = "";
    for (const piece of write(recordingOf(trace))) {
      text += piece;
      if (text.length < pieceChars) continue;
      // Blobs may lie on the disk: a large export is not held in memory.
      blobs.push(new Blob([text]));
      text = "";
      await watch.breathe(Number.NaN);
    }
    const name = `${(trace.header.name || trace.header.space).replace(/[^\w.-]+/g, "-")}${extension}`;
    return { file: new Blob([...blobs, text], { type: mediaType }), name };
  },
  redact: async ({ trace }, { rules }, watch) => {
    await watch.breathe(Number.NaN);
    const parts: string[] = [];
    redactTrace(trace, rules, (text) => parts.push(text));
    return new Blob(parts, { type: "application/x-ndjson" });
  },
  history: async ({ trace }, { operations }, watch) => {
    await watch.breathe(Number.NaN);
    const { ok, words, model, operations: checked } = checkHistory(operations ?? operationsOf(recordingOf(trace)));
    return { ok, words, model, operations: checked };
  },
  compare: async (open, { file }, watch) => {
    await watch.breathe(0);
    const other = readTrace(new Uint8Array(await file.arrayBuffer()));
    await watch.breathe(0.5);
    return compared(open, other);
  },
};

async function driven<Step, Answer>(steps: Generator<Step, Answer>, breathe: (step: Step) => Promise<void>): Promise<Answer> {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await breathe(value);
  }
}

function compared(a: OpenTrace, b: OpenTrace, afterA = a.trace.from - 1, afterB = b.trace.from - 1): Comparison {
  const { requests, divergence, more } = alignTraces(a.trace, b.trace, { afterA, afterB });
  const counts = { not: 0, waited: 0, result: 0, onlyA: 0, onlyB: 0 };
  const listed: AlignedRequest[] = [];
  for (const request of requests) {
    counts[request.differs] += 1;
    if (listed.length < listedRequests && (request.differs !== "not" || counts.not <= listedRequests / 10)) listed.push(request);
  }
  return {
    a: { name: a.trace.header.name, figures: figuresOf(a.trace, afterA) },
    b: { name: b.trace.header.name, figures: figuresOf(b.trace, afterB) },
    requests: listed,
    divergence,
    counts,
    more: more + requests.length - listed.length,
  };
}
