import { wordOf } from "../json/read.ts";
import type { Problems } from "../problems.ts";
import type { Slice, SliceIndex } from "./slices.ts";
import type { TraceEvent } from "./trace-event.ts";

export interface FlowPoint {
  readonly event: TraceEvent;
  /** The slice that the arrow is tied to. */
  readonly slice: Slice | undefined;
}

export interface Flow {
  /** Its id, made unique where several flows have the same. */
  readonly label: string;
  readonly name: string;
  readonly points: readonly FlowPoint[];
}

interface Growing {
  readonly id: string;
  readonly event: TraceEvent;
  readonly points: FlowPoint[];
}

/**
 * Flows from s over t to f, of one category, name and id; and those of slices with a bind_id, out of one and into others.
 * An s or t is tied to the slice around it; an f to the next one, or with `bp: "e"` to the one around it. `events` are in
 * the order of time.
 */
export function flowsOf(events: readonly TraceEvent[], index: SliceIndex, problems: Problems): Flow[] {
  const flows: Growing[] = [];
  const open = new Map<string, Growing>();
  const begin = (key: string, id: string, event: TraceEvent, slice: Slice | undefined): void => {
    const flow = { id, event, points: [{ event, slice }] };
    flows.push(flow);
    open.set(key, flow);
  };
  for (const event of inFlowOrder(events)) {
    if ("stf".includes(event.ph)) {
      if (event.id === undefined) {
        problems.add(`A flow (${event.ph} ${event.name}) has no id and was left out.`);
        continue;
      }
      const key = JSON.stringify([event.cat, event.name, event.id]);
      const slice = event.ph === "f" && wordOf(event.json.bp) !== "e" ? index.next(event) : index.enclosing(event);
      const flow = open.get(key);
      if (event.ph === "s") begin(key, event.label ?? "", event, slice);
      else if (flow === undefined)
        problems.add(`A flow's ${event.ph === "t" ? "step (t" : "end (f"} ${event.name}, id ${event.label}) has no begin (s) and was left out.`);
      else flow.points.push({ event, slice });
      if (event.ph === "f") open.delete(key);
    }
    bind(event, index, open, begin);
  }
  for (const flow of flows) if (flow.points.length === 1) problems.add(`A flow (s ${flow.event.name}, id ${flow.id}) leads nowhere.`);
  return labelled(flows);
}

function bind(
  event: TraceEvent,
  index: SliceIndex,
  open: Map<string, Growing>,
  begin: (key: string, id: string, event: TraceEvent, slice: Slice | undefined) => void,
): void {
  const bindId = wordOf(event.json.bind_id);
  if (bindId === undefined || (event.ph !== "X" && event.ph !== "B")) return;
  const key = JSON.stringify(["bind", event.cat, bindId]);
  const flow = open.get(key);
  const slice = index.enclosing(event);
  if (event.json.flow_in === true && flow !== undefined) flow.points.push({ event, slice });
  else if (event.json.flow_out === true) begin(key, bindId, event, slice);
}

/** At one time a flow begins before it goes on, and goes on before it ends, however the file has them. */
function inFlowOrder(events: readonly TraceEvent[]): TraceEvent[] {
  const rank = (event: TraceEvent): number => (event.ph === "f" ? 2 : event.ph === "t" ? 1 : 0);
  return events
    .map((event, at) => ({ event, at }))
    .sort((a, b) => (a.event.ns < b.event.ns ? -1 : a.event.ns > b.event.ns ? 1 : rank(a.event) - rank(b.event) || a.at - b.at))
    .map(({ event }) => event);
}

function labelled(flows: readonly Growing[]): Flow[] {
  const uses = new Map<string, number>();
  return flows.map(({ id, event, points }) => {
    const count = (uses.get(id) ?? 0) + 1;
    uses.set(id, count);
    return { label: count === 1 ? id : `${id}#${count}`, name: event.name, points };
  });
}
