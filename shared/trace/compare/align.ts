import type { Event } from "../../model/index.ts";
import type { Trace } from "../format/trace.ts";

/** What became of one request for locks. */
export interface RequestOutcome {
  readonly result: "granted" | "refused" | "waiting";
  /** Why it ended without a grant. */
  readonly why?: string;
  readonly askedMs: number;
  readonly waitedMs: number;
  /** Position of the event that decided it, or at which it began to wait. */
  readonly position: number;
}

/** One request in both traces: `undefined` where it was never made. */
export interface AlignedRequest {
  readonly agent: string;
  readonly command: string;
  readonly resources: readonly string[];
  readonly a: RequestOutcome | undefined;
  readonly b: RequestOutcome | undefined;
  readonly differs: "not" | "waited" | "result" | "onlyA" | "onlyB";
}

export interface Alignment {
  /** In the order in which they were made, those of the first trace before others of the same moment. */
  readonly requests: readonly AlignedRequest[];
  /** The first whose result is another, or that only one of them has; undefined when there is none. */
  readonly divergence: AlignedRequest | undefined;
  /** Requests beyond what is kept. */
  readonly more: number;
}

interface Request {
  readonly agent: string;
  readonly command: string;
  resources: readonly string[];
  outcome: RequestOutcome;
}

const requestsAtMost = 100_000;
/** A wait that differs by less is the same. */
const sameWithinMs = 1;

/**
 * Puts the requests of two traces side by side by their cause: the agent and the id of the command that asked. Positions
 * and fences differ as soon as anything comes in another order; what was asked for does not. Times count from each
 * trace's own beginning after its position, so that recordings of different days can be compared.
 */
export function alignTraces(a: Trace, b: Trace, { afterA = a.from - 1, afterB = b.from - 1 } = {}): Alignment {
  const left = requestsOf(a, afterA);
  const right = requestsOf(b, afterB);
  const keys = new Set([...left.requests.keys(), ...right.requests.keys()]);
  const aligned = [...keys].map((key): AlignedRequest => {
    const one = left.requests.get(key);
    const other = right.requests.get(key);
    const { agent, command, resources } = (one ?? other) as Request;
    return { agent, command, resources, a: one?.outcome, b: other?.outcome, differs: difference(one?.outcome, other?.outcome) };
  });
  aligned.sort((x, y) => madeMs(x) - madeMs(y));
  const divergence = aligned.find(({ differs }) => differs === "result" || differs === "onlyA" || differs === "onlyB");
  return { requests: aligned, divergence, more: left.more + right.more };
}

const madeMs = ({ a, b }: AlignedRequest): number => Math.min(a?.askedMs ?? Number.POSITIVE_INFINITY, b?.askedMs ?? Number.POSITIVE_INFINITY);

function difference(a: RequestOutcome | undefined, b: RequestOutcome | undefined): AlignedRequest["differs"] {
  if (a === undefined) return "onlyB";
  if (b === undefined) return "onlyA";
  if (a.result !== b.result || a.why !== b.why) return "result";
  return Math.abs(a.waitedMs - b.waitedMs) > sameWithinMs ? "waited" : "not";
}

function requestsOf(trace: Trace, after: number): { requests: Map<string, Request>; more: number } {
  const requests = new Map<string, Request>();
  const startMs = after >= trace.from ? trace.timeAt(after) : trace.header.sinceMs;
  let more = 0;
  for (let position = after + 1; position <= trace.to; position++) {
    const event = trace.eventAt(position);
    if (event.type !== "lock.queued" && event.type !== "lock.granted" && event.type !== "lock.dequeued") continue;
    const found = requestOf(event, startMs);
    const key = `${found.agent} ${found.command}`;
    const before = requests.get(key);
    if (before === undefined && requests.size >= requestsAtMost) more += 1;
    else if (before === undefined) requests.set(key, found);
    else requests.set(key, { ...found, resources: before.resources, outcome: { ...found.outcome, askedMs: before.outcome.askedMs } });
  }
  return { requests, more };
}

function requestOf(event: Extract<Event, { type: "lock.queued" | "lock.granted" | "lock.dequeued" }>, startMs: number): Request {
  const { position } = event;
  const atMs = event.atMs - startMs;
  if (event.type === "lock.queued") {
    const { agent, command, wants } = event.wait;
    const outcome: RequestOutcome = { result: "waiting", askedMs: atMs, waitedMs: 0, position };
    return { agent, command, resources: wants.map((want) => want.resource), outcome };
  }
  const { agent, command } = event;
  if (event.type === "lock.dequeued")
    return { agent, command, resources: [], outcome: { result: "refused", why: event.why, askedMs: atMs, waitedMs: 0, position } };
  const waitedMs = event.request === undefined ? 0 : Math.max(0, ...event.locks.map((lock) => lock.waitedMs));
  return { agent, command, resources: event.locks.map((lock) => lock.resource), outcome: { result: "granted", askedMs: atMs - waitedMs, waitedMs, position } };
}
