import type { Leader, LeaderEndWhy, Level } from "../../../model/index.ts";
import type { SpanLink } from "../imported.ts";

/** A span as a file has it: its id may be another's, its parent may not be there, or be below it. */
export interface RawSpan {
  readonly trace: string;
  readonly id: string;
  readonly parent: string | null;
  readonly agent: string;
  readonly name: string;
  readonly startNs: bigint;
  readonly durationNs: bigint;
  readonly links: readonly SpanLink[];
  readonly status?: "ok" | "error" | undefined;
  /** What it waited for or held, where its producer said so. */
  readonly lock?: LockSpan | undefined;
  /** What it led, where its producer said so. */
  readonly lead?: LedSpan | undefined;
}

export interface LedSpan {
  readonly group: string;
  readonly term: string;
  readonly why: Leader["why"];
  readonly because: string;
  /** Undefined: it lasted when the recording ended. */
  readonly ended?: LeaderEndWhy | undefined;
}

export interface LockSpan {
  readonly kind: "wait" | "hold";
  readonly resource: string;
  readonly mode: "shared" | "exclusive";
  readonly level: Level;
  readonly reason: string;
  /** The request that waited, or that a hold was waited for as. */
  readonly request?: string | undefined;
  /** Undefined: it lasted when the recording ended. */
  readonly ended?: string | undefined;
}
