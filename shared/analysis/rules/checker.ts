import type { Answer, Effect, EngineCommand, Event, Snapshot } from "../../model/index.ts";
import type { Ledger } from "./ledger.ts";

/** One command and what became of it. Events of recorded traces have no command. */
export interface Step {
  readonly command: EngineCommand | undefined;
  readonly events: readonly Event[];
  readonly atMs: number;
}

/** As much of a notice to a session as the checkers look at. */
export interface Told {
  readonly type: string;
  readonly command?: string;
  readonly fence?: string;
  readonly lock?: { readonly fence: string };
  readonly subject?: string;
  readonly group?: string;
  /** Of a message: who says it, and what. */
  readonly from?: string;
  readonly kind?: string;
  readonly body?: string;
  /** Of a change of leader: who leads now, and who led. */
  readonly leader?: { readonly term: string } | null;
  readonly ended?: { readonly term: string };
  readonly ballot?: { readonly ballot: string };
}

/**
 * What is known beside the events: ground truth that only a simulator or the server itself has. Times are the server's
 * unless said otherwise; `durable` is the position up to which events are safe at that moment.
 */
export type Fact =
  /** The server began, or began again, with this much in its journal. */
  | { readonly kind: "started"; readonly position: number; readonly atMs: number }
  | { readonly kind: "crashed"; readonly atMs: number }
  /** An append failed: nothing may be told to anyone from here on. */
  | { readonly kind: "appendFailed" }
  | { readonly kind: "appended"; readonly expected: number; readonly count: number }
  /** The server dealt with nothing until then: deadlines before it are excused. */
  | { readonly kind: "stalled"; readonly untilMs: number }
  /** Time has come to this point, the server is awake and has been woken for whatever it asked to be woken for. */
  | { readonly kind: "awake"; readonly atMs: number }
  /** The server took a sign of life and decided so many events on it. */
  | { readonly kind: "renewed"; readonly session: string; readonly atMs: number; readonly events: number }
  /** By its own reckoning, in the server's time, this session's client is certain of its locks until then. */
  | { readonly kind: "certain"; readonly session: string; readonly untilMs: number }
  /** Its client acts as leader of a group, certain that it is, at that time of the server's as the client counts it. */
  | { readonly kind: "leads"; readonly session: string; readonly agent: string; readonly group: string; readonly term: string; readonly atMs: number }
  /** `decidedAt` is the position right after the command was decided. */
  | { readonly kind: "answered"; readonly sender: string; readonly answer: Answer; readonly decidedAt: number; readonly durable: number }
  | { readonly kind: "notified"; readonly session: string; readonly notices: readonly Told[]; readonly durable: number }
  | { readonly kind: "published"; readonly events: readonly Event[]; readonly durable: number }
  /** A write came to a guard, with its fence. */
  | { readonly kind: "wrote"; readonly resource: string; readonly fence: string; readonly accepted: boolean }
  /** An act was previewed and done at once; without an effect the preview refused it. */
  | { readonly kind: "previewed"; readonly effect: Effect | undefined; readonly events: readonly Event[] }
  /** A viewer was let in: from a fresh snapshot at `after`, or from where it was; with `events`, and the next frame follows on `framed`. */
  | {
      readonly kind: "subscribed";
      readonly viewer: string;
      readonly after: number;
      readonly fresh: boolean;
      readonly events: readonly Event[];
      readonly framed: number;
    }
  /** A frame was sent to a viewer that may owe credit for so many. */
  | { readonly kind: "framed"; readonly viewer: string; readonly after: number; readonly events: readonly Event[]; readonly creditFrames: number }
  /** A viewer has folded everything up to there. */
  | { readonly kind: "credited"; readonly viewer: string; readonly position: number }
  /** What a viewer sees, beside what the journal's events fold to at its position; `caughtUp` when it has had every chance to. */
  | {
      readonly kind: "viewed";
      readonly viewer: string;
      readonly seen: Snapshot;
      readonly folded: Snapshot;
      readonly durable: number;
      readonly caughtUp: boolean;
    }
  /** From one look at its clock to the next the server's time went on by so much: the clock jumped, or the server stood still. */
  | { readonly kind: "leapt"; readonly fromMs: number; readonly toMs: number }
  /** Every fault is over and long enough so: who leads now goes on while nobody comes, goes or acts. */
  | { readonly kind: "calm"; readonly atMs: number }
  /** Long enough after all faults were over and everybody let go of everything: no request may be waiting. */
  | { readonly kind: "settled"; readonly atMs: number }
  /** Of a healthy core, with the server well and everybody's holds bounded: got too little of what it asked for since then. */
  | { readonly kind: "starved"; readonly agent: string; readonly rounds: number; readonly sinceMs: number; readonly atMs: number }
  /** A state that was lived, restored or folded; `senders` are those who may keep answers without a session. */
  | { readonly kind: "state"; readonly snapshot: Snapshot; readonly origin: string; readonly senders: ReadonlySet<string> }
  /** Everybody has left and every delay is over: what is still in the state? */
  | { readonly kind: "drained"; readonly snapshot: Snapshot };

/**
 * Watches one idea. It gets what happened in order: `event` before the ledger has folded it, `step` after the last event
 * of a command. It may keep what it needs to remember, in bounded tables.
 */
export interface Checker {
  /** Before the first step, when that is not the first of the space: how things stood then. */
  begin?(snapshot: Snapshot): void;
  event?(event: Event, before: Ledger, step: Step): void;
  step?(step: Step, after: Ledger): void;
  fact?(fact: Fact, now: Ledger): void;
}

/** Reports that a rule of SPEC.md was broken, in words that say by what. */
export type Fail = (rule: string, message: string) => void;
export type CheckerFactory = (fail: Fail) => Checker;

/** A broken rule, with the position at which it showed. */
export interface Breach {
  readonly rule: string;
  readonly checker: string;
  readonly message: string;
  readonly position: number;
}
