import type { EngineCommand, Event, RecordedCommand } from "../../model/index.ts";
import { runSeed } from "../../sim/run.ts";
import { emptyState, evolve, toSnapshot } from "../../state/index.ts";
import { type Decision, genesis, type OpenTrace, type Trace, traceOf, writeTrace } from "../index.ts";

/** Traces for tests: what the simulator's journal has after a run. */

export interface Journal {
  readonly events: readonly Event[];
  readonly commands: readonly RecordedCommand[];
}

export function journalOf(seed: number): Journal {
  let kept: Journal = { events: [], commands: [] };
  runSeed(seed, {
    journal: (events, commands) => {
      kept = { events, commands };
    },
  });
  return kept;
}

export function decisionsOf({ events, commands }: Journal, after = 0): Decision[] {
  const byPosition = new Map(commands.map(({ at, command }) => [at, command]));
  const decisions: { command: EngineCommand | undefined; events: Event[] }[] = [];
  for (const event of events.slice(after)) {
    const command = byPosition.get(event.position);
    if (command !== undefined || decisions.length === 0) decisions.push({ command, events: [] });
    decisions.at(-1)?.events.push(event);
  }
  return decisions;
}

/** A trace of what a journal has after a position. */
export function openedAfter(journal: Journal, after = 0): OpenTrace {
  const state = emptyState("sim");
  for (const event of journal.events.slice(0, after)) evolve(state, event);
  const start = { engine: "test", space: "sim", name: "a run", base: genesis("sim") };
  return traceOf(start, after === 0 ? undefined : toSnapshot(state), decisionsOf(journal, after));
}

export function textOf(trace: Trace): string {
  let text = "";
  writeTrace(trace, (part) => {
    text += part;
  });
  return text;
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
