import type { EngineCommand, Event } from "../../model/index.ts";
import type { Recorded, Trace } from "../format/trace.ts";

/** What one command came to, as far as a trace tells. */
export interface RecordedDecision {
  /** Undefined where no command was recorded. */
  readonly command: EngineCommand | undefined;
  readonly events: readonly Event[];
  readonly recorded: readonly Recorded[];
}

const readAtOnce = 2_000;

/**
 * The decisions of a trace, in order. Events before the first recorded command, or of a trace without commands, are
 * taken together by their time: a decision has only one.
 */
export function* decisionsOf(trace: Trace): Generator<RecordedDecision> {
  let command: EngineCommand | undefined;
  let events: Event[] = [];
  let recorded: Recorded[] = [];
  for (let at = trace.from; at <= trace.to; at += readAtOnce) {
    for (const one of trace.recorded(at, Math.min(trace.to, at + readAtOnce - 1))) {
      const event = JSON.parse(one.body) as Event;
      const begins = one.command !== undefined || (command === undefined && events[0] !== undefined && events[0].atMs !== event.atMs);
      if (begins && events.length > 0) {
        yield { command, events, recorded };
        events = [];
        recorded = [];
      }
      if (begins) command = one.command === undefined ? undefined : (JSON.parse(one.command) as EngineCommand);
      events.push(event);
      recorded.push(one);
    }
  }
  if (events.length > 0) yield { command, events, recorded };
}
