import type { EngineCommand, Event, Snapshot } from "../../model/index.ts";
import type { TraceHeader } from "./header.ts";

/** One event as it is recorded: the exact texts that the chain of hashes covers. */
export interface Recorded {
  /** The event, as JSON. */
  readonly body: string;
  /** The command that decided it and the events after it, as JSON: with the first event of a decision only. */
  readonly command?: string | undefined;
}

/** A recorded span of a space. While it is read, `to` and `count` say how far it is; `header` says how far it goes. */
export interface Trace {
  readonly header: TraceHeader;
  /** Positions of the first and the last event that are there. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** The state just before `from`; undefined where it begins with the space. */
  snapshot(): Snapshot | undefined;
  /** Throws a RangeError outside of `from` to `to`, as all that take a position do. */
  eventAt(position: number): Event;
  /** From `first` to `last`, both included, cut to what is there. */
  events(first: number, last: number): Event[];
  /** The command whose first event stands there; undefined for an event that follows from the same command, or where none was recorded. */
  commandAt(position: number): EngineCommand | undefined;
  /** The exact texts from `first` to `last`, both included, cut to what is there. */
  recorded(first: number, last: number): Recorded[];
  /** Time of the event, in milliseconds. */
  timeAt(position: number): number;
  /** The last position at or before a time; `from - 1` when the first event comes later. */
  positionAtTime(atMs: number): number;
}
