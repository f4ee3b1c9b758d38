import type { Event, LeaderEndWhy } from "../../shared/model/index.ts";

const keptAtMost = 2_000;

/** A term as the events tell it. */
export interface PastTerm {
  readonly group: string;
  readonly term: string;
  readonly agent: string;
  readonly sinceMs: number;
  /** Of the event with which it began. */
  readonly position: number;
  /** Undefined while it lasts, as far as is known. */
  readonly end?: { readonly why: LeaderEndWhy; readonly ledMs: number; readonly position: number };
}

/** The terms of the events at hand, the newest two thousand. Terms are fences: no two groups share one. */
export class TermHistory {
  readonly #known = new Map<string, PastTerm>();
  #list: readonly PastTerm[] | undefined;

  /** Newest first; the same list until something changes. */
  list(): readonly PastTerm[] {
    this.#list ??= [...this.#known.values()].reverse();
    return this.#list;
  }

  take(events: readonly Event[]): void {
    for (const event of events) this.#fold(event);
  }

  reset(): void {
    this.#known.clear();
    this.#list = undefined;
  }

  #fold(event: Event): void {
    if (event.type === "leader.ended") return this.#end(event.term, { why: event.why, ledMs: event.ledMs, position: event.position });
    if (event.type !== "leader.elected") return;
    const { group, leader, after, position } = event;
    if (after !== undefined) this.#end(after.term, { why: after.why, ledMs: after.ledMs, position });
    this.#known.set(leader.term, { group, term: leader.term, agent: leader.agent, sinceMs: leader.sinceMs, position });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= keptAtMost) break;
      this.#known.delete(oldest);
    }
    this.#list = undefined;
  }

  #end(term: string, end: NonNullable<PastTerm["end"]>): void {
    const known = this.#known.get(term);
    if (known === undefined) return;
    this.#known.set(term, { ...known, end });
    this.#list = undefined;
  }
}
