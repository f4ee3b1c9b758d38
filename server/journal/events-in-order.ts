import type { Event } from "../../shared/model/index.ts";
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
