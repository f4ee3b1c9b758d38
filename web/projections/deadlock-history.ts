import type { DeadlockRecord, Event, EventOf } from "../../shared/model/index.ts";

const keptAtMost = 200;

/** A deadlock as the events tell it: how it ended, who gave way, and what became of them. */
export interface PastDeadlock {
  readonly found: DeadlockRecord;
  /** Position of its detection. */
  readonly position: number;
  readonly victims: readonly Victim[];
  /** Who went before another in the queue. */
  readonly moved?: string;
  readonly end?: {
    readonly how: EventOf<"deadlock.resolved">["how"];
    readonly position: number;
    readonly atMs: number;
    readonly lastedMs: number;
    readonly agreed?: boolean;
  };
}

/** Who gave way; an operator's name and reason when one picked it. */
export interface Victim {
  readonly agent: string;
  readonly request: number;
  readonly atMs: number;
  readonly by?: string;
  readonly reason?: string;
  /** When it got what it had been refused. */
  readonly backMs?: number;
}

/** The deadlocks of the events at hand, the newest two hundred. */
export class DeadlockHistory {
  readonly #known = new Map<string, PastDeadlock>();
  /** By agent: the deadlock that it gave way for and the resource that it has not got since. */
  readonly #awaited = new Map<string, { readonly deadlock: string; readonly resource: string }>();

  /** Newest first. */
  list(): readonly PastDeadlock[] {
    return [...this.#known.values()].reverse();
  }

  take(events: readonly Event[]): void {
    for (const event of events) this.#fold(event);
  }

  reset(): void {
    this.#known.clear();
    this.#awaited.clear();
  }

  #fold(event: Event): void {
    switch (event.type) {
      case "deadlock.detected":
        this.#known.set(event.found.deadlock, { found: event.found, position: event.position, victims: [] });
        this.#drop();
        return;
      case "deadlock.resolved": {
        const { how, lastedMs, agreed, position, atMs } = event;
        return this.#change(event.deadlock, () => ({ end: { how, lastedMs, position, atMs, ...(agreed === undefined ? {} : { agreed }) } }));
      }
      case "lock.reordered":
        return this.#change(event.deadlock, () => ({ moved: event.agent }));
      case "lock.dequeued":
        if (event.deadlock !== undefined && event.why === "victim") this.#gaveWay(event, event.deadlock);
        return;
      case "lock.granted":
        return this.#granted(event);
    }
  }

  #gaveWay(event: EventOf<"lock.dequeued">, deadlock: string): void {
    const { agent, request, atMs, actor, reason } = event;
    const step = this.#known.get(deadlock)?.found.cycle.find((one) => one.request === request);
    if (step !== undefined) this.#awaited.set(agent, { deadlock, resource: step.resource });
    const by = actor === undefined ? {} : { by: actor.principal, ...(reason === undefined ? {} : { reason }) };
    this.#change(deadlock, ({ victims }) => ({ victims: [...victims, { agent, request, atMs, ...by }] }));
  }

  #granted(event: EventOf<"lock.granted">): void {
    const awaited = this.#awaited.get(event.agent);
    if (awaited === undefined || !event.locks.some((lock) => lock.resource === awaited.resource)) return;
    this.#awaited.delete(event.agent);
    this.#change(awaited.deadlock, ({ victims }) => ({
      victims: victims.map((one) => (one.agent === event.agent && one.backMs === undefined ? { ...one, backMs: event.atMs } : one)),
    }));
  }

  #change(deadlock: string, change: (known: PastDeadlock) => Partial<PastDeadlock>): void {
    const known = this.#known.get(deadlock);
    if (known !== undefined) this.#known.set(deadlock, { ...known, ...change(known) });
  }

  #drop(): void {
    if (this.#known.size <= keptAtMost) return;
    const [oldest] = this.#known.keys();
    if (oldest === undefined) return;
    this.#known.delete(oldest);
    for (const [agent, { deadlock }] of this.#awaited) if (deadlock === oldest) this.#awaited.delete(agent);
  }
}
