import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { quantile } from "../figures.ts";

/**
 * Times that hold on a machine which others use as well. One preemption lasts a thousand checks, so the time of an edge is
 * the shortest of several looks at that same edge; what that hides of our own (the collector) is told beside it: the
 * plain times, processor time with the collector's threads, and bytes allocated.
 */
export interface Timed {
  /** Microseconds of the first look, whatever came between. */
  readonly first: number;
  /** Microseconds of the shortest. */
  readonly least: number;
}

export function micros(work: () => void): number {
  const startMs = performance.now();
  work();
  return (performance.now() - startMs) * 1_000;
}

export function timed(looks: number, work: () => void): Timed {
  const first = micros(work);
  let least = first;
  for (let look = 1; look < looks; look++) least = Math.min(least, micros(work));
  return { first, least };
}

/** Processor time of this process, its collector's threads included: other processes do not count. */
export function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return { count: sorted.length, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), max: quantile(sorted, 1) };
}

export function spreads(values: readonly Timed[]): { readonly least: Spread; readonly first: Spread } {
  return { least: spread(values.map((value) => value.least)), first: spread(values.map((value) => value.first)) };
}

setFlagsFromString("--expose-gc");
/** Runs the collector now: all of it, or the young generation alone. */
export const collect = runInNewContext("gc") as (options?: { type: "minor" }) => void;

/** Bytes that some work allocates: the growth of the heap from just after a collection. The work has to fit the young generation. */
export function allocatedBytes(work: () => void): number {
  collect({ type: "minor" });
  const before = process.memoryUsage().heapUsed;
  work();
  return process.memoryUsage().heapUsed - before;
}
