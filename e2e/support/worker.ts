import type { Fence } from "../../shared/model/index.ts";
import { type Child, startChild } from "./child.ts";
import type { Work } from "./worker-process.ts";

export interface WorkerOptions {
  readonly url: string;
  readonly agent: string;
  /** Where the files are that the workers of a journey write, and the guard's fences. */
  readonly folder: string;
  readonly token?: string;
  readonly ttlMs?: number;
  readonly roles?: string[];
}

export interface WorkerCall {
  readonly call: number;
  readonly does: keyof Work;
  readonly args: readonly unknown[];
}
export type WorkerReply = { call: number; value: unknown } | { call: number; error: { name: string; message: string; code?: string } };

/** What a worker said no with: `name` and `code` are those of the error in its own process. */
export class WorkerError extends Error {
  readonly code: string | undefined;
  constructor({ name, message, code }: { name: string; message: string; code?: string }) {
    super(message);
    this.name = name;
    this.code = code;
  }
}

/** The journey's hand on one worker process. */
export class Worker {
  readonly agent: string;
  readonly #child: Child;
  readonly #open = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #calls = 0;

  private constructor(options: WorkerOptions) {
    this.agent = options.agent;
    this.#child = startChild(process.execPath, ["--import", "tsx", "e2e/support/worker-process.ts"], {
      env: { ...process.env, WORKER_OPTIONS: JSON.stringify(options) },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#child.process.on("message", (reply: WorkerReply) => {
      const open = this.#open.get(reply.call);
      this.#open.delete(reply.call);
      if ("error" in reply) open?.reject(new WorkerError(reply.error));
      else open?.resolve(reply.value);
    });
    this.#child.process.once("exit", () => {
      for (const { reject } of this.#open.values()) reject(new Error(`${this.agent} ended. Its output:\n${this.#child.output()}`));
      this.#open.clear();
    });
  }

  /** Starts the process and waits until its agent has joined. */
  static async start(options: WorkerOptions): Promise<Worker> {
    const worker = new Worker(options);
    await worker.do("connect");
    return worker;
  }

  /** Has the worker do something; resolves with what it came to, in its own time. */
  do<K extends keyof Work>(does: K, ...args: Parameters<Work[K]>): ReturnType<Work[K]> {
    const call = ++this.#calls;
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#open.set(call, { resolve, reject });
      this.#child.process.send({ call, does, args } satisfies WorkerCall);
    });
    // A wait that nobody awaits any more is no error of the journey.
    answer.catch(() => {});
    return answer as ReturnType<Work[K]>;
  }

  lock(resource: string, options: object = {}): Promise<Fence | null> {
    return this.do("lock", resource, options);
  }

  /** Stops the process in its tracks, as a long garbage collection or a closed lid would. */
  pause(): void {
    this.#child.process.kill("SIGSTOP");
  }

  resume(): void {
    this.#child.process.kill("SIGCONT");
  }

  async kill(): Promise<void> {
    await this.#child.kill();
  }
}
