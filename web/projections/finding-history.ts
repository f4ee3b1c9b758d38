import type { Event, EventOf, Finding } from "../../shared/model/index.ts";

const keptAtMost = 100;

/** A finding as the events tell it: what was done about it, and when it was over. */
export interface PastFinding {
  readonly found: Finding;
  /** Of a livelock: who was let go first, the last time. */
  readonly resolved?: EventOf<"livelock.resolved">;
  readonly cleared?: { readonly atMs: number; readonly lastedMs: number };
}

/** The findings of the events at hand, the newest hundred. One that comes again is the same one. */
export class FindingHistory {
  readonly #known = new Map<string, PastFinding>();

  /** Newest first. */
  list(): readonly PastFinding[] {
    return [...this.#known.values()].reverse();
  }

  take(events: readonly Event[]): void {
    for (const event of events) this.#fold(event);
  }

  reset(): void {
    this.#known.clear();
  }

  #fold(event: Event): void {
    switch (event.type) {
      case "finding.raised": {
        const resolved = this.#known.get(event.found.finding)?.resolved;
        this.#known.delete(event.found.finding);
        this.#known.set(event.found.finding, { found: event.found, ...(resolved === undefined ? {} : { resolved }) });
        for (const oldest of this.#known.keys()) {
          if (this.#known.size <= keptAtMost) break;
          this.#known.delete(oldest);
        }
        return;
      }
      case "livelock.resolved":
        return this.#change(event.finding, { resolved: event });
      case "finding.cleared":
        return this.#change(event.finding, { cleared: { atMs: event.atMs, lastedMs: event.lastedMs } });
    }
  }

  #change(finding: string, change: Partial<PastFinding>): void {
    const known = this.#known.get(finding);
    if (known !== undefined) this.#known.set(finding, { ...known, ...change });
  }
}
