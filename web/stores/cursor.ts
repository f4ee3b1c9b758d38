import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { TraceNote } from "../../shared/trace/index.ts";
import type { PackedLanes } from "../projections/lanes-packed.ts";
import type { JumpKind } from "../replay/marks.ts";
import type { TraceHead, TraceProblem } from "../replay/messages.ts";
import { TraceIndex } from "../replay/trace-index.ts";

/** Which trace: a file of this computer, a recording of the server, or the live space's own history. As it stands in the link. */
export type TraceName = { readonly kind: "file"; readonly name: string } | { readonly kind: "recording"; readonly name: string } | { readonly kind: "space" };

/** How far a trace is read. */
export interface Reading {
  readonly done: boolean;
  /** From 0 to 1; null where nobody knows. */
  readonly share: number | null;
}

export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Where in the past one is, and how one goes through it. */
export interface Cursor {
  /** The trace that is looked at; null while one is live. */
  readonly trace: TraceName | null;
  /** Known once its first line was read. */
  readonly head: TraceHead | null;
  readonly reading: Reading;
  readonly problem: TraceProblem | null;
  /** The trace's times and kinds; it grows in place. Look again when `indexed` rises. In the live space: its recent past. */
  readonly index: TraceIndex;
  readonly indexed: number;
  /** The lanes of the whole trace, as far as it is read; they grow with the index. */
  readonly lanes: PackedLanes | null;
  /** Position that is shown: the last event that has happened. */
  readonly position: number;
  /** The cursor's time: at or after that event. */
  readonly atMs: number;
  /** Where it is on its way to, when that is not there yet. */
  readonly wanted: number | null;
  readonly playing: boolean;
  /** Of the trace's own time. */
  readonly speed: number;
  /** Leaps over stretches in which nothing happens. */
  readonly skipsIdle: boolean;
  /** Plays this part of the trace again and again. */
  readonly loop: TimeRange | null;
  readonly a: number | null;
  readonly b: number | null;
  /** The agent along whose events one steps and plays. */
  readonly follow: string | null;
  readonly notes: readonly TraceNote[];
  /** What the keys N and P jump to. */
  readonly jumpsTo: JumpKind;
}

export const speeds = [0.1, 0.25, 0.5, 1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000] as const;

/** A cursor that is live. */
export const noTrace = {
  trace: null,
  head: null,
  lanes: null,
  reading: { done: true, share: null },
  problem: null,
  position: 0,
  atMs: 0,
  wanted: null,
  playing: false,
  speed: 1,
  loop: null,
  a: null,
  b: null,
  follow: null,
  notes: [],
} as const satisfies Partial<Cursor>;

export const cursorStore = createStore<Cursor>(() => ({ ...noTrace, index: new TraceIndex(), indexed: 0, skipsIdle: true, jumpsTo: "anomaly" }));

export function useCursor<T>(select: (cursor: Cursor) => T): T {
  return useStore(cursorStore, select);
}
