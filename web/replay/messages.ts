import type { Event, Snapshot } from "../../shared/model/index.ts";
import type { History } from "../../shared/protocol/index.ts";
import type { Imported, ImportOptions } from "../../shared/trace/import/index.ts";
import type { SplitBrain, TraceHeader, TraceNote } from "../../shared/trace/index.ts";
import type { Changes } from "../projections/changes-between.ts";
import type { LanePart } from "../projections/lanes-part.ts";
import type { Thing } from "./along.ts";
import type { TaskName, Tasks } from "./tasks.ts";
import type { IndexPart } from "./trace-index.ts";

/** What the page and its trace worker say to each other. Both are built together, so types are enough. */

/** What a file of another system told beside its events, and who in it believed to lead beside somebody else. */
export type FoundInFile = Omit<Imported, "events"> & { readonly splitBrains: readonly SplitBrain[] };

/** Where the worker gets a trace from. */
export type WorkerSource =
  | { readonly kind: "file"; readonly file: Blob; readonly name: string; readonly as?: ImportOptions }
  | { readonly kind: "url"; readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly name: string; readonly as?: ImportOptions }
  /** Pages of a space's history follow as `pages`. */
  | { readonly kind: "space"; readonly space: string };

export type TraceHead = Pick<TraceHeader, "space" | "name" | "from" | "to" | "sinceMs" | "untilMs" | "notes"> & {
  /** What kind of file it is: `sbtrace`, or a foreign format that was imported. */
  readonly format: string;
  /** Identifies the trace wherever it is opened. */
  readonly lastHash: string;
  readonly whatIf?: TraceHeader["whatIf"];
};

export interface TraceProblem {
  readonly message: string;
  readonly line?: number;
  readonly byte?: number;
}

/** A moment of the trace. `steps`: events that follow on what is shown; `jump`: a state, and the events just before it. */
export type Moment =
  | { readonly kind: "steps"; readonly position: number; readonly events: readonly Event[] }
  | { readonly kind: "jump"; readonly position: number; readonly snapshot: Snapshot; readonly events: readonly Event[] };

/** Questions and what answers them. */
export interface Questions {
  /** The state after position `to`, where `shown` is what the page has. */
  readonly seek: { readonly ask: { readonly shown: number | null; readonly to: number }; readonly answer: Moment };
  /** Older events for the log: up to `to`. */
  readonly events: { readonly ask: { readonly first: number; readonly last: number }; readonly answer: readonly Event[] };
  readonly history: { readonly ask: Required<History>; readonly answer: { readonly events: readonly Event[]; readonly more: boolean } };
  /** Positions of the events of an agent or a resource. */
  readonly thing: { readonly ask: Thing; readonly answer: Uint32Array<ArrayBuffer> };
  readonly changes: { readonly ask: { readonly from: number; readonly to: number }; readonly answer: Changes };
  /** What an import found beside its events; null where nothing was imported. */
  readonly found: { readonly ask: Record<string, never>; readonly answer: FoundInFile | null };
  /** The trace as a `.sbtrace` with these notes. */
  readonly save: { readonly ask: { readonly notes: readonly TraceNote[] }; readonly answer: Blob };
}
export type QuestionName = keyof Questions;

export type ToWorker =
  | { readonly type: "open"; readonly source: WorkerSource }
  /** With the first of them the state before it, where that is not the space's beginning. */
  | { readonly type: "pages"; readonly events: readonly Event[]; readonly complete: boolean; readonly snapshot?: Snapshot }
  /** Reads no further; what was read stays. */
  | { readonly type: "stop" }
  /** Work that takes a while; it is told how far it is, under the same turn. */
  | { [Name in TaskName]: { readonly type: "task"; readonly turn: number; readonly name: Name; readonly ask: Tasks[Name]["ask"] } }[TaskName]
  | { readonly type: "giveUp"; readonly turn: number }
  | { [Name in QuestionName]: { readonly type: "ask"; readonly turn: number; readonly name: Name; readonly question: Questions[Name]["ask"] } }[QuestionName];

export type FromWorker =
  | { readonly type: "head"; readonly head: TraceHead }
  | { readonly type: "part"; readonly part: IndexPart; readonly lanes: LanePart; readonly readBytes: number; readonly totalBytes: number | null }
  | { readonly type: "end"; readonly stopped: boolean }
  | { readonly type: "failed"; readonly problem: TraceProblem }
  | { readonly type: "progress"; readonly turn: number; readonly share: number }
  | { readonly type: "answer"; readonly turn: number; readonly answer: unknown }
  | { readonly type: "refused"; readonly turn: number; readonly problem: TraceProblem };
