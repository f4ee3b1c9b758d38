import { hostname } from "node:os";
import { type Box, type ConnectOptions, connect, type Lock, SignalboxError } from "../../shared/client/index.ts";
import { EndSignals } from "./end-signals.ts";
import { fail, messageOf } from "./fail.ts";
import { runUnder, type Tenure } from "./run-under.ts";
import { serverUrl } from "./server-url.ts";

/** Where to, and as whom. */
export interface ShellOptions {
  readonly url?: string;
  readonly token?: string;
  readonly space: string;
  readonly agent?: string;
}

export interface LockOptions extends ShellOptions {
  readonly wait?: number;
  readonly shared?: boolean;
  readonly weight?: number;
  readonly reason?: string;
}

/** Exit codes of its own, where 1 to 74 are mostly the command's: from sysexits.h, temporary failure and the one after it. */
export const notGranted = 75;
export const lost = 76;

/**
 * Takes a lock, runs a command under it, gives the lock back and ends with the command's exit code. While the lease is in
 * doubt the command is paused; when the lock is lost it is ended. It finds the fence in SIGNALBOX_FENCE.
 */
export async function lockAndRun(resource: string, command: readonly string[], options: LockOptions): Promise<void> {
  const box = await joinAsShell(options);
  const signals = new EndSignals("It was ended before it had the lock.");
  const lock = await take(box, resource, command, options, signals.ended);
  const env = { SIGNALBOX_RESOURCE: resource, ...(lock.fence === null ? {} : { SIGNALBOX_FENCE: lock.fence }) };
  const tenure: Tenure = { onLost: (listener) => onAbort(lock.signal, listener) };
  const { code, loss } = await runUnder({ box, signals, tenure, command, env });
  signals.release();
  await box.leave().catch(() => undefined);
  if (loss !== undefined) exit(lost, `The lock on ${resource} was lost while the command ran, so it was ended: ${loss}`);
  process.exit(code);
}

function onAbort(signal: AbortSignal, listener: (why: Error) => void): () => void {
  const tell = (): void => listener(signal.reason);
  if (signal.aborted) tell();
  signal.addEventListener("abort", tell);
  return () => signal.removeEventListener("abort", tell);
}

/** Joins under a name that says whose shell it is, unless it was given one. */
export async function joinAsShell({ url, token, space, agent }: ShellOptions): Promise<Box> {
  const options: ConnectOptions = {
    url: serverUrl(url),
    space,
    token: token ?? process.env.SIGNALBOX_TOKEN,
    agent:
      agent ??
      `shell-${hostname()
        .replace(/[^A-Za-z0-9._-]/g, "-")
        .slice(0, 40)}-${process.pid}`,
    labels: { host: hostname(), folder: process.cwd().slice(-256) },
    rejoin: false,
  };
  try {
    return await connect(options);
  } catch (error) {
    fail(messageOf(error));
  }
}

async function take(box: Box, resource: string, command: readonly string[], { wait, shared, weight, reason }: LockOptions, ended: AbortSignal): Promise<Lock> {
  const text = command.join(" ").slice(0, 500);
  try {
    const lock = await box.lock(resource, {
      waitMs: wait === undefined ? undefined : Math.round(wait * 1_000),
      mode: shared ? "shared" : "exclusive",
      weight,
      reason: reason ?? text,
      signal: ended,
    });
    await box.declare({ state: "working", doing: text });
    ended.throwIfAborted();
    return lock;
  } catch (error) {
    await box.leave().catch(() => undefined);
    const refused = error instanceof SignalboxError && (error.code === "busy" || error.code === "deadline");
    exit(ended.aborted || refused ? notGranted : 1, messageOf(error));
  }
}

export function exit(code: number, message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
