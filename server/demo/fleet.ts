import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type FromWorker, fromWorkerSchema, type ToWorker, type WorkerSettings } from "./messages.ts";
import type { Process } from "./real-faults.ts";

const program = fileURLToPath(new URL("./worker.ts", import.meta.url));
/** How long a worker may take to finish what it is at before it is ended. */
const stopWithinMs = 5_000;
const restartAfterMs = { first: 1_000, most: 30_000 };

/** One worker process, started again when it dies. */
export class Worker implements Process {
  readonly agent: string;
  readonly #settings: WorkerSettings;
  readonly #heard: (message: FromWorker) => void;
  readonly #log: (line: string) => void;
  #child: ChildProcess | undefined;
  #restart: NodeJS.Timeout | undefined;
  #backoffMs = restartAfterMs.first;
  #stopping = false;
  #down = false;

  constructor(settings: WorkerSettings, heard: (message: FromWorker) => void, log: (line: string) => void) {
    this.agent = settings.agent;
    this.#settings = settings;
    this.#heard = heard;
    this.#log = log;
    this.#start();
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  send(message: ToWorker): void {
    if (this.#child?.connected === true) this.#child.send(message);
  }

  signal(signal: "SIGSTOP" | "SIGCONT" | "SIGKILL"): void {
    this.#child?.kill(signal);
  }

  keepDown(down: boolean): void {
    this.#down = down;
    const gone = this.#child === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
    if (down || !gone || this.#stopping) return;
    clearTimeout(this.#restart);
    this.#start();
  }

  /** Asks it to finish, then ends it. Resolves when the process is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    const kill = setTimeout(() => child.kill("SIGKILL"), stopWithinMs);
    // One that stands still hears nothing else.
    child.kill("SIGCONT");
    child.kill("SIGTERM");
    await gone;
    clearTimeout(kill);
  }

  #start(): void {
    const child = fork(program, [JSON.stringify(this.#settings)], { execArgv: ["--import", "tsx"], stdio: ["ignore", "ignore", "pipe", "ipc"] });
    this.#child = child;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      for (const line of text.split("\n")) if (line.trim() !== "") this.#log(line.slice(0, 500));
    });
    child.on("message", (message) => {
      const parsed = fromWorkerSchema.safeParse(message);
      if (!parsed.success) return;
      this.#backoffMs = restartAfterMs.first;
      this.#heard(parsed.data);
    });
    child.on("exit", (code, signal) => {
      if (this.#stopping) return;
      if (this.#down) return this.#log(`${this.agent} was killed and is kept down`);
      this.#log(`${this.agent} ended with ${signal ?? code}; it starts again in ${this.#backoffMs / 1_000} s`);
      this.#restart = setTimeout(() => this.#start(), this.#backoffMs);
      this.#backoffMs = Math.min(2 * this.#backoffMs, restartAfterMs.most);
    });
  }
}
