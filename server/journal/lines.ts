import type { Event, RecordedCommand } from "../../shared/model/index.ts";
import type { Recorded } from "./journal.ts";

/** What the chain covers of one event: its body and, after a tab, the command that it came of. JSON has no raw tab. */
const separator = "\t";
export const separatorByte = 9;

/** Each event on a line, with the command that it came of; both are in order of their positions. */
export function linesOf(events: readonly Event[], commands: readonly RecordedCommand[]): string[] {
  let next = 0;
  return events.map((event) => {
    const body = JSON.stringify(event);
    const recorded = commands[next];
    if (recorded?.at !== event.position) return body;
    next += 1;
    return body + separator + JSON.stringify(recorded.command);
  });
}

export function recordedOf(line: string): Recorded {
  const at = line.indexOf(separator);
  return at < 0 ? { body: line } : { body: line.slice(0, at), command: line.slice(at + separator.length) };
}
