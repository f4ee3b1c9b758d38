import type { Handshake } from "../protocol/index.ts";
import type { SignalboxError } from "./errors.ts";

/** One connection to namespace `/agents`, from the first attempt to its end. It never comes back: a new one is opened. */
export interface Connection {
  /** Asks and hands the raw answer on. Once the connection is closed no answer comes. */
  ask(event: string, message: unknown, answer: (message: unknown) => void): void;
  close(): void;
}

export interface ConnectionEvents {
  opened(): void;
  /** Something the server said unasked. */
  message(event: string, payload: unknown): void;
  /** Refused, failed or lost. Told once, and not after `close()`. */
  closed(problem: SignalboxError): void;
}

/** Opens a connection. The real one is `socketTransport`; tests bring their own. */
export type Transport = (handshake: Handshake, events: ConnectionEvents) => Connection;
