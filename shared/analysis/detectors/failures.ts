import type { Event, EventOf } from "../../model/index.ts";
import type { State } from "../../state/index.ts";
import { type Failure, keepWithin } from "./detector.ts";

/** Names of those in the way that one failure keeps. */
const becauseAtMost = 8;
/** A lock that is handed on within this time of its receipt was not worked with. */
const passedOnWithinMs = 1_000;
const conflictsAtMost = 5_000;

/**
 * Reads failed attempts off the events: waits that ended without a grant, writes that came too late, intents withdrawn for
 * a conflict, offers passed on. Refused tries leave no event; the host hands them in. Memory: one entry a wait, a lock that
 * was handed over, an intent in conflict.
 */
export class Failures {
  readonly #queued = new Map<number, EventOf<"lock.queued">>();
  readonly #received = new Map<string, { readonly from: string; readonly atMs: number }>();
  readonly #conflicts = new Map<string, { readonly resources: string[]; readonly because: string[] }>();

  get size(): number {
    return this.#queued.size + this.#received.size + this.#conflicts.size;
  }

  /** The failure that an event is, or undefined. */
  of(event: Event, state: State): Failure | undefined {
    switch (event.type) {
      case "lock.queued":
        this.#queued.set(event.wait.request, event);
        return undefined;
      case "lock.granted":
      case "lock.upgraded":
        if (event.request !== undefined) this.#queued.delete(event.request);
        return undefined;
      case "lock.dequeued":
        return this.#dequeued(event, state);
      case "lock.released":
        if (this.#received.size > 0) this.#received.delete(event.fence);
        return undefined;
      case "lock.transferred":
        return this.#transferred(event, state);
      case "version.conflicted":
        return failure(event, [event.resource], [event.winner], "tooLate");
      case "intent.announced": {
        const because = event.conflicts.map((conflict) => conflict.agent);
        if (because.length === 0) return undefined;
        const resources = event.conflicts.map((conflict) => conflict.resource);
        this.#conflicts.set(event.intent.intent, { resources: unique(resources), because: unique(because) });
        for (const conflict of event.conflicts) {
          if (conflict.kind === "intent") this.#conflicts.set(conflict.intent, { resources: [conflict.resource], because: [event.intent.agent] });
        }
        keepWithin(this.#conflicts, conflictsAtMost);
        return undefined;
      }
      case "intent.ended": {
        const conflict = this.#conflicts.get(event.intent);
        if (conflict === undefined) return undefined;
        this.#conflicts.delete(event.intent);
        return event.why === "withdrawn" ? failure(event, conflict.resources, conflict.because, "withdrew") : undefined;
      }
      default:
        return undefined;
    }
  }

  #dequeued(event: EventOf<"lock.dequeued">, state: State): Failure | undefined {
    const queued = this.#queued.get(event.request);
    this.#queued.delete(event.request);
    if (queued === undefined) return undefined;
    if (event.why !== "cancelled" && event.why !== "deadline" && event.why !== "victim" && event.why !== "wounded") return undefined;
    const because = queued.blockers.flatMap((blocker) => ("agent" in blocker ? [blocker.agent] : []));
    const resources = queued.wait.wants.map((want) => want.resource);
    for (const resource of resources) {
      state.index.locks.some(resource, (lock) => {
        if (lock.session !== event.session) because.push(lock.agent);
        return because.length >= becauseAtMost;
      });
    }
    return failure(event, resources, because, "gaveUp");
  }

  #transferred(event: EventOf<"lock.transferred">, state: State): Failure | undefined {
    const received = this.#received.get(event.fence);
    this.#received.delete(event.fence);
    this.#received.set(event.newFence, { from: event.agent, atMs: event.atMs });
    if (received === undefined || event.atMs - received.atMs > passedOnWithinMs) return undefined;
    if ((state.sessions.get(event.session)?.progressMs ?? 0) > received.atMs) return undefined;
    return failure(event, [event.resource], [event.toAgent, received.from], "gaveUp");
  }
}

function failure(
  { session, agent, atMs }: { session: string; agent: string; atMs: number },
  resources: readonly string[],
  because: readonly string[],
  how: Failure["how"],
): Failure {
  return { session, agent, resources, because: unique(because).slice(0, becauseAtMost), how, atMs };
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
