import type { Scenario } from "./scenarios.ts";

/** A lock client under load: the same loop drives every kind of server. */
export interface LockClient {
  /** Gets the lock on a key, waiting as long as it takes; gives what `release` needs. */
  acquire(key: string): Promise<unknown>;
  release(key: string, held: unknown): Promise<void>;
  close(): Promise<void>;
}

export type OpenClient = (url: string, index: number, batching: boolean) => Promise<LockClient>;

/** What the load process is told; it answers with `Measured`. */
export interface LoadOrder {
  readonly client: "echo" | "signalbox" | "redis" | "etcd";
  readonly url: string;
  readonly scenario: Scenario;
  readonly warmSeconds: number;
  readonly seconds: number;
}
