import { type Event, type EventType, eventSchema } from "../../shared/model/index.ts";

/** Types that can be an act: those that can name an actor, and what was refused. Of some, only those that name one are. */
export const actTypes: readonly EventType[] = eventSchema.options.flatMap(({ shape }): EventType[] => {
  const type = shape.type.value;
  return "actor" in shape || type === "guard.refused" || type === "claim.refused" ? [type] : [];
});

/** What an operator did, what was done by force, what a guard had to refuse because of it, and what liars tried. */
export function isAct(event: Event): boolean {
  return event.type === "guard.refused" || event.type === "claim.refused" || ("actor" in event && event.actor !== undefined);
}

/**
 * The newest acts of a space, for the audit. Acts are rare among events: whoever looks for old ones has to read far, so
 * what was found once is kept.
 */
export class Acts {
  readonly #capacity: number;
  /** Oldest first. */
  #acts: Event[] = [];
  #since: number;

  /** @param position after which all events will be pushed. */
  constructor(capacity: number, position: number) {
    this.#capacity = capacity;
    this.#since = position;
  }

  /** Every act after this position is here. */
  get since(): number {
    return this.#since;
  }

  push(events: readonly Event[]): void {
    for (const event of events) if (isAct(event)) this.#acts.push(event);
    if (this.#acts.length > 2 * this.#capacity) this.#keep(this.#acts.slice(-this.#capacity));
  }

  /** Acts that were found further back: all after `since` up to where the ones here begin. Newest first. */
  extend(found: readonly Event[], until: number, since: number): void {
    if (until !== this.#since || this.#acts.length >= this.#capacity) return;
    this.#acts = [...[...found].reverse(), ...this.#acts];
    this.#since = since;
  }

  /** Newest first, those after one position up to and with another. */
  newest(after: number, to: number): Event[] {
    return this.#acts.filter(({ position }) => position > after && position <= to).reverse();
  }

  #keep(acts: Event[]): void {
    this.#acts = acts;
    this.#since = (acts[0]?.position ?? 1) - 1;
  }
}
