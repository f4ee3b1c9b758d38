import type { Event, EventOf, Lock, Wait } from "../../shared/model/index.ts";

export interface ContentionBounds {
  readonly resources: number;
  /** Newest waits and holds of a resource that its percentiles are of. */
  readonly samples: number;
  readonly bucketMs: number;
  readonly buckets: number;
  /** Requests that wait and locks that are held, followed at a time. */
  readonly followed: number;
}

export const contentionBounds: ContentionBounds = { resources: 5_000, samples: 256, bucketMs: 10_000, buckets: 90, followed: 50_000 };

/** A slice of time on one resource. */
export interface Slice {
  readonly startMs: number;
  grants: number;
  /** Waits that the server ended without a grant: at their deadline, or to end a deadlock. `busy` is an answer and no event. */
  refusals: number;
  /** Longest queue in it. */
  queue: number;
  /** Waiting that came to its end in it. */
  waitedMs: number;
}

/** A slice with what was measured in it; undefined where nothing was. */
export interface SliceFigures extends Slice {
  readonly waitMs: Percentiles | undefined;
  readonly holdMs: Percentiles | undefined;
}

interface Sample {
  readonly atMs: number;
  readonly ms: number;
}

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
}

/** How contended a resource was in the last slices, and is now. */
export interface Contended {
  readonly resource: string;
  readonly waitMs: Percentiles | undefined;
  readonly holdMs: Percentiles | undefined;
  readonly queue: number;
  readonly grants: number;
  readonly refusals: number;
  /** All waiting together, with that which still lasts. */
  readonly waitedMs: number;
  /** Since when the one that waits longest does. */
  readonly waitingSinceMs: number | undefined;
  readonly holders: readonly { readonly agent: string; readonly sinceMs: number }[];
}

interface Watched {
  readonly resource: string;
  readonly waits: Sample[];
  readonly holds: Sample[];
  /** By fence. */
  readonly holding: Map<string, { readonly agent: string; readonly sinceMs: number }>;
  readonly slices: Slice[];
  /** By request: since when it waits here. */
  readonly queue: Map<number, number>;
  seenMs: number;
}

const refusals: ReadonlySet<EventOf<"lock.dequeued">["why"]> = new Set(["deadline", "victim", "wounded"]);
/** Everything together keeps more samples than one resource. */
const samplesOfAll = 16;

/**
 * Who has to wait where, and for how long: made of the events as they come, each once and in order. Costs what an event
 * touches; everything it keeps is bounded. What began before the first event is told by `know`.
 */
export class Contention {
  readonly #bounds: ContentionBounds;
  readonly #watched = new Map<string, Watched>();
  /** Everything together. */
  #all: Watched = watchedOf("");
  readonly #requests = new Map<number, readonly string[]>();
  readonly #holds = new Map<string, { readonly resource: string; readonly agent: string; readonly sinceMs: number }>();
  #sinceMs: number | undefined;

  constructor(bounds: ContentionBounds = contentionBounds) {
    this.#bounds = bounds;
  }

  /** Time of the first event; undefined before any. */
  get sinceMs(): number | undefined {
    return this.#sinceMs;
  }

  get resources(): number {
    return this.#watched.size;
  }

  reset(): void {
    this.#watched.clear();
    this.#all = watchedOf("");
    this.#requests.clear();
    this.#holds.clear();
    this.#sinceMs = undefined;
  }

  take(events: readonly Event[]): void {
    for (const event of events) this.#fold(event);
  }

  /** Adds what lasts now and began before the events. */
  know(present: { readonly waits: Iterable<Wait>; readonly locks: Iterable<Lock> }, nowMs: number): void {
    for (const wait of present.waits) if (!this.#requests.has(wait.request)) this.#queued({ wait, atMs: nowMs });
    for (const lock of present.locks) {
      if (lock.coolingUntilMs === undefined && !this.#holds.has(lock.fence)) this.#follow(lock.fence, lock.resource, lock.agent, lock.grantedMs);
    }
  }

  /** The most contended, by all waiting there in the kept slices; resources where nobody ever waited are not among them. */
  top(count: number, nowMs: number): Contended[] {
    return this.all(nowMs)
      .filter(({ waitedMs, refusals: refused }) => waitedMs > 0 || refused > 0)
      .sort((left, right) => right.waitedMs - left.waitedMs || right.refusals - left.refusals)
      .slice(0, count)
      .map(({ resource }) => this.of(resource, nowMs));
  }

  /** Every resource, without its percentiles: those cost sorting. */
  all(nowMs: number): Contended[] {
    return [...this.#watched.values()].map((watched) => this.#sum(watched, nowMs));
  }

  of(resource: string, nowMs: number): Contended {
    const watched = this.#watched.get(resource);
    if (watched === undefined) return this.#sum(watchedOf(resource), nowMs);
    const lasting = [...watched.queue.values()].map((queuedMs) => Math.max(0, nowMs - queuedMs));
    return { ...this.#sum(watched, nowMs), waitMs: percentiles([...watched.waits.map(msOf), ...lasting]), holdMs: percentiles(watched.holds.map(msOf)) };
  }

  /** Slices of one resource, or of everything, without a gap up to now. */
  series(resource: string | undefined, nowMs: number): SliceFigures[] {
    const watched = resource === undefined ? this.#all : this.#watched.get(resource);
    const { bucketMs, buckets } = this.#bounds;
    const last = Math.floor(nowMs / bucketMs) * bucketMs;
    const known = new Map(watched?.slices.map((slice) => [slice.startMs, slice]));
    const first = Math.max(last - (buckets - 1) * bucketMs, Math.floor((this.#sinceMs ?? nowMs) / bucketMs) * bucketMs);
    const waits = this.#bySlice(watched?.waits ?? []);
    const holds = this.#bySlice(watched?.holds ?? []);
    const series: SliceFigures[] = [];
    for (let startMs = first; startMs <= last; startMs += bucketMs) {
      const slice = known.get(startMs) ?? emptySlice(startMs, watched, startMs);
      series.push({ ...slice, waitMs: percentiles(waits.get(startMs) ?? []), holdMs: percentiles(holds.get(startMs) ?? []) });
    }
    return series;
  }

  #fold(event: Event): void {
    this.#sinceMs ??= event.atMs;
    switch (event.type) {
      case "lock.queued":
        return this.#queued(event);
      case "lock.granted":
        return this.#granted(event);
      case "lock.dequeued":
        return this.#over(event.request, event.atMs, refusals.has(event.why) ? "refused" : "left");
      case "lock.released":
        return this.#released(event.fence, event.atMs);
      case "lock.upgraded": {
        const hold = this.#holds.get(event.fence);
        if (event.request !== undefined) this.#over(event.request, event.atMs, "granted");
        if (hold !== undefined) this.#follow(event.newFence, hold.resource, hold.agent, hold.sinceMs, event.fence);
        return;
      }
      case "lock.transferred":
        this.#released(event.fence, event.atMs);
        return this.#follow(event.newFence, event.resource, event.toAgent, event.atMs);
    }
  }

  #queued({ wait, atMs }: Pick<EventOf<"lock.queued">, "wait" | "atMs">): void {
    if (this.#requests.size >= this.#bounds.followed) return;
    const resources = [...new Set(wait.wants.map((want) => want.resource))];
    this.#requests.set(wait.request, resources);
    for (const resource of [undefined, ...resources]) {
      const watched = this.#at(resource, atMs);
      watched.queue.set(wait.request, wait.queuedMs);
      const slice = this.#slice(watched, atMs);
      slice.queue = Math.max(slice.queue, watched.queue.size);
    }
  }

  #granted(event: EventOf<"lock.granted">): void {
    const waited = event.request !== undefined;
    if (event.request !== undefined) this.#over(event.request, event.atMs, "granted");
    for (const { resource, fence } of event.locks) {
      if (!waited) {
        const watched = this.#at(resource, event.atMs);
        this.#keep(watched, "waits", event.atMs, 0);
        this.#keep(this.#all, "waits", event.atMs, 0);
        this.#slice(watched, event.atMs).grants++;
      }
      this.#follow(fence, resource, event.agent, event.atMs);
    }
    if (!waited && event.locks.length > 0) this.#slice(this.#at(undefined, event.atMs), event.atMs).grants++;
  }

  /** A request is no longer in the queue. */
  #over(request: number, atMs: number, how: "granted" | "refused" | "left"): void {
    const resources = this.#requests.get(request);
    if (resources === undefined) return;
    this.#requests.delete(request);
    for (const resource of [undefined, ...resources]) {
      const watched = this.#at(resource, atMs);
      const queuedMs = watched.queue.get(request);
      watched.queue.delete(request);
      const slice = this.#slice(watched, atMs);
      if (how === "granted") slice.grants++;
      if (how === "refused") slice.refusals++;
      if (queuedMs === undefined) continue;
      slice.waitedMs += atMs - queuedMs;
      if (how === "granted") this.#keep(watched, "waits", atMs, atMs - queuedMs);
    }
  }

  #released(fence: string, atMs: number): void {
    const hold = this.#holds.get(fence);
    if (hold === undefined) return;
    this.#holds.delete(fence);
    const watched = this.#at(hold.resource, atMs);
    watched.holding.delete(fence);
    for (const one of [watched, this.#all]) this.#keep(one, "holds", atMs, atMs - hold.sinceMs);
  }

  #follow(fence: string, resource: string, agent: string, sinceMs: number, before?: string): void {
    const watched = this.#at(resource, sinceMs);
    if (before !== undefined) {
      this.#holds.delete(before);
      watched.holding.delete(before);
    }
    if (this.#holds.size >= this.#bounds.followed) return;
    this.#holds.set(fence, { resource, agent, sinceMs });
    watched.holding.set(fence, { agent, sinceMs });
  }

  #bySlice(samples: readonly Sample[]): Map<number, number[]> {
    const slices = new Map<number, number[]>();
    for (const { atMs, ms } of samples) {
      const startMs = Math.floor(atMs / this.#bounds.bucketMs) * this.#bounds.bucketMs;
      const slice = slices.get(startMs);
      if (slice === undefined) slices.set(startMs, [ms]);
      else slice.push(ms);
    }
    return slices;
  }

  /** Oldest out first, once there are twice as many as are wanted: shifting each time would cost more. */
  #keep(watched: Watched, what: "waits" | "holds", atMs: number, ms: number): void {
    const samples = watched[what];
    const atMost = this.#bounds.samples * (watched === this.#all ? samplesOfAll : 1);
    samples.push({ atMs, ms });
    if (samples.length >= 2 * atMost) samples.splice(0, samples.length - atMost);
  }

  #at(resource: string | undefined, atMs: number): Watched {
    if (resource === undefined) return this.#all;
    let watched = this.#watched.get(resource);
    if (watched === undefined) {
      watched = watchedOf(resource);
      this.#watched.set(resource, watched);
      if (this.#watched.size > this.#bounds.resources * 1.125) this.#dropQuiet();
    }
    watched.seenMs = Math.max(watched.seenMs, atMs);
    return watched;
  }

  #slice(watched: Watched, atMs: number): Slice {
    const startMs = Math.floor(atMs / this.#bounds.bucketMs) * this.#bounds.bucketMs;
    const last = watched.slices.at(-1);
    if (last !== undefined && last.startMs >= startMs) return last;
    const slice = emptySlice(startMs, watched, atMs);
    watched.slices.push(slice);
    const oldestMs = startMs - (this.#bounds.buckets - 1) * this.#bounds.bucketMs;
    while ((watched.slices[0]?.startMs ?? startMs) < oldestMs) watched.slices.shift();
    return slice;
  }

  /** Those that were quiet longest go. */
  #dropQuiet(): void {
    const oldest = [...this.#watched.values()]
      .filter(({ queue, holding }) => queue.size + holding.size === 0)
      .sort((left, right) => left.seenMs - right.seenMs);
    for (const { resource } of oldest.slice(0, Math.max(0, this.#watched.size - this.#bounds.resources))) this.#watched.delete(resource);
  }

  #sum(watched: Watched, nowMs: number): Contended {
    const oldestMs = nowMs - this.#bounds.buckets * this.#bounds.bucketMs;
    const sum = { grants: 0, refusals: 0, waitedMs: 0 };
    for (const slice of watched.slices) {
      if (slice.startMs < oldestMs) continue;
      sum.grants += slice.grants;
      sum.refusals += slice.refusals;
      sum.waitedMs += slice.waitedMs;
    }
    for (const queuedMs of watched.queue.values()) sum.waitedMs += Math.max(0, nowMs - queuedMs);
    let waitingSinceMs: number | undefined;
    for (const queuedMs of watched.queue.values()) waitingSinceMs = Math.min(waitingSinceMs ?? queuedMs, queuedMs);
    const holders = [...watched.holding.values()];
    return { resource: watched.resource, waitMs: undefined, holdMs: undefined, queue: watched.queue.size, waitingSinceMs, holders, ...sum };
  }
}

function watchedOf(resource: string): Watched {
  return { resource, waits: [], holds: [], holding: new Map(), slices: [], queue: new Map(), seenMs: 0 };
}

/** A slice in which nothing happened: those who came before it still wait. */
function emptySlice(startMs: number, watched: Watched | undefined, untilMs: number): Slice {
  let queue = 0;
  for (const queuedMs of watched?.queue.values() ?? []) if (queuedMs <= untilMs) queue++;
  return { startMs, grants: 0, refusals: 0, queue, waitedMs: 0 };
}

const msOf = ({ ms }: Sample): number => ms;

/** By the nearest-rank method. */
export function percentiles(samples: readonly number[]): Percentiles | undefined {
  if (samples.length === 0) return undefined;
  const sorted = samples.toSorted((left, right) => left - right);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p95: at(0.95) };
}
