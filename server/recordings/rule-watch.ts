import { Worker } from "node:worker_threads";
import type { Logger } from "pino";
import type { BrokenRule } from "./rule-thread.ts";

const againMs = 10_000;

/**
 * Checks a space's rules while it runs, in a thread that reads the journal beside the server: deciding waits for nothing.
 * When the journal's older events go faster than it reads, it begins anew at the newest checkpoint.
 */
export class RuleWatch {
  readonly #dataFolder: string;
  readonly #space: string;
  readonly #told: (broken: BrokenRule) => void;
  readonly #log: Logger;
  #worker: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: { dataFolder: string; space: string; told: (broken: BrokenRule) => void; log: Logger }) {
    this.#dataFolder = options.dataFolder;
    this.#space = options.space;
    this.#told = options.told;
    this.#log = options.log;
    this.#start();
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #start(): void {
    const workerData = { dataFolder: this.#dataFolder, space: this.#space };
    const worker = new Worker(new URL("./rule-thread-start.js", import.meta.url), { execArgv: [], workerData });
    worker.unref();
    worker.on("message", this.#told);
    worker.on("error", (error) => this.#log.warn({ space: this.#space, error }, `space ${this.#space}: the check of its rules begins anew`));
    worker.on("exit", () => {
      if (this.#worker === worker) this.#timer = setTimeout(() => this.#start(), againMs).unref();
    });
    this.#worker = worker;
  }
}
