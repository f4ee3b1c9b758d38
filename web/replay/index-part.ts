import type { Event } from "../../shared/model/index.ts";
import { NodeLeads } from "../projections/node-terms.ts";
import { codeOf, type Spot, type SpotEnd, spotEndOf, spotOf } from "./marks.ts";
import type { IndexPart } from "./trace-index.ts";

/**
 * What the index has to know of events that follow on each other.
 *
 * @param nodes has followed the events before these.
 */
export function indexPart(events: readonly Event[], nodes = new NodeLeads()): IndexPart {
  const times = new Float64Array(events.length);
  const codes = new Uint8Array(events.length);
  const spots: Spot[] = [];
  const ends: SpotEnd[] = [];
  for (const [index, event] of events.entries()) {
    times[index] = event.atMs;
    const changes = nodes.take(event);
    codes[index] = codeOf(event, changes);
    const spot = spotOf(event, changes);
    if (spot !== undefined) spots.push(spot);
    const end = spotEndOf(event);
    if (end !== undefined) ends.push(end);
  }
  return { from: events[0]?.position ?? 1, times, codes, spots, ends };
}
