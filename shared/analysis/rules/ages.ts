import type { Event, Snapshot } from "../../model/index.ts";
import type { Ledger } from "./ledger.ts";
import { overlaps } from "./match.ts";

/** A piece of work: since when, and how often in a row its session gave way. */
export interface Work {
  readonly sinceMs: number;
  readonly aborts: number;
  /** What it was refused and has not got since. */
  readonly refused?: { readonly resource: string; readonly atMs: number };
}

/** A victim that stays away this long has given its work up. */
const comesBackWithinMs = 60_000;

/**
 * How old every session's present piece of work is (WG-5), by a second reading of the events: it lasts from the first lock
 * or request until there is neither, and for a victim until it got what it was refused.
 */
export class Ages {
  readonly work = new Map<string, Work>();

  begin(work: Snapshot["work"]): void {
    for (const { session, sinceMs, aborts, abortedFor, abortedMs } of work) {
      const refused = abortedFor === undefined || abortedMs === undefined ? {} : { refused: { resource: abortedFor, atMs: abortedMs } };
      this.work.set(session, { sinceMs, aborts, ...refused });
    }
  }

  before(event: Event, ledger: Ledger): void {
    if (event.type !== "lock.dequeued" || (event.why !== "victim" && event.why !== "wounded")) return;
    const work = this.work.get(event.session);
    const resource = ledger.waits.get(event.request)?.wants[0]?.resource;
    if (work === undefined || resource === undefined) return;
    this.work.set(event.session, { sinceMs: work.sinceMs, aborts: work.aborts + 1, refused: { resource, atMs: event.atMs } });
  }

  after(event: Event, ledger: Ledger): void {
    if (event.type === "session.ended") {
      this.work.delete(event.session);
      return;
    }
    const taker = takerOf(event);
    if (taker !== undefined) this.#begin(taker, event.atMs);
    if (event.type === "lock.granted") {
      const work = this.work.get(event.session);
      const refused = work?.refused;
      if (work !== undefined && refused !== undefined && event.locks.some((lock) => overlaps(lock.resource, refused.resource)))
        this.work.set(event.session, { sinceMs: work.sinceMs, aborts: work.aborts });
    }
    for (const session of losersOf(event, ledger)) {
      const idle = this.work.get(session)?.refused === undefined && !hasAnything(ledger, session);
      if (idle) this.work.delete(session);
    }
  }

  /** Is `a` older than `b`? Of two that began together the lower agent id is. */
  isOlder(ledger: Ledger, a: string, b: string): boolean {
    const [mine, theirs] = [a, b].map((session) => this.work.get(session)?.sinceMs ?? ledger.atMs) as [number, number];
    if (mine !== theirs) return mine < theirs;
    const [left, right] = [a, b].map((session) => ledger.sessions.get(session)?.agent ?? session) as [string, string];
    return left < right;
  }

  #begin(session: string, atMs: number): void {
    const known = this.work.get(session);
    const gaveUp = known?.refused !== undefined && atMs - known.refused.atMs >= comesBackWithinMs;
    if (known === undefined || gaveUp) this.work.set(session, { sinceMs: atMs, aborts: 0 });
  }
}

/** Who has something new, or anew, by this event. */
function takerOf(event: Event): string | undefined {
  switch (event.type) {
    case "lock.queued":
      return event.wait.session;
    case "lock.granted":
      return event.locks.length + (event.reentered?.length ?? 0) > 0 ? event.session : undefined;
    case "lock.counted":
    case "lock.downgraded":
    case "lock.upgraded":
      return event.session;
    case "lock.transferred":
      return event.to;
    default:
      return undefined;
  }
}

function losersOf(event: Event, ledger: Ledger): string[] {
  switch (event.type) {
    case "lock.granted":
    case "lock.upgraded":
    case "lock.dequeued":
    case "lock.released":
    case "lock.transferred":
      return ledger.sessions.has(event.session) ? [event.session] : [];
    default:
      return [];
  }
}

function hasAnything(ledger: Ledger, session: string): boolean {
  if (ledger.waits.of(session).size > 0) return true;
  for (const lock of ledger.locks.of(session)) if (lock.coolingUntilMs === undefined) return true;
  return false;
}
