import type { AgentId, Resource, Want } from "../model/index.ts";
import type { Join } from "../protocol/index.ts";
import type { WaitOptions } from "./lock.ts";
import type { Transport } from "./transport.ts";

export type LogLevel = "debug" | "info" | "warn";

export interface ConnectOptions {
  /** Where the server is, for instance `http://127.0.0.1:4600`. */
  url: string;
  /** Who acts. At most one live session has this id. */
  agent: AgentId;
  /** The coordination domain; `main` when left out. */
  space?: string;
  /** Who is accountable, where the server asks for no token. */
  principal?: string;
  token?: string;
  roles?: string[];
  labels?: Record<string, string>;
  /** How long the session outlives its last heartbeat. 15 s when left out. */
  ttlMs?: number;
  /** Ends an earlier session of this agent as if it had expired: for a restarted process that knows it is alone. */
  replace?: boolean;
  /** Join anew after the session was lost, so that the box goes on; true when left out. The locks stay lost. */
  rejoin?: boolean;
  /** How long `connect` tries to reach the server before it throws; 10 s when left out. */
  connectWaitMs?: number;
  log?: (level: LogLevel, message: string, detail?: object) => void;
  /** For tests: what to connect through instead of Socket.IO. */
  transport?: Transport;
}

/** What to lock: a path, or a path with its mode and weight. */
export type WantInput = Resource | (Pick<Want, "resource"> & Partial<Want>);

export interface LockOptions extends WaitOptions {
  mode?: Want["mode"];
  /** Units of a semaphore; 1 when left out. */
  weight?: number;
  /** -100 to 100: a step is worth some waiting, as the resource's settings say. */
  priority?: number;
  /** Longest hold; the lock is taken away after it. */
  holdMs?: number;
  /** What for: shown to whoever waits, and to operators. */
  reason?: string;
}

export interface IntendOptions {
  uses: WantInput | readonly WantInput[];
  /** From when on; now when left out. */
  startsInMs?: number;
  lastsMs: number;
  reason: string;
}

export type CheckOptions = Omit<IntendOptions, "reason">;

export function toWants(
  what: WantInput | readonly WantInput[],
  { mode, weight }: Pick<LockOptions, "mode" | "weight"> = {},
): (Pick<Want, "resource"> & Partial<Want>)[] {
  const all: readonly WantInput[] = typeof what === "object" && "length" in what ? what : [what];
  return all.map((each) => (typeof each === "string" ? { resource: each, mode, weight } : { mode, weight, ...each }));
}

export function toJoin(options: ConnectOptions, resumeKey: string, replace: boolean): Join {
  const { agent, roles, labels, ttlMs } = options;
  return { agent, roles, labels, ttlMs, resumeKey, replace };
}
