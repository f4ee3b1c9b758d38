import { toSnapshot } from "../../state/index.ts";
import { TraceError } from "../format/error.ts";
import type { TraceNote } from "../format/header.ts";
import { type OpenTrace, traceOf } from "../seek/reader.ts";
import { changeInWords, type ForkChange } from "./change.ts";
import { drawnScripts } from "./drawn.ts";
import type { Fared, Script } from "./player.ts";
import { ForkRun } from "./run.ts";
import { isTermName, readScripts, type Scripts, type Step } from "./scripts.ts";
import { withoutFault } from "./without-fault.ts";

export interface ForkOptions {
  /** After which position it begins; moved back to the end of the decision before. */
  readonly at: number;
  readonly change: ForkChange;
  /** `recorded`: agents do what they did. `simulated`: they go on with pieces of work drawn from what they did. */
  readonly agents: "recorded" | "simulated";
  readonly seed: number;
  readonly engine: string;
  readonly eventsAtMost?: number;
}

export interface Forked {
  readonly open: OpenTrace;
  /** Position after which the fork begins, and that both have in common. */
  readonly at: number;
  readonly fared: Fared;
}

const eventsAtMost = 2_000_000;

/**
 * A what-if: the space goes on from a position of a recording with one thing changed. It never touches the space that was
 * recorded; the trace that comes out says in its header what it keeps and what it assumes. Yields how far it is, from 0
 * to 1. Throws `TraceError` when the recording has no commands to go by.
 */
export function* forkTrace(source: OpenTrace, options: ForkOptions): Generator<number, Forked> {
  const { trace, seeker } = source;
  const { header } = trace;
  if (header.counts.commands === 0)
    throw new TraceError(
      "This trace has events only, no commands: it can be looked at and compared, but not forked. Signalbox records commands since trace version 1.",
    );
  const at = decisionBefore(source, options.at);
  const state = seeker.whole(at);
  const snapshot = toSnapshot(state);
  const startMs = state.atMs;
  const recorded = readScripts(source, seeker.whole(at), at);
  const scripts = options.change.change === "withoutFault" ? withoutFault(recorded, source, at, options.change.fault) : recorded;
  const drawn = options.agents === "simulated" ? drawnScripts(source, options.seed, scripts.untilMs) : undefined;
  const scriptOf = (session: string, agent: string): Script | undefined => {
    if (drawn !== undefined) return drawn(session, agent);
    const steps = scripts.steps.get(session);
    return steps === undefined ? undefined : { at: (index): Step | undefined => steps[index] };
  };
  const run = new ForkRun({
    state,
    scripts,
    change: options.change,
    seed: options.seed,
    scriptOf,
    eventsAtMost: options.eventsAtMost ?? eventsAtMost,
  });
  const spanMs = Math.max(1, scripts.untilMs - startMs);
  for (const nowMs of run.turns()) yield Math.min(1, (nowMs - startMs) / spanMs);
  const whatIf = {
    of: { space: header.space, name: header.name, at, hash: header.lastHash },
    change: changeInWords(options.change),
    ...termsOf(options, scripts),
  };
  const notes: TraceNote[] = [{ at: at + 1, text: `What if ${changeInWords(options.change)}?` }];
  const start = { engine: options.engine, space: header.space, name: `What if ${changeInWords(options.change)}`, base: "0".repeat(64), whatIf, notes };
  return { open: traceOf(start, at === 0 ? undefined : snapshot, run.decisions), at, fared: run.fared };
}

/** The end of the last decision at or before a position: no decision is cut in two. */
function decisionBefore({ trace }: OpenTrace, position: number): number {
  if (!Number.isInteger(position) || position < trace.from - 1 || position > trace.to)
    throw new RangeError(`There is no position ${position} to fork at: the trace has ${trace.from - 1} to ${trace.to}.`);
  let at = position;
  while (at >= trace.from && at < trace.to && trace.commandAt(at + 1) === undefined) at -= 1;
  return at;
}

/** What a fork keeps fixed and what it assumes, for its header and for whoever reads its figures. */
function termsOf({ agents, change }: ForkOptions, { names }: Scripts): { keeps: string[]; assumes: string[] } {
  const keeps = ["the state at the fork", "joins, losses of connection and silence of agents, at their times", "acts of operators, at their times"];
  const assumes = [
    "the server is never down or late: what falls due happens at its time",
    "an agent takes the same time between an answer and its next command",
    "who is refused what it was granted gives all back and begins its piece of work anew after about half a second, ten times at most",
    "who is granted what it was refused gives it back when that piece of work is over",
  ];
  if ([...names.values()].some(isTermName))
    assumes.push("who leads where it did not then does nothing as leader, and a ballot that was not there gets no votes");
  if (agents === "recorded") keeps.push("what each agent asks for, in its order");
  else assumes.push("agents go on with pieces of work like those that they did, drawn by a seed");
  if (change.change === "withoutFault") assumes.push("an agent that the fault held up would have gone on without that time");
  return { keeps, assumes };
}
