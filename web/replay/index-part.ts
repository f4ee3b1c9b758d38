import type { Event } from "../../shared/model/index.ts";
import { codeOf, type Spot, type SpotEnd, spotEndOf, spotOf } from "./marks.ts";
import type { IndexPart } from "./trace-index.ts";

/** What the index has to know of events that follow on each other. */
export function indexPart(events: readonly Event[]): IndexPart {
  const times = new Float64Array(events.length);
  const codes = new Uint8Array(events.length);
  const spots: Spot[] = [];
  const ends: SpotEnd[] = [];
  for (const [index, event] of events.entries()) {
    times[index] = event.atMs;
    codes[index] = codeOf(event);
    const spot = spotOf(event);
    if (spot !== undefined) spots.push(spot);
    const end = spotEndOf(event);
    if (end !== undefined) ends.push(end);
  }
  return { from: events[0]?.position ?? 1, times, codes, spots, ends };
}
