import { execute } from "../../engine/index.ts";
import type { EngineCommand } from "../../model/index.ts";
import { emptyState, evolve, fromSnapshot, type State } from "../../state/index.ts";
import type { Trace } from "../format/trace.ts";
import { decisionsOf, type RecordedDecision } from "./decisions.ts";

/** Where deciding again gives something else. An event that is not there is undefined. */
export interface Difference {
  readonly position: number;
  readonly command: EngineCommand;
  readonly recorded: unknown;
  readonly decided: unknown;
}

export interface Rerun {
  /** Every recorded command was decided again and came to the recorded events. */
  readonly ok: boolean;
  readonly from: number;
  readonly to: number;
  /** Commands that were decided again, and the events that they came to. */
  readonly commands: number;
  readonly events: number;
  /** Events whose command was not recorded: taken as they are. */
  readonly unrecorded: number;
  readonly difference: Difference | undefined;
}

export interface Watched {
  /** Hears how far it is, now and then; what it gives back false ends the work. */
  readonly onProgress?: (position: number) => boolean | undefined;
}

const progressEvery = 2_000;

/**
 * JR-14: decides every recorded command again, on the state that its decision before led to, and compares the events with the
 * recorded ones, text by text. Stops at the first that differs: after it everything may. Returns undefined when it was ended.
 */
export function rerunTrace(trace: Trace, { onProgress }: Watched = {}): Rerun | undefined {
  const snapshot = trace.snapshot();
  const state = snapshot === undefined ? emptyState(trace.header.space) : fromSnapshot(snapshot);
  const count = { commands: 0, events: 0, unrecorded: 0 };
  let difference: Difference | undefined;
  let toldAt = trace.from;
  for (const decision of decisionsOf(trace)) {
    if (state.position >= toldAt + progressEvery) {
      toldAt = state.position;
      if (onProgress?.(toldAt) === false) return undefined;
    }
    if (decision.command === undefined) {
      for (const event of decision.events) evolve(state, event);
      count.unrecorded += decision.events.length;
      continue;
    }
    difference = decideAgain(state, decision.command, decision);
    if (difference !== undefined) break;
    count.commands += 1;
    count.events += decision.events.length;
  }
  return { ok: difference === undefined && count.unrecorded === 0, from: trace.from, to: state.position, ...count, difference };
}

function decideAgain(state: State, command: EngineCommand, { recorded }: RecordedDecision): Difference | undefined {
  const first = state.position + 1;
  const { events } = execute(state, command);
  for (let index = 0; index < Math.max(events.length, recorded.length); index += 1) {
    const [theirs, ours] = [recorded[index]?.body, events[index]];
    if (theirs !== (ours && JSON.stringify(ours)))
      return { position: first + index, command, recorded: theirs === undefined ? undefined : JSON.parse(theirs), decided: ours };
  }
  return undefined;
}
