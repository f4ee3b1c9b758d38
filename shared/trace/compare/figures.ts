import type { Event } from "../../model/index.ts";
import type { Trace } from "../format/trace.ts";

/** Median, 95th percentile and longest, in milliseconds; all 0 where there was none. */
export interface Spread {
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

/** What a stretch of a trace came to, in numbers that can be put side by side. */
export interface Figures {
  readonly spanMs: number;
  readonly events: number;
  /** Commands that came to something. */
  readonly messages: number;
  readonly grants: number;
  /** Grants a second. */
  readonly throughput: number;
  /** Of those that waited and were granted. */
  readonly waits: Spread;
  readonly holds: Spread;
  readonly deadlocks: number;
  readonly livelocks: number;
  /** Requests refused so that others could go on, and all that ended without a grant. */
  readonly aborted: number;
  readonly refused: number;
  /** Locks taken from who did not give them back. */
  readonly lost: number;
  /** Jain's index over the grants of the agents: 1 when all got as many, 1/n when one of n got all. (Jain, Chiu, Hawe 1984.) */
  readonly fairness: number;
}

/** Percentiles by nearest rank. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { count: sorted.length, p50Ms: at(0.5), p95Ms: at(0.95), maxMs: sorted.at(-1) ?? 0 };
}

/** Jain's fairness index of what several got; 1 where nobody got anything. */
export function fairnessOf(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return squares === 0 ? 1 : (sum * sum) / (shares.length * squares);
}

/** Durations beyond so many are sampled: every second one goes each time that it is full. */
const valuesAtMost = 200_000;

class Values {
  values: number[] = [];
  #every = 1;
  #seen = 0;

  add(value: number): void {
    if (this.#seen++ % this.#every === 0) this.values.push(value);
    if (this.values.length < valuesAtMost) return;
    this.values = this.values.filter((_, index) => index % 2 === 0);
    this.#every *= 2;
  }
}

/** The figures of a trace after a position. One pass over its events. */
export function figuresOf(trace: Trace, after = trace.from - 1): Figures {
  const waits = new Values();
  const holds = new Values();
  const since = new Map<string, number>();
  const grantsOf = new Map<string, number>();
  const counts = { events: 0, messages: 0, grants: 0, deadlocks: 0, livelocks: 0, aborted: 0, refused: 0, lost: 0, waited: 0, held: 0 };
  const release = (fence: string, atMs: number): void => {
    const sinceMs = since.get(fence);
    if (sinceMs === undefined) return;
    since.delete(fence);
    holds.add(atMs - sinceMs);
    counts.held += 1;
  };
  const count = (event: Event): void => {
    switch (event.type) {
      case "session.joined":
        if (!grantsOf.has(event.agent)) grantsOf.set(event.agent, 0);
        return;
      case "lock.granted": {
        for (const { fence } of event.locks) since.set(fence, event.atMs);
        counts.grants += 1;
        grantsOf.set(event.agent, (grantsOf.get(event.agent) ?? 0) + 1);
        if (event.request === undefined) return;
        waits.add(Math.max(0, ...event.locks.map((lock) => lock.waitedMs)));
        counts.waited += 1;
        return;
      }
      case "lock.dequeued":
        counts.refused += 1;
        if (event.why === "victim" || event.why === "wounded") counts.aborted += 1;
        return;
      case "lock.upgraded":
      case "lock.transferred": {
        const sinceMs = since.get(event.fence);
        since.delete(event.fence);
        since.set(event.newFence, sinceMs ?? event.atMs);
        return;
      }
      case "lock.released":
        release(event.fence, event.atMs);
        if (event.why !== "released" && event.why !== "left" && event.why !== "transferred") counts.lost += 1;
        return;
      case "deadlock.detected":
        counts.deadlocks += 1;
        return;
      case "finding.raised":
        if (event.found.kind === "livelock") counts.livelocks += 1;
        return;
      default:
        return;
    }
  };
  const startMs = after >= trace.from ? trace.timeAt(after) : trace.header.sinceMs;
  let endMs = startMs;
  for (let position = after + 1; position <= trace.to; position++) {
    const event = trace.eventAt(position);
    count(event);
    counts.events += 1;
    if (trace.commandAt(position) !== undefined) counts.messages += 1;
    endMs = event.atMs;
  }
  const { events, messages, grants, deadlocks, livelocks, aborted, refused, lost, waited, held } = counts;
  const spanMs = endMs - startMs;
  return {
    spanMs,
    events,
    messages,
    grants,
    throughput: spanMs === 0 ? 0 : grants / (spanMs / 1_000),
    waits: { ...spreadOf(waits.values), count: waited },
    holds: { ...spreadOf(holds.values), count: held },
    deadlocks,
    livelocks,
    aborted,
    refused,
    lost,
    fairness: fairnessOf([...grantsOf.values()]),
  };
}
