import type { Event, EventOf, Lock, Wait } from "../../shared/model/index.ts";

/** A stretch of time; one that lasts has no end. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How one resource was fought for, as far as the events tell. Times are the server's, in milliseconds; all lists go by time. */
export interface Track {
  readonly resource: string;
  readonly grants: { readonly atMs: number; readonly waitedMs: number; readonly agent: string }[];
  /** Waits that ended, however. */
  readonly waits: Span[];
  /** Holds that ended. */
  readonly holds: Span[];
  /** Waits that the server ended: at their deadline, or to end a deadlock. `busy` is an answer and no event. */
  readonly refusals: { readonly atMs: number; readonly why: RefusalWhy }[];
  /** Who waits now, by request, and who holds now, by fence. */
  readonly waiting: Map<number, { readonly agent: string; readonly fromMs: number }>;
  readonly holding: Map<string, { readonly agent: string; readonly fromMs: number }>;
  lastMs: number;
}

export type RefusalWhy = "deadline" | "victim" | "wounded";

/**
 * What is kept: the newest `samples` of each list of a resource, and `resources` of them, of which those that were quiet
 * longest go first. What lasts is never dropped. Either may be overrun by an eighth, so that dropping is done in bulk.
 */
export interface ContentionBounds {
  readonly samples: number;
  readonly resources: number;
}

export const contentionBounds: ContentionBounds = { samples: 400, resources: 1_000 };

/** Folds events into what each resource's contention is read from. Fed in order, each event once. */
export class Contention {
  readonly tracks = new Map<string, Track>();
  /** Where the known history begins; undefined before anything is known. */
  firstMs: number | undefined;
  readonly #waits = new Map<number, { readonly resources: readonly string[]; readonly fromMs: number; readonly agent: string }>();
  readonly #holds = new Map<string, { readonly resource: string; readonly fromMs: number; readonly agent: string }>();
  readonly #bounds: ContentionBounds;

  constructor(bounds: ContentionBounds = contentionBounds) {
    this.#bounds = bounds;
  }

  reset(): void {
    this.tracks.clear();
    this.#waits.clear();
    this.#holds.clear();
    this.firstMs = undefined;
  }

  take(events: readonly Event[]): void {
    for (const event of events) this.#fold(event);
    if (this.tracks.size > this.#bounds.resources * 1.125) this.#dropQuiet();
  }

  /** Adds what lasts now and began before the known events. */
  know(present: { readonly waits: Iterable<Wait>; readonly locks: Iterable<Lock> }): void {
    for (const wait of present.waits) if (!this.#waits.has(wait.request)) this.#queue(wait);
    for (const lock of present.locks)
      if (lock.coolingUntilMs === undefined && !this.#holds.has(lock.fence)) this.#hold(lock.fence, lock.resource, lock.agent, lock.grantedMs);
  }

  #fold(event: Event): void {
    this.firstMs ??= event.atMs;
    switch (event.type) {
      case "lock.queued":
        return this.#queue(event.wait);
      case "lock.granted":
        return this.#grant(event);
      case "lock.dequeued":
        return this.#dequeue(event);
      case "lock.released":
        return this.#release(event.fence, event.atMs);
      case "lock.upgraded":
        if (event.request !== undefined) this.#endWait(event.request, event.atMs);
        return this.#goOn(event.fence, event.newFence);
      case "lock.transferred":
        this.#release(event.fence, event.atMs);
        return this.#hold(event.newFence, event.resource, event.toAgent, event.atMs);
      default:
    }
  }

  #track(resource: string, atMs: number): Track {
    let track = this.tracks.get(resource);
    if (track === undefined) {
      track = { resource, grants: [], waits: [], holds: [], refusals: [], waiting: new Map(), holding: new Map(), lastMs: atMs };
      this.tracks.set(resource, track);
    }
    track.lastMs = Math.max(track.lastMs, atMs);
    return track;
  }

  #queue({ request, agent, queuedMs: fromMs, wants }: Wait): void {
    const resources = [...new Set(wants.map((want) => want.resource))];
    this.#waits.set(request, { resources, fromMs, agent });
    for (const resource of resources) this.#track(resource, fromMs).waiting.set(request, { agent, fromMs });
  }

  #endWait(request: number, atMs: number): readonly Track[] {
    const wait = this.#waits.get(request);
    if (wait === undefined) return [];
    this.#waits.delete(request);
    return wait.resources.map((resource) => {
      const track = this.#track(resource, atMs);
      track.waiting.delete(request);
      this.#keep(track.waits, { fromMs: wait.fromMs, toMs: atMs });
      return track;
    });
  }

  #grant({ request, locks, atMs, agent }: EventOf<"lock.granted">): void {
    const told = request === undefined || this.#waits.has(request);
    if (request !== undefined) this.#endWait(request, atMs);
    for (const { resource, fence, waitedMs } of locks) {
      const track = this.#track(resource, atMs);
      this.#keep(track.grants, { atMs, waitedMs, agent });
      // It was queued before the known events: the lock itself says for how long.
      if (!told && waitedMs > 0) this.#keep(track.waits, { fromMs: atMs - waitedMs, toMs: atMs });
      this.#hold(fence, resource, agent, atMs);
    }
  }

  #dequeue({ request, why, atMs }: EventOf<"lock.dequeued">): void {
    const refused = why === "deadline" || why === "victim" || why === "wounded";
    for (const track of this.#endWait(request, atMs)) if (refused) this.#keep(track.refusals, { atMs, why });
  }

  #hold(fence: string, resource: string, agent: string, fromMs: number): void {
    this.#holds.set(fence, { resource, fromMs, agent });
    this.#track(resource, fromMs).holding.set(fence, { agent, fromMs });
  }

  #release(fence: string, atMs: number): void {
    const hold = this.#holds.get(fence);
    if (hold === undefined) return;
    this.#holds.delete(fence);
    const track = this.#track(hold.resource, atMs);
    track.holding.delete(fence);
    this.#keep(track.holds, { fromMs: hold.fromMs, toMs: atMs });
  }

  /** The hold goes on under another fence. */
  #goOn(fence: string, newFence: string): void {
    const hold = this.#holds.get(fence);
    if (hold === undefined) return;
    this.#holds.delete(fence);
    this.tracks.get(hold.resource)?.holding.delete(fence);
    this.#hold(newFence, hold.resource, hold.agent, hold.fromMs);
  }

  #keep<T>(list: T[], sample: T): void {
    list.push(sample);
    const { samples } = this.#bounds;
    if (list.length > samples * 1.125) list.splice(0, list.length - samples);
  }

  #dropQuiet(): void {
    const quiet = [...this.tracks.values()].filter(({ waiting, holding }) => waiting.size + holding.size === 0).sort((a, b) => a.lastMs - b.lastMs);
    for (const { resource } of quiet.slice(0, Math.max(0, this.tracks.size - this.#bounds.resources))) this.tracks.delete(resource);
  }
}
