import type { Event, RecordedCommand } from "../../shared/model/index.ts";
import { JournalError } from "./journal.ts";

/** Throws unless the events carry the positions right after `expected`: a journal never renumbers. */
export function assertInOrder(expected: number, events: readonly Event[]): void {
  let next = expected;
  for (const event of events) {
    next += 1;
    if (event.position !== next)
      throw new JournalError("position", `the event for position ${next} says it has position ${event.position}: nothing of the batch was written`);
  }
}

/** Throws unless each command stands at one of the events, in order. */
export function assertAmong(commands: readonly RecordedCommand[], events: readonly Event[]): void {
  const last = events.at(-1)?.position ?? 0;
  let before = (events[0]?.position ?? 1) - 1;
  for (const { at } of commands) {
    if (at <= before || at > last)
      throw new JournalError("position", `a command stands at position ${at}, where it belongs to no event of the batch: nothing of it was written`);
    before = at;
  }
}
