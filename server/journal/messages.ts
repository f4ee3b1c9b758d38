import type { JournalError } from "./journal.ts";
import type { SqliteStore, StoreOptions } from "./sqlite-store.ts";

/** What the journal and its worker say to each other: calls of the store's methods, answered in order. */
export type Method =
  | "checkpoints"
  | "checkpointParts"
  | "verifyAfter"
  | "append"
  | "read"
  | "hashAt"
  | "newest"
  | "beginCheckpoint"
  | "addToCheckpoint"
  | "finishCheckpoint"
  | "compact";

export interface Found {
  readonly position: number;
  readonly base: number;
  readonly repairs: readonly string[];
}

export type Calls = { readonly [M in Method]: (...args: Parameters<SqliteStore[M]>) => ReturnType<SqliteStore[M]> } & {
  open(options: StoreOptions): Found;
  /** Position of the last durable event. */
  end(): number;
  close(): void;
};

export interface Request {
  readonly call: keyof Calls;
  readonly args: readonly unknown[];
}

export type Reply = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly kind: JournalError["kind"]; readonly message: string };
