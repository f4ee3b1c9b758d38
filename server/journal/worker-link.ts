import { Worker } from "node:worker_threads";
import { JournalError } from "./journal.ts";
import type { Calls, Reply, Request } from "./messages.ts";

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: JournalError) => void;
}

/** A store in its worker. The worker answers calls in the order in which they came. */
export class WorkerLink {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #gone: JournalError | undefined;
  /** Resolves when the worker has ended. */
  readonly ended: Promise<void>;

  constructor() {
    this.#worker = new Worker(new URL("./worker-start.js", import.meta.url), { execArgv: [] });
    this.#worker.on("message", (reply: Reply) => {
      const waiting = this.#waiting.shift();
      if (reply.ok) waiting?.resolve(reply.value);
      else waiting?.reject(new JournalError(reply.kind, reply.message));
    });
    this.#worker.on("error", (error) =>
      this.#end(new JournalError("io", `the journal's thread failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error })),
    );
    this.ended = new Promise((resolve) => {
      this.#worker.on("exit", () => {
        this.#end(new JournalError("closed", "the journal is closed"));
        resolve();
      });
    });
  }

  call<C extends keyof Calls>(call: C, ...args: Parameters<Calls[C]>): Promise<ReturnType<Calls[C]>> {
    if (this.#gone) return Promise.reject(this.#gone);
    const request: Request = { call, args };
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve: (value) => resolve(value as ReturnType<Calls[C]>), reject });
      this.#worker.postMessage(request);
    });
  }

  #end(reason: JournalError): void {
    this.#gone ??= reason;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#gone);
  }
}
