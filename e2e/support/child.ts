import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { createServer } from "node:net";

/** A process of ours that we can wait for and end by its id. */
export interface Child {
  readonly process: ChildProcess;
  readonly pid: number;
  /** What it said last on both streams, for messages when something went wrong; bounded. */
  readonly output: () => string;
  readonly exited: Promise<number | null>;
  /** Asks it to end and, when it has not within `graceMs`, ends it. */
  stop(graceMs?: number): Promise<void>;
  /** SIGKILL: no last words, nothing flushed. */
  kill(): Promise<void>;
}

const outputLimit = 20_000;

export function startChild(command: string, args: readonly string[], options: SpawnOptions = {}): Child {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-outputLimit);
    });
  }
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code));
  });
  exited.catch(() => {});
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
  };
  return {
    process: child,
    get pid() {
      if (child.pid === undefined) throw new Error(`${command} did not start`);
      return child.pid;
    },
    output: () => output,
    exited,
    async stop(graceMs = 10_000) {
      const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await end("SIGTERM").finally(() => clearTimeout(timer));
    },
    kill: () => end("SIGKILL"),
  };
}

/** Waits until `check` gives something; throws with `what` and the child's output when it ends or time runs out before. */
export async function until<T>(child: Child | undefined, what: string, check: () => Promise<T | undefined> | T | undefined, timeoutMs = 30_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let lastError: unknown;
  while (Date.now() < deadline) {
    if (child && (child.process.exitCode !== null || child.process.signalCode !== null)) break;
    try {
      const value = await check();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      lastError = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${what}: did not come about.${lastError ? ` Last error: ${lastError}.` : ""}${child ? ` Its output:\n${child.output()}` : ""}`);
}

/** A TCP port on 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
