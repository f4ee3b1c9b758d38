import { z } from "zod";
import { type Event, positionSchema, timeMsSchema } from "../model/index.ts";

/** Most names of each kind that are kept; a trace with more says so in `more`. */
const namesAtMost = 5_000;
const anomaliesAtMost = 1_000;

export const anomalySchema = z.strictObject({ kind: z.string(), at: positionSchema, atMs: timeMsSchema, about: z.array(z.string()) });

/** What a trace is about: by this recordings are searched, without reading them. */
export const traceContentsSchema = z.strictObject({
  sinceMs: timeMsSchema,
  untilMs: timeMsSchema,
  agents: z.array(z.string()),
  resources: z.array(z.string()),
  /** How many events of each type. */
  events: z.record(z.string(), z.number().int()),
  /** What a person would look for, in order. */
  anomalies: z.array(anomalySchema),
  /** Names and anomalies beyond what is kept. */
  more: z.number().int(),
});

export type Anomaly = z.infer<typeof anomalySchema>;
export type TraceContents = z.infer<typeof traceContentsSchema>;

/** What an event says went wrong, or undefined: deadlocks, findings, expiries, force, broken promises, faults. */
export function anomalyOf(event: Event): Anomaly | undefined {
  const one = (kind: string, ...about: readonly (string | undefined)[]): Anomaly => ({
    kind,
    at: event.position,
    atMs: event.atMs,
    about: [...new Set(about.filter((name) => name !== undefined))],
  });
  switch (event.type) {
    case "deadlock.detected":
      return one("deadlock", ...event.found.cycle.map((step) => step.agent), ...event.found.cycle.map((step) => step.resource));
    case "finding.raised":
      return one(event.found.kind, ...event.found.agents, ...event.found.resources);
    case "session.ended":
      return event.why === "expired" || event.why === "expelled" ? one(event.why, event.agent) : undefined;
    case "lock.released":
      return event.why === "expired" || event.why === "forced" || event.why === "overheld" ? one(event.why, event.agent, event.resource) : undefined;
    case "leader.refused":
      return one("refused", event.agent, event.group);
    case "leader.ended":
      return event.why === "deposed" ? one("deposed", event.agent, event.group) : undefined;
    case "guard.refused":
    case "claim.refused":
    case "version.conflicted":
      return one(event.type === "version.conflicted" ? "conflict" : "refused", event.agent, event.resource);
    case "fault.began":
      return one("fault", event.fault.target);
    default:
      return undefined;
  }
}

/** Gathers what a trace is about while its events go by. */
export class ContentsGatherer {
  readonly #agents = new Set<string>();
  readonly #resources = new Set<string>();
  readonly #events = new Map<string, number>();
  readonly #anomalies: Anomaly[] = [];
  #sinceMs: number | undefined;
  #untilMs = 0;
  #more = 0;

  add(event: Event): void {
    this.#sinceMs ??= event.atMs;
    this.#untilMs = event.atMs;
    this.#events.set(event.type, (this.#events.get(event.type) ?? 0) + 1);
    for (const agent of agentsOf(event)) this.#name(this.#agents, agent);
    for (const resource of resourcesOf(event)) this.#name(this.#resources, resource);
    const anomaly = anomalyOf(event);
    if (anomaly === undefined) return;
    if (this.#anomalies.length < anomaliesAtMost) this.#anomalies.push(anomaly);
    else this.#more += 1;
  }

  contents(): TraceContents {
    return {
      sinceMs: this.#sinceMs ?? 0,
      untilMs: this.#untilMs,
      agents: [...this.#agents].sort(),
      resources: [...this.#resources].sort(),
      events: Object.fromEntries(this.#events),
      anomalies: [...this.#anomalies],
      more: this.#more,
    };
  }

  #name(names: Set<string>, name: string): void {
    if (names.has(name)) return;
    if (names.size < namesAtMost) names.add(name);
    else this.#more += 1;
  }
}

export function agentsOf(event: Event): string[] {
  if (event.type === "lock.queued") return [event.wait.agent];
  if (event.type === "intent.announced") return [event.intent.agent];
  if (event.type === "lock.transferred") return [event.agent, event.toAgent];
  if (event.type === "candidate.entered") return [event.candidate.agent];
  if (event.type === "leader.elected") return [event.leader.agent, ...(event.after === undefined ? [] : [event.after.agent])];
  if (event.type === "message.sent") return [event.agent, event.to];
  return "agent" in event && typeof event.agent === "string" ? [event.agent] : [];
}

export function resourcesOf(event: Event): string[] {
  if (event.type === "lock.queued") return event.wait.wants.map((want) => want.resource);
  if (event.type === "lock.granted") return event.locks.map((lock) => lock.resource);
  if (event.type === "intent.announced") return event.intent.uses.map((use) => use.resource);
  if ("group" in event) return [event.group];
  return "resource" in event && typeof event.resource === "string" ? [event.resource] : [];
}

/** What somebody looks for; every part that is given has to match. */
export interface TraceQuery {
  /** Somewhere in the name or the tags. */
  readonly text?: string | undefined;
  /** An agent, a resource (or what is below it), an event type, a kind of anomaly. */
  readonly agent?: string | undefined;
  readonly resource?: string | undefined;
  readonly event?: string | undefined;
  readonly anomaly?: string | undefined;
  /** Some of its time lies between these, in milliseconds. */
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
}

export function matchesQuery(query: TraceQuery, words: readonly string[], contents: TraceContents): boolean {
  const { text, agent, resource, event, anomaly, sinceMs, untilMs } = query;
  const lower = text?.toLowerCase();
  return (
    (lower === undefined || words.some((word) => word.toLowerCase().includes(lower))) &&
    (agent === undefined || contents.agents.includes(agent)) &&
    (resource === undefined || contents.resources.some((one) => one === resource || one.startsWith(`${resource}/`))) &&
    (event === undefined || Object.hasOwn(contents.events, event)) &&
    (anomaly === undefined || contents.anomalies.some(({ kind }) => kind === anomaly)) &&
    (sinceMs === undefined || contents.untilMs >= sinceMs) &&
    (untilMs === undefined || contents.sinceMs <= untilMs)
  );
}
