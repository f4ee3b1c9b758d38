import { type ChildProcess, spawn } from "node:child_process";
import { constants, hostname } from "node:os";
import { type Box, type ConnectOptions, connect, type Lock, SignalboxError } from "../../shared/client/index.ts";
import { fail, messageOf } from "./fail.ts";
import { serverUrl } from "./server-url.ts";

export interface LockOptions {
  readonly url?: string;
  readonly token?: string;
  readonly space: string;
  readonly agent?: string;
  readonly wait?: number;
  readonly shared?: boolean;
  readonly weight?: number;
  readonly reason?: string;
}

/** Exit codes of its own, where 1 to 74 are mostly the command's: from sysexits.h, temporary failure and the one after it. */
const notGranted = 75;
const lockLost = 76;
/** What a shell says of a command that it cannot start. */
const notFound = 127;
/** How long a command whose lock is lost has to end by itself. */
const killAfterMs = 5_000;

/**
 * Takes a lock, runs a command under it, gives the lock back and ends with the command's exit code. While the lease is in
 * doubt the command is paused; when the lock is lost it is ended. It finds the fence in SIGNALBOX_FENCE.
 */
export async function lockAndRun(resource: string, command: readonly string[], options: LockOptions): Promise<void> {
  const box = await join(options);
  const lock = await take(box, resource, command, options);
  const child = start(command, resource, lock);
  const signal = signalTo(child);
  const forward = (name: NodeJS.Signals): void => signal(name);
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, forward);

  box.onStatus((status) => {
    if (status === "uncertain") signal("SIGSTOP");
    else if (status === "connected") signal("SIGCONT");
  });
  let loss: string | undefined;
  lock.signal.addEventListener("abort", () => {
    loss = messageOf(lock.signal.reason);
    signal("SIGTERM");
    signal("SIGCONT");
    setTimeout(() => signal("SIGKILL"), killAfterMs).unref();
  });

  const code = await exitOf(child);
  const lost = loss;
  await box.leave().catch(() => undefined);
  if (lost !== undefined) exit(lockLost, `The lock on ${resource} was lost while the command ran, so it was ended: ${lost}`);
  process.exit(code);
}

async function join({ url, token, space, agent }: LockOptions): Promise<Box> {
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

async function take(box: Box, resource: string, command: readonly string[], { wait, shared, weight, reason }: LockOptions): Promise<Lock> {
  const text = command.join(" ").slice(0, 500);
  const ended = new AbortController();
  const end = (): void => ended.abort();
  process.once("SIGINT", end).once("SIGTERM", end);
  try {
    const lock = await box.lock(resource, {
      waitMs: wait === undefined ? undefined : Math.round(wait * 1_000),
      mode: shared ? "shared" : "exclusive",
      weight,
      reason: reason ?? text,
      signal: ended.signal,
    });
    process.off("SIGINT", end).off("SIGTERM", end);
    await box.declare({ state: "working", doing: text });
    return lock;
  } catch (error) {
    await box.leave().catch(() => undefined);
    const refused = error instanceof SignalboxError && (error.code === "busy" || error.code === "deadline");
    exit(ended.signal.aborted || refused ? notGranted : 1, messageOf(error));
  }
}

function start(command: readonly string[], resource: string, lock: Lock): ChildProcess {
  const [file = "", ...args] = command;
  return spawn(file, args, {
    stdio: "inherit",
    // A group of its own, so that what the command started ends with it. On a terminal it would lose the keyboard.
    detached: ownGroup,
    env: { ...process.env, SIGNALBOX_RESOURCE: resource, ...(lock.fence === null ? {} : { SIGNALBOX_FENCE: lock.fence }) },
  });
}

const ownGroup = process.platform !== "win32" && process.stdin.isTTY !== true;

function signalTo(child: ChildProcess): (name: NodeJS.Signals) => void {
  return (name) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(ownGroup ? -child.pid : child.pid, name);
    } catch (error) {
      // It ended in this very moment.
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  };
}

/** A command that a signal ended has 128 and the signal's number, as in a shell. */
function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once("error", (error) => {
      process.stderr.write(`${messageOf(error)}\n`);
      resolve(notFound);
    });
    child.once("exit", (code, name) => resolve(code ?? 128 + (name === null ? 0 : constants.signals[name])));
  });
}

function exit(code: number, message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
