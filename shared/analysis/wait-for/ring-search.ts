import type { Wait } from "../../model/index.ts";
import { compareWaits, type State } from "../../state/index.ts";
import { excludes, waitBlocks } from "../conflicts.ts";
import { type Need, type NeedVisitor, needOfDeclared, visitNeeds } from "./needs.ts";

/** So many of those behind a session are followed; a crowd is looked at from its other end only. */
const behindAtMost = 64;
/** After so many steps ahead the reduction answers as soon. */
const stepsAtMost = 256;

/**
 * May a session be in a ring of those who wait for each other? A no is exact. A yes is not: how many of a need's holders
 * have to let go is for the reduction to say. Follows who waits for the session and whom it waits for, a step here and a
 * step there. When either side ends there is no ring: the leaf of a long queue and the root of a crowd are settled alike.
 */
export function mayBeInRing(state: State, session: string): boolean {
  // Most are waited for by nobody.
  return visitFollowers(state, session, anybody) && new RingSearch(session).meets(state);
}

const anybody = { follows: () => true };

class RingSearch implements NeedVisitor {
  readonly #behind: Frontier;
  readonly #ahead: Frontier;
  /** Whose needs are visited now. */
  #at: string;
  #met = false;

  constructor(session: string) {
    this.#behind = new Frontier(session);
    this.#ahead = new Frontier(session);
    this.#at = session;
  }

  meets(state: State): boolean {
    for (let step = 0; step < stepsAtMost; step++) {
      if (this.#behind.seen.size <= behindAtMost) {
        visitFollowers(state, this.#behind.next(), this);
        if (this.#met) return true;
        if (this.#behind.isOver) return false;
      }
      this.#at = this.#ahead.next();
      this.#visitAwaited(state, this.#at);
      if (this.#met) return true;
      if (this.#ahead.isOver) return false;
    }
    return true;
  }

  follows(session: string): boolean {
    this.#behind.add(session);
    this.#met = this.#ahead.seen.has(session);
    return this.#met || this.#behind.seen.size > behindAtMost;
  }

  holder(session: string): boolean {
    // What one needs of itself leads nowhere else.
    if (session === this.#at) return false;
    this.#ahead.add(session);
    this.#met = this.#behind.seen.has(session);
    return this.#met;
  }

  ahead(other: Wait): boolean {
    return this.holder(other.session);
  }

  units(_count: number, from: Need["from"]): boolean {
    return from.some(({ on }) => this.holder(on.session));
  }

  #visitAwaited(state: State, session: string): void {
    const own = state.bySession.get(session);
    if (own === undefined) return;
    for (const number of own.waits) {
      const wait = state.waits.get(number);
      if (wait !== undefined && visitNeeds(state, wait, this)) return;
    }
    for (const id of own.declared) {
      const wait = state.declared.get(id);
      const need = wait && needOfDeclared(state, wait);
      if (need !== undefined && this.units(need.count, need.from)) return;
    }
  }
}

/** Sessions that a search came to, each to be looked at once. */
class Frontier {
  readonly seen: Set<string>;
  readonly #open: string[];
  #next = 0;

  constructor(start: string) {
    this.seen = new Set([start]);
    this.#open = [start];
  }

  get isOver(): boolean {
    return this.#next === this.#open.length;
  }

  /** The next one to look at; there has to be one. */
  next(): string {
    return this.#open[this.#next++] as string;
  }

  add(session: string): void {
    if (this.seen.has(session)) return;
    this.seen.add(session);
    this.#open.push(session);
  }
}

interface FollowerVisitor {
  /** Returns true when it has seen enough. */
  follows(session: string): boolean;
}

/** Visits who may wait for what a session holds, stand behind it in a queue or have said so, until a visit returns true; returns whether one did. */
function visitFollowers(state: State, session: string, visitor: FollowerVisitor): boolean {
  const own = state.bySession.get(session);
  if (own === undefined) return false;
  for (const fence of own.locks) {
    const lock = state.locks.get(fence);
    if (lock === undefined || !excludes(lock)) continue;
    if (state.index.waits.some(lock.resource, (wait) => wait.session !== session && visitor.follows(wait.session))) return true;
  }
  for (const number of own.waits) if (visitBehind(state, number, visitor)) return true;
  if (state.declaredOn.size === 0) return false;
  for (const id of state.declaredOn.get(state.sessions.get(session)?.agent ?? "") ?? []) {
    const wait = state.declared.get(id);
    if (wait !== undefined && wait.session !== session && visitor.follows(wait.session)) return true;
  }
  return false;
}

/** Visits whoever stands behind a request in a queue. */
function visitBehind(state: State, request: number, visitor: FollowerVisitor): boolean {
  const wait = state.waits.get(request);
  if (wait === undefined) return false;
  for (const want of wait.wants) {
    const stopped = state.index.waits.someList(want.resource, (waits) => {
      for (let slot = waits.length - 1; slot >= 0; slot--) {
        const other = waits[slot] as Wait;
        if (compareWaits(other, wait) <= 0) return false;
        if (other.session !== wait.session && other.wants.some((theirs) => waitBlocks(state, wait, theirs)) && visitor.follows(other.session)) return true;
      }
      return false;
    });
    if (stopped) return true;
  }
  return false;
}
