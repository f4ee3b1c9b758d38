import type { Event, EventOf } from "../../../shared/model/index.ts";

const refusalsAtMost = 200;
const waitsAtMost = 20_000;

/** What the events tell of trouble that the state has forgotten: refused writes, and who gave up waiting for a lock. */
export class EventMemory {
  #refusals: EventOf<"guard.refused">[] = [];
  /** By request: who waits, and the fences of the locks that stood before it when it came. */
  readonly #waits = new Map<number, { readonly agent: string; readonly fences: readonly string[] }>();
  readonly #gaveUp = new Map<string, Set<string>>();

  /** Oldest first. */
  get refusals(): readonly EventOf<"guard.refused">[] {
    return this.#refusals;
  }

  /** Agents by the fence of the lock that they waited for in vain. */
  get gaveUp(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#gaveUp;
  }

  /** Takes in what comes next, in order. */
  take(events: readonly Event[]): void {
    for (const event of events) {
      if (event.type === "guard.refused") this.#refusals = [...this.#refusals, event].slice(-refusalsAtMost);
      else if (event.type === "lock.queued") {
        const fences = event.blockers.flatMap((blocker) => (blocker.kind === "holder" ? [blocker.fence] : []));
        if (fences.length > 0 && this.#waits.size < waitsAtMost) this.#waits.set(event.wait.request, { agent: event.wait.agent, fences });
      } else if (event.type === "lock.granted" && event.request !== undefined) this.#waits.delete(event.request);
      else if (event.type === "lock.dequeued") this.#dequeued(event);
    }
  }

  /** Forgets locks that nobody holds any more. */
  prune(isHeld: (fence: string) => boolean): void {
    for (const fence of this.#gaveUp.keys()) if (!isHeld(fence)) this.#gaveUp.delete(fence);
  }

  reset(): void {
    this.#refusals = [];
    this.#waits.clear();
    this.#gaveUp.clear();
  }

  #dequeued({ request, why }: EventOf<"lock.dequeued">): void {
    const wait = this.#waits.get(request);
    this.#waits.delete(request);
    if (wait === undefined || (why !== "deadline" && why !== "cancelled")) return;
    for (const fence of wait.fences) {
      const agents = this.#gaveUp.get(fence);
      if (agents === undefined) this.#gaveUp.set(fence, new Set([wait.agent]));
      else agents.add(wait.agent);
    }
  }
}
