import { constants } from "node:os";
import { SignalboxError } from "../../shared/client/index.ts";

const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

type Handler = (name: NodeJS.Signals) => void;

/**
 * The signals that end a process, handed to whom they concern at the time: first to whoever waits with it for its turn, by
 * `ended`. They are held from here until `release`: where one handler goes before the next has come, a signal in between ends
 * this process and leaves its command running without it.
 */
export class EndSignals {
  readonly #waiting = new AbortController();
  #handler: Handler;
  readonly #tell: Handler = (name) => this.#handler(name);

  /** With what is said to who waits. A second signal ends the process at once. */
  constructor(why: string) {
    this.#handler = (name) => {
      if (this.ended.aborted) process.exit(128 + constants.signals[name]);
      this.#waiting.abort(new SignalboxError("cancelled", why));
    };
    for (const name of names) process.on(name, this.#tell);
  }

  /** Aborted by the first signal that nobody else took. */
  get ended(): AbortSignal {
    return this.#waiting.signal;
  }

  /** Hands them to somebody else; the answer gives them back. */
  handTo(handler: Handler): () => void {
    const before = this.#handler;
    this.#handler = handler;
    return () => {
      this.#handler = before;
    };
  }

  /** From now on they end this process, as they do by themselves. */
  release(): void {
    for (const name of names) process.off(name, this.#tell);
  }
}
