import { HostIndex } from "./host-index.ts";
import type { LogEvent } from "./log.ts";

/** An event and its step: one more than the highest of all that come before it. Events of one step are concurrent. */
export interface Placed {
  readonly event: LogEvent;
  readonly step: number;
}

/**
 * An order that goes with the vector clocks and is close to that of the log: every event after all that its clock knows,
 * which are put before it where the log has them later. Clocks that contradict each other, each knowing the other's
 * event, are taken as they come.
 */
export function inCausalOrder(events: readonly LogEvent[]): Placed[] {
  const index = new HostIndex(events);
  const place = new Map([...index.hosts.values()].flatMap((own) => own.map((event, at) => [event, at] as const)));
  const seen = new Set<LogEvent>();
  const ordered: Placed[] = [];
  const stepOf = new Map<LogEvent, number>();
  const before = (event: LogEvent): LogEvent[] => {
    const previous = index.hosts.get(event.host)?.[place.get(event)! - 1];
    const known = [...event.clock].flatMap(([host, count]) => (host === event.host ? [] : (index.lastUpTo(host, count) ?? [])));
    return previous === undefined ? known : [...known, previous];
  };
  for (const event of events) {
    if (seen.has(event)) continue;
    seen.add(event);
    const path = [{ event, rest: before(event) }];
    while (path.length > 0) {
      const top = path[path.length - 1]!;
      const next = top.rest.pop();
      if (next === undefined) {
        const step = before(top.event).reduce((highest, one) => Math.max(highest, stepOf.get(one) ?? 0), 0) + 1;
        stepOf.set(top.event, step);
        ordered.push({ event: top.event, step });
        path.pop();
      } else if (!seen.has(next)) {
        seen.add(next);
        path.push({ event: next, rest: before(next) });
      }
    }
  }
  return ordered;
}
