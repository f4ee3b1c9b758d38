import { formatDuration, plural } from "../../shared/analysis/words.ts";
import type { Contention, Span, Track } from "./contention-tracks.ts";
import { type Quantiles, quantiles } from "./holds.ts";

/** How one resource was fought for in a span of time. */
export interface ContentionRow {
  readonly key: string;
  readonly resource: string;
  /** All waiting in the span together, also what goes on: what the order of the list goes by. */
  readonly waitedMs: number;
  /** Of all grants, also those at once. */
  readonly waits: Quantiles | undefined;
  readonly holds: Quantiles | undefined;
  readonly queue: number;
  readonly grants: number;
  /** Who was granted it in the span. */
  readonly agents: number;
  readonly refusals: number;
  readonly why: string;
}

const inSpan = (fromMs: number, toMs: number) => (one: { readonly atMs: number }) => one.atMs >= fromMs && one.atMs <= toMs;
const endsIn = (fromMs: number, toMs: number) => (one: Span) => one.toMs >= fromMs && one.toMs <= toMs;
const lengthOf = ({ fromMs, toMs }: Span) => toMs - fromMs;
const shared = (one: Span, fromMs: number, toMs: number) => Math.max(0, Math.min(one.toMs, toMs) - Math.max(one.fromMs, fromMs));

/** Time waited for a resource within a span, all who waited together. */
export function waitedIn(track: Track, fromMs: number, toMs: number): number {
  let sum = 0;
  for (const wait of track.waits) sum += shared(wait, fromMs, toMs);
  for (const { fromMs: sinceMs } of track.waiting.values()) sum += shared({ fromMs: sinceMs, toMs }, fromMs, toMs);
  return sum;
}

export function rowOf(track: Track, fromMs: number, toMs: number): ContentionRow {
  const grants = track.grants.filter(inSpan(fromMs, toMs));
  const holds = track.holds.filter(endsIn(fromMs, toMs));
  const refused = track.refusals.filter(inSpan(fromMs, toMs));
  const figures = {
    waitedMs: waitedIn(track, fromMs, toMs),
    waits: quantiles(grants.map(({ waitedMs }) => waitedMs)),
    holds: quantiles(holds.map(lengthOf)),
    queue: track.waiting.size,
    grants: grants.length,
    agents: new Set(grants.map(({ agent }) => agent)).size,
    refusals: refused.length,
  };
  return { key: track.resource, resource: track.resource, ...figures, why: whyWords(track, figures, toMs) };
}

/** Every resource that was used or waited for in the span, the most contended first. */
export function contentionRows(contention: Contention, fromMs: number, toMs: number): ContentionRow[] {
  return [...contention.tracks.values()]
    .map((track) => rowOf(track, fromMs, toMs))
    .filter(({ waitedMs, grants, queue, refusals, holds }) => waitedMs + grants + queue + refusals > 0 || holds !== undefined)
    .sort((left, right) => right.waitedMs - left.waitedMs || right.grants - left.grants || (left.resource < right.resource ? -1 : 1));
}

type Figures = Omit<ContentionRow, "key" | "resource" | "why">;

/** Why it is contended, what matters now first: `3 wait, the longest for 40 s; w3 has held it for 2 min 5 s`. */
export function whyWords(track: Track, { waits, holds, grants, agents, refusals, queue, waitedMs }: Figures, nowMs: number): string {
  const words: string[] = [];
  if (queue > 0) words.push(`${plural(queue, "waits", "wait")} now, the longest for ${formatDuration(nowMs - earliest(track.waiting))}`);
  if (queue > 0 && track.holding.size === 1) {
    const [hold] = track.holding.values();
    if (hold !== undefined) words.push(`${hold.agent} has held it for ${formatDuration(nowMs - hold.fromMs)}`);
  } else if (queue > 0 && track.holding.size === 0) words.push("nobody holds just this: who stands in the way holds something above or below it");
  if (waitedMs > 0 && grants > 0 && waits !== undefined)
    words.push(
      waits.median > 0
        ? `half of ${plural(grants, "grant")} to ${plural(agents, "agent")} came after ${formatDuration(waits.median)} or more`
        : `${plural(grants, "grant")} to ${plural(agents, "agent")}, most of them at once`,
    );
  if (waitedMs > 0 && holds !== undefined)
    words.push(
      holds.p95 > 4 * holds.median && holds.p95 > 1_000
        ? `some hold it long: p95 ${formatDuration(holds.p95)}`
        : `held for ${formatDuration(holds.median)} each time`,
    );
  if (refusals > 0) words.push(`${plural(refusals, "wait was", "waits were")} in vain`);
  return words.length === 0 ? "nobody had to wait" : words.join("; ");
}

function earliest(waiting: Track["waiting"]): number {
  let first = Number.POSITIVE_INFINITY;
  for (const { fromMs } of waiting.values()) first = Math.min(first, fromMs);
  return first;
}

/** One resource over time, in equal steps: `null` where there was nothing to take a quantile of. */
export interface ContentionSeries {
  /** Where each step ends. */
  readonly atMs: readonly number[];
  readonly waitMedian: readonly (number | null)[];
  readonly waitP95: readonly (number | null)[];
  readonly holdMedian: readonly (number | null)[];
  readonly holdP95: readonly (number | null)[];
  /** How many waited at the end of each step. */
  readonly queue: readonly number[];
  readonly grants: readonly number[];
  readonly refusals: readonly number[];
}

export function seriesOf(track: Track, fromMs: number, toMs: number, steps = 40): ContentionSeries {
  const stepMs = (toMs - fromMs) / steps;
  const buckets = <T>(): T[][] => Array.from({ length: steps }, () => []);
  const at = (ms: number) => (ms < fromMs || ms > toMs ? -1 : Math.min(steps - 1, Math.floor((ms - fromMs) / stepMs)));
  const waited = buckets<number>();
  const held = buckets<number>();
  const refused = new Array<number>(steps).fill(0);
  for (const { atMs, waitedMs } of track.grants) waited[at(atMs)]?.push(waitedMs);
  for (const hold of track.holds) held[at(hold.toMs)]?.push(lengthOf(hold));
  for (const { atMs } of track.refusals) if (at(atMs) >= 0) refused[at(atMs)] = (refused[at(atMs)] ?? 0) + 1;
  const ends = Array.from({ length: steps }, (_, index) => fromMs + (index + 1) * stepMs);
  const waits = [...track.waits, ...[...track.waiting.values()].map(({ fromMs: sinceMs }) => ({ fromMs: sinceMs, toMs: Number.POSITIVE_INFINITY }))];
  const ofWaits = waited.map(quantiles);
  const ofHolds = held.map(quantiles);
  return {
    atMs: ends,
    waitMedian: ofWaits.map((one) => one?.median ?? null),
    waitP95: ofWaits.map((one) => one?.p95 ?? null),
    holdMedian: ofHolds.map((one) => one?.median ?? null),
    holdP95: ofHolds.map((one) => one?.p95 ?? null),
    queue: ends.map((end) => waits.filter((wait) => wait.fromMs <= end && wait.toMs > end).length),
    grants: waited.map(({ length }) => length),
    refusals: refused,
  };
}
