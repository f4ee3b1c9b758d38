import { TraceError } from "../../format/error.ts";
import { operationsOf } from "../../histories/own.ts";
import { readTrace } from "../../seek/reader.ts";
import type { HoldFound, Imported, Problem, WaitForEdge, WaitFound } from "../imported.ts";
import { importLimits } from "../limits.ts";

const nsPerMs = 1_000_000n;

/** One of our own traces: its events as they are, at their own positions, with what they say of waits, holds and deadlocks. */
export function importSbtrace(bytes: Uint8Array, problems: readonly Problem[] = []): Imported {
  const { trace } = readTrace(bytes);
  if (trace.count > importLimits.items * 4)
    throw new TraceError(`The trace has ${trace.count} events; open it as it is, an import takes ${importLimits.items * 4} at most.`);
  const events = trace.events(trace.from, trace.to);
  const counts = new Map<string, number>();
  const waits = new Map<number, WaitFound>();
  const holds = new Map<string, HoldFound>();
  const edges: WaitForEdge[] = [];
  const cycles: string[][] = [];
  const victims: string[] = [];
  const ns = (ms: number): string => String(BigInt(ms) * nsPerMs);
  const endWait = (request: number | undefined, atMs: number, ended: string): void => {
    const wait = request === undefined ? undefined : waits.get(request);
    if (wait !== undefined) waits.set(request!, { ...wait, untilNs: ns(atMs), ended });
  };
  const endHold = (fence: string, atMs: number): void => {
    const hold = holds.get(fence);
    if (hold !== undefined) holds.set(fence, { ...hold, untilNs: ns(atMs) });
  };
  const snapshot = trace.snapshot();
  for (const lock of snapshot?.locks ?? []) holds.set(lock.fence, { agent: lock.agent, resource: lock.resource, mode: lock.mode, sinceNs: ns(lock.grantedMs) });
  for (const wait of snapshot?.waits ?? [])
    waits.set(wait.request, { agent: wait.agent, resource: wait.wants[0]?.resource ?? "", mode: wait.wants[0]?.mode, sinceNs: ns(wait.queuedMs) });
  for (const event of events) {
    const agent = "agent" in event ? event.agent : event.type === "lock.queued" ? event.wait.agent : undefined;
    if (agent !== undefined) counts.set(agent, (counts.get(agent) ?? 0) + 1);
    const { atMs } = event;
    if (event.type === "lock.queued") {
      const { request, wants } = event.wait;
      const on = event.blockers.flatMap((blocker) => ("agent" in blocker ? [blocker.agent] : []));
      waits.set(request, { agent: event.wait.agent, resource: wants[0]?.resource ?? "", mode: wants[0]?.mode, sinceNs: ns(atMs), on });
    } else if (event.type === "lock.granted") {
      endWait(event.request, atMs, "granted");
      for (const lock of event.locks) holds.set(lock.fence, { agent: lock.agent, resource: lock.resource, mode: lock.mode, sinceNs: ns(atMs) });
    } else if (event.type === "lock.dequeued") {
      endWait(event.request, atMs, event.why);
      if (event.why === "victim") victims.push(event.agent);
    } else if (event.type === "lock.upgraded" || event.type === "lock.transferred") {
      endHold(event.fence, atMs);
      if (event.type === "lock.upgraded") endWait(event.request, atMs, "granted");
      const to = event.type === "lock.transferred" ? event.toAgent : event.agent;
      holds.set(event.newFence, {
        agent: to,
        resource: event.resource,
        mode: event.type === "lock.upgraded" ? "exclusive" : holds.get(event.fence)?.mode,
        sinceNs: ns(atMs),
      });
    } else if (event.type === "lock.released") endHold(event.fence, atMs);
    else if (event.type === "deadlock.detected") {
      cycles.push(event.found.cycle.map((step) => step.agent));
      edges.push(...event.found.cycle.map((step): WaitForEdge => [step.agent, step.onAgent, step.resource]));
    }
  }
  const history = operationsOf({ snapshot, events });
  return {
    ...{ format: "sbtrace", events, agents: [...counts].map(([id, count]) => ({ id, name: id, events: count })), messages: [], spans: [] },
    ...{ waits: [...waits.values()], holds: [...holds.values()], waitFor: edges, cycle: cycles[0] ?? [], cycles, victim: victims[0] ?? null },
    ...{ problems, ...(history.length > 0 && { history }) },
    figures: { space: trace.header.space, name: trace.header.name, events: trace.count, from: trace.from, to: trace.to, victims },
  };
}
