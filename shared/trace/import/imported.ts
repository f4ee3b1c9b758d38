import type { Event } from "../../model/index.ts";
import type { Operation } from "../histories/operation.ts";

export const formats = ["sbtrace", "otlp", "jaeger", "chrome", "shiviz", "history", "pg-locks", "pg-deadlock", "pg-isolation", "innodb", "jvm"] as const;
export type Format = (typeof formats)[number];

/** Where in the file something is not as it should be. The import went on; what it could not go on from is a `TraceError`. */
export interface Problem {
  readonly line?: number | undefined;
  readonly byte?: number | undefined;
  readonly message: string;
}

/** One end of a message: the agent's `index`-th event of the file (from 1), and the position of the event made of it. */
export interface MessageEnd {
  readonly agent: string;
  readonly index: number;
  readonly position?: number | undefined;
}

export interface Message {
  readonly from: MessageEnd;
  readonly to: MessageEnd;
  readonly name?: string | undefined;
}

export interface SpanLink {
  readonly trace: string;
  readonly span: string;
  readonly kind: string;
}

/** Times are decimal strings of nanoseconds: they are beyond what a number holds exactly. */
export interface Span {
  readonly id: string;
  readonly trace: string;
  readonly parent: string | null;
  readonly agent: string;
  readonly name: string;
  readonly startNs: string;
  readonly durationNs: string;
  /** Its duration without that of its children, their overlap counted once, cut to its own time: as Jaeger computes it. */
  readonly selfNs: string;
  readonly links: readonly SpanLink[];
  readonly status?: "ok" | "error" | undefined;
}

/** Somebody waits for something, or did. `ended`: how. */
export interface WaitFound {
  readonly agent: string;
  readonly resource: string;
  readonly mode?: string | undefined;
  readonly sinceNs?: string | undefined;
  readonly untilNs?: string | undefined;
  readonly on?: readonly string[] | undefined;
  readonly ended?: string | undefined;
}

export interface HoldFound {
  readonly agent: string;
  readonly resource: string;
  readonly mode?: string | undefined;
  readonly sinceNs?: string | undefined;
  readonly untilNs?: string | undefined;
}

/** Somebody led a group, or does. */
export interface LeadFound {
  readonly agent: string;
  readonly group: string;
  readonly term: string;
  readonly sinceNs: string;
  readonly untilNs?: string | undefined;
  readonly ended?: string | undefined;
}

/** Waiter, holder, and what it is about. */
export type WaitForEdge = readonly [waiter: string, holder: string, what: string];

/** What vector clocks say of an execution. */
export interface ClockOrder {
  readonly hosts: number;
  readonly eventsPerHost: ReadonlyMap<string, number>;
  /** Pairs of which one is before the other, and pairs of which neither is. */
  readonly happensBefore: number;
  readonly concurrent: number;
  /** Messages between hosts that no others imply: host, index, host, index. */
  readonly edges: readonly (readonly [string, number, string, number])[];
  readonly duplicateOwnIndex: number;
  readonly indexGaps: ReadonlyMap<string, readonly number[]>;
  /** Clocks that name an event that is not in the log: host, index, host named, index named. */
  readonly dangling: readonly (readonly [string, number, string, number])[];
  readonly regressions: number;
  readonly unparseable: number;
}

/** What was found in a file of another system, and the events of a read-only space that show it. */
export interface Imported {
  readonly format: Format;
  /** Events of Signalbox, positions from 1: lanes, graph and replay show them. */
  readonly events: readonly Event[];
  /** `id` is the agent of the space, `name` what the file calls it, `events` how many entries of the file are its own. */
  readonly agents: readonly { readonly id: string; readonly name: string; readonly events: number }[];
  readonly messages: readonly Message[];
  readonly spans: readonly Span[];
  readonly waits: readonly WaitFound[];
  readonly holds: readonly HoldFound[];
  readonly leads?: readonly LeadFound[] | undefined;
  readonly waitFor: readonly WaitForEdge[];
  /** The first cycle of `waitFor`, and all of them. */
  readonly cycle: readonly string[];
  readonly cycles: readonly (readonly string[])[];
  readonly victim: string | null;
  readonly order?: ClockOrder | undefined;
  /** Operations on registers, keys or locks, for the checker. */
  readonly history?: readonly Operation[] | undefined;
  readonly problems: readonly Problem[];
  /** Figures of this format alone, by the name that the command line prints them under. */
  readonly figures: Readonly<Record<string, unknown>>;
}
