import { setTimeout as delay } from "node:timers/promises";
import { type Candidacy, type Leadership, SignalboxError } from "../../shared/client/index.ts";
import { EndSignals } from "./end-signals.ts";
import { messageOf } from "./fail.ts";
import { exit, joinAsShell, lost, notGranted, type ShellOptions } from "./lock.ts";
import { runUnder } from "./run-under.ts";

export interface LeadOptions extends ShellOptions {
  readonly wait?: number;
  readonly priority?: number;
  readonly weight?: number;
  readonly value?: string;
  readonly stay?: boolean;
}

/** A timer that is set for longer goes off at once. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Campaigns in a group, runs a command while it leads, resigns, and ends with the command's exit code. While the lease is in
 * doubt the command is paused; when the leadership is lost it is ended, and with `stay` run anew in the next term of its own.
 * It finds the term in SIGNALBOX_TERM, and as a fence for guards in SIGNALBOX_FENCE.
 */
export async function leadAndRun(group: string, command: readonly string[], options: LeadOptions): Promise<void> {
  const box = await joinAsShell(options);
  const signals = new EndSignals("It was ended before it led.");
  const leave = async (code: number, message: string): Promise<never> => {
    await box.leave().catch(() => undefined);
    exit(code, message);
  };
  const { priority, weight, value } = options;
  try {
    const candidacy = await box.campaign(group, { priority, weight, value });
    for (;;) {
      const leadership = await electedWithin(candidacy, options.wait, signals.ended);
      await box.declare({ state: "working", doing: command.join(" ").slice(0, 500) });
      signals.ended.throwIfAborted();
      const { code, loss } = await runUnder({
        box,
        signals,
        tenure: { onLost: (listener) => onLost(leadership, listener) },
        command,
        env: { SIGNALBOX_GROUP: group, SIGNALBOX_TERM: leadership.term, SIGNALBOX_FENCE: leadership.term },
      });
      if (loss === undefined) {
        signals.release();
        await candidacy.resign().catch(() => undefined);
        await box.leave().catch(() => undefined);
        process.exit(code);
      }
      const what = `The leadership of ${group} was lost while the command ran, so it was ended: ${loss}`;
      if (!options.stay || candidacy.endedWhy !== undefined) await leave(lost, what);
      process.stderr.write(`${what}\n`);
      await box.declare({ state: "idle", doing: "" });
    }
  } catch (error) {
    await leave(signals.ended.aborted || isTooLate(error) ? notGranted : 1, messageOf(error));
  }
}

function onLost(leadership: Leadership, listener: (why: Error) => void): () => void {
  if (leadership.state === "lost") listener(new SignalboxError("lost", "another leads by now"));
  return leadership.onLost(listener);
}

async function electedWithin(candidacy: Candidacy, seconds: number | undefined, ended: AbortSignal): Promise<Leadership> {
  if (seconds === undefined) return candidacy.elected({ signal: ended });
  const inTime = new AbortController();
  const late = delay(Math.min(seconds * 1_000, longestTimerMs), undefined, { signal: inTime.signal }).then(() => {
    throw new SignalboxError("deadline", `Another led ${candidacy.group} all of the ${seconds} s.`);
  });
  try {
    return await Promise.race([candidacy.elected({ signal: ended }), late]);
  } finally {
    inTime.abort();
    late.catch(() => undefined);
  }
}

const isTooLate = (error: unknown): boolean => error instanceof SignalboxError && error.code === "deadline";
