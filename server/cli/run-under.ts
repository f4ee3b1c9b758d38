import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import type { Box } from "../../shared/client/index.ts";
import type { EndSignals } from "./end-signals.ts";
import { messageOf } from "./fail.ts";

/** What a shell says of a command that it cannot start. */
const notFound = 127;
/** How long a command that may not go on has to end by itself. */
const killAfterMs = 5_000;
const ownGroup = process.platform !== "win32" && process.stdin.isTTY !== true;

/** What a command is run under: a lock, a leadership. */
export interface Tenure {
  /** Calls once when it is lost. */
  onLost(listener: (why: Error) => void): () => void;
}

/** A command, and what has to hold as long as it runs. */
export interface Undertaking {
  readonly box: Box;
  readonly signals: EndSignals;
  readonly tenure: Tenure;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How a command ended; `loss` says why it was ended, when it was. */
export interface Ended {
  readonly code: number;
  readonly loss?: string;
}

/**
 * Runs a command as long as it may: it is paused while the lease is in doubt, and ended, with all that it started, when what
 * it runs under is lost. Signals to this process go to the command.
 */
export async function runUnder({ box, signals, tenure, command, env }: Undertaking): Promise<Ended> {
  const child = start(command, env);
  const signal = signalTo(child);
  const takeBack = signals.handTo(signal);
  const offStatus = box.onStatus((status) => {
    if (status === "uncertain") signal("SIGSTOP");
    else if (status === "connected") signal("SIGCONT");
  });
  let loss: string | undefined;
  const offLost = tenure.onLost((why) => {
    loss = messageOf(why);
    signal("SIGTERM");
    signal("SIGCONT");
    setTimeout(() => signal("SIGKILL"), killAfterMs).unref();
  });
  const code = await exitOf(child);
  takeBack();
  offStatus();
  offLost();
  return { code, ...(loss !== undefined && { loss }) };
}

function start([file = "", ...args]: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  return spawn(file, args, {
    stdio: "inherit",
    // A group of its own, so that what the command started ends with it. On a terminal it would lose the keyboard.
    detached: ownGroup,
    env: { ...process.env, ...env },
  });
}

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
