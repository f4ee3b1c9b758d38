import type { Event, RecordedCommand, Snapshot } from "../../shared/model/index.ts";

/** A journal failed or found itself damaged. `message` says what, where, and what a person can do. */
export class JournalError extends Error {
  override name = "JournalError";
  readonly kind: "corrupt" | "full" | "io" | "position" | "locked" | "closed";
  /** The first position that is not good, where it is known. */
  readonly at: number | undefined;
  constructor(kind: JournalError["kind"], message: string, options?: ErrorOptions & { at?: number }) {
    super(message, options);
    this.kind = kind;
    this.at = options?.at;
  }
}

/** What a journal found when it was opened. */
export interface Opened {
  /** Position of the last durable event, 0 when there is none. */
  readonly position: number;
  /** Events at or before this position were compacted away; 0 when all are there. */
  readonly base: number;
  /** The newest checkpoint that verifies, or null. */
  readonly checkpoint: Snapshot | null;
  /** What was mended on the way, in words; empty when nothing was. */
  readonly repairs: readonly string[];
}

/** One event as it is kept: the exact texts that the chain of hashes covers. */
export interface Recorded {
  /** The event, as JSON. */
  readonly body: string;
  /** The command that it and those after it came of, as JSON: with the first event of each decision. */
  readonly command?: string | undefined;
}

/**
 * One space's events, in order and durable. Positions begin at 1 and have no gap.
 * Every implementation passes the one suite in `contract.test.ts`.
 */
export interface Journal {
  /** Verifies what is there and recovers a torn tail. Throws `JournalError("corrupt")` when the middle is damaged. */
  open(): Promise<Opened>;
  /**
   * Makes the events durable, all or none. `expected` is the position before the first of them; another writer in
   * between is a `JournalError("position")`. After a failed append the journal takes no more: its state is unknown.
   * `commands` are those that the events came of, in order, each with the position of its first event.
   */
  append(expected: number, events: readonly Event[], commands?: readonly RecordedCommand[]): Promise<void>;
  /**
   * Events after a position, in order, in chunks; `to` included. Throws `JournalError("position")` when `after` is
   * before what compaction left.
   */
  read(after: number, to?: number): AsyncIterable<readonly Event[]>;
  /** As `read`, but the exact texts, with the commands: what a trace is made of. */
  recorded(after: number, to?: number): AsyncIterable<readonly Recorded[]>;
  /** The chain's hash at a position; undefined when there is no event and none was compacted away right there. */
  hashAt(position: number): Promise<string | undefined>;
  /** The newest `limit` events of these types, newest first, at or before `to`. */
  newest(options: { limit: number; to?: number; types?: readonly Event["type"][] }): Promise<readonly Event[]>;
  /** Keeps a snapshot so that the next start reads only what came after it. Older ones but the last two go. */
  checkpoint(snapshot: Snapshot): Promise<void>;
  /** The newest kept checkpoint at or before a position, or null: where a look at the past can begin. */
  checkpointBefore(position: number): Promise<Snapshot | null>;
  /**
   * Drops events at or before a position, but never what the older kept checkpoint does not cover: a start from either
   * checkpoint stays possible. Returns how many went.
   */
  compact(through: number): Promise<number>;
  close(): Promise<void>;
}
