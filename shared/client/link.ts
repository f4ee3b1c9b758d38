import type { Handshake } from "../protocol/index.ts";
import { SignalboxError } from "./errors.ts";
import type { Connection, Transport } from "./transport.ts";

/** How long a connection may be open before its session is joined or resumed on it. */
const settleMs = 10_000;
const firstBackoffMs = 200;

export interface LinkEvents {
  /** A connection is open. Say join or resume on it, then `settled()`. */
  opened(connection: Connection): void;
  message(event: string, payload: unknown): void;
  /** The connection ended; the link tries again by itself unless it is stopped now. */
  closed(problem: SignalboxError): void;
}

/**
 * Keeps one connection open: when it ends, a new one is opened after a pause of full jitter (between nothing and a bound
 * that doubles), so that a fleet that lost its server together does not come back together
 * (Brooker, Exponential Backoff and Jitter, AWS 2015).
 */
export class Link {
  readonly #transport: Transport;
  readonly #handshake: Handshake;
  readonly #events: LinkEvents;
  readonly #longestBackoffMs: number;
  #connection: Connection | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #stopped = false;

  constructor(transport: Transport, handshake: Handshake, longestBackoffMs: number, events: LinkEvents) {
    this.#transport = transport;
    this.#handshake = handshake;
    this.#longestBackoffMs = longestBackoffMs;
    this.#events = events;
  }

  start(): void {
    if (this.#stopped) return;
    let current = true;
    const connection = this.#transport(this.#handshake, {
      opened: () => {
        if (!current || this.#stopped) return;
        this.#wait(settleMs, () => this.reopen(new SignalboxError("unavailable", `The server did not take the session within ${settleMs} ms.`)));
        this.#events.opened(connection);
      },
      message: (event, payload) => {
        if (current && this.#connection === connection) this.#events.message(event, payload);
      },
      closed: (problem) => {
        if (!current || this.#stopped) return;
        current = false;
        // A transport may tell before it has returned: then there is no connection to compare with yet.
        if (this.#connection === connection) this.#connection = undefined;
        this.#fail(problem);
      },
    });
    if (current) this.#connection = connection;
  }

  /** The session is joined or resumed: the next loss begins with a short pause again. */
  settled(): void {
    this.#failures = 0;
    clearTimeout(this.#timer);
  }

  /** Gives this connection up and opens another after a pause. */
  reopen(problem: SignalboxError): void {
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection === undefined || this.#stopped) return;
    connection.close();
    this.#fail(problem);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#connection?.close();
    this.#connection = undefined;
  }

  #fail(problem: SignalboxError): void {
    const boundMs = Math.min(this.#longestBackoffMs, firstBackoffMs * 2 ** Math.min(this.#failures, 16));
    this.#failures++;
    this.#wait(Math.random() * boundMs, () => this.start());
    this.#events.closed(problem);
  }

  #wait(ms: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, ms);
  }
}
