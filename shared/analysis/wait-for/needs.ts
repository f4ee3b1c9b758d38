import type { DeclaredWait, EdgeKind, Lock, Wait, Want } from "../../model/index.ts";
import { compareWaits, covers, overlaps, plants, type State, settingsOf } from "../../state/index.ts";
import { capacityAsked, isCovered, type Request } from "../blockers.ts";
import { compatible, isHeldBy, lockBlocks, waitBlocks } from "../conflicts.ts";

/** What a request can wait for: that a session lets go of all it has, or that another request is granted. */
export type Awaited = { readonly session: string; readonly request?: undefined } | { readonly session: string; readonly request: number };

/**
 * One thing that a request needs before it can be granted: that some of what it names comes to pass, `count` by weight.
 * A lock in the way needs its one holder to let go, a semaphore any holders with enough units, a queue whoever stands next.
 */
export interface Need {
  readonly kind: EdgeKind;
  /** What it is about; of a declared wait, what the agent said. */
  readonly resource: string;
  readonly sinceMs: number;
  /** The request, or the declared wait, whose need it is. */
  readonly request?: number;
  readonly declared?: string;
  /** Queue: the request that it stands behind. */
  readonly behind?: number;
  readonly count: number;
  readonly from: readonly { readonly on: Awaited; readonly weight: number }[];
  /** Queue: later requests of the same session. Once one of them is granted it need not queue any more. */
  readonly instead?: readonly Awaited[];
}

/** Hears what a request needs, one thing at a time. A visit returns true when it has heard enough. */
export interface NeedVisitor {
  /** That this holder lets go. */
  holder(session: string, want: Want): boolean;
  /**
   * That a request ahead in the queue is granted; unless it can be granted `beside` this one, that its session lets go again.
   * Any of `instead`, requests of the same session, spares it that queue.
   */
  ahead(other: Wait, beside: boolean, want: Want, instead: readonly Wait[]): boolean;
  /** That so many units come back, from any of these. */
  units(count: number, from: Need["from"], want: Want): boolean;
}

/** Visits all that a request needs of others. What time or an operator sets free (a lock-delay, a freeze) is not in it. */
export function visitNeeds(state: State, wait: Wait, visit: NeedVisitor): boolean {
  const { session } = wait;
  const request: Request = { session, wants: wait.wants, wait };
  for (const want of wait.wants) {
    const capacity = capacityAsked(state, request, want);
    if (capacity === undefined) continue;
    const byHolder = state.index.locks.some(want.resource, (lock) => {
      if (!lockBlocks(lock, session, want, capacity)) return false;
      const visited = (lock.coolingUntilMs === undefined || plants.coolingHolds) && visit.holder(lock.session, want);
      return visited || plants.needSharedMissed;
    });
    if (byHolder && !plants.needSharedMissed) return true;
    const ahead = nextAhead(state, wait, want);
    if (capacity > 1 && !plants.needUnitsIgnored && visitUnits(state, wait, want, capacity, visit)) return true;
    const instead = ahead.length === 0 ? nobody : coveringLater(state, wait, want);
    for (const other of plants.needQueueIgnored ? nobody : ahead) {
      // Who stands before it at the same semaphore may hold its units beside it; anyone else has to let go again.
      const beside = other.session === session || (capacity > 1 && wantsOnlyUnits(other, want));
      if (visit.ahead(other, beside, want, instead)) return true;
    }
  }
  return false;
}

/** All that a request needs of others, as a list. */
export function needsOf(state: State, wait: Wait): Need[] {
  const list = new NeedList(wait);
  visitNeeds(state, wait, list);
  return list.needs;
}

class NeedList implements NeedVisitor {
  readonly needs: Need[] = [];
  readonly #wait: Wait;

  constructor(wait: Wait) {
    this.#wait = wait;
  }

  holder(session: string, want: Want): boolean {
    return this.#add("lock", want, 1, [{ on: { session }, weight: 1 }]);
  }

  ahead({ session, request }: Wait, beside: boolean, want: Want, instead: readonly Wait[]): boolean {
    const spared = instead.length === 0 ? {} : { instead: instead.map((own) => ({ session: own.session, request: own.request })) };
    return this.#add("queue", want, 1, [{ on: beside ? { session, request } : { session }, weight: 1 }], { behind: request, ...spared });
  }

  units(count: number, from: Need["from"], want: Want): boolean {
    return this.#add("semaphore", want, count, from);
  }

  #add(kind: EdgeKind, { resource }: Want, count: number, from: Need["from"], queue: Pick<Need, "behind" | "instead"> = {}): boolean {
    const { queuedMs: sinceMs, request } = this.#wait;
    this.needs.push({ kind, resource, sinceMs, request, count, from, ...queue });
    return false;
  }
}

/**
 * What a declared wait needs: some of the agents that it names. Who is not here may come back at any time, and somebody
 * outside the fleet may act at any time: neither is counted on or against.
 */
export function needOfDeclared(state: State, wait: DeclaredWait): Need | undefined {
  const sessions = wait.on.flatMap((agent) => state.agents.get(agent) ?? []);
  const absent = plants.declaredAbsent ? 0 : wait.on.length - sessions.length;
  const count = plants.declaredAny ? 1 : plants.declaredAll ? sessions.length : wait.need - absent;
  if (count <= 0 || wait.kind === "session") return undefined;
  const from = sessions.map((session) => ({ on: { session }, weight: 1 }));
  return { kind: wait.kind, resource: wait.what, sinceMs: wait.sinceMs, declared: wait.declared, count, from };
}

/** Is all that a wait wants of what a want is about units of that very semaphore, and nothing above it? */
function wantsOnlyUnits(wait: Wait, want: Want): boolean {
  return wait.wants.every((one) => one.resource === want.resource || compatible(one.mode, want.mode) || !overlaps(one.resource, want.resource));
}

/** Units that are taken, or will be by those before it. Cooling units come back; a session's own are in its own hand. */
function visitUnits(state: State, wait: Wait, want: Want, capacity: number, visit: NeedVisitor): boolean {
  let count = want.weight - capacity;
  const from: { on: Awaited; weight: number }[] = [];
  const take = (session: string, weight: number): void => {
    count += weight;
    from.push({ on: { session }, weight });
  };
  const isOthers = (lock: Lock) => lock.level === "sequenced" && lock.coolingUntilMs === undefined && !isHeldBy(lock, wait.session);
  for (const lock of state.index.locks.at(want.resource)) if (isOthers(lock)) take(lock.session, lock.weight);
  // Whom the queue does not concern takes what is free before those who stand in it.
  for (const other of isExempt(state, wait, want) ? [] : state.index.waits.at(want.resource)) {
    if (compareWaits(other, wait) >= 0) break;
    if (other.session !== wait.session) take(other.session, other.wants.find((one) => one.resource === want.resource)?.weight ?? 0);
  }
  return count > 0 && visit.units(count, from, want);
}

/**
 * Whom a wait stands behind, the nearest only: who wants all of a resource waits in turn for everyone before it there, so
 * nobody further ahead adds anything. That keeps a queue of thousands a chain and not a square.
 */
function nextAhead(state: State, wait: Wait, want: Want): readonly Wait[] {
  let ahead: Wait[] | undefined;
  let covered: Covering | undefined;
  state.index.waits.someList(want.resource, (waits, at) => {
    for (let slot = firstNotBefore(waits, wait) - 1; slot >= 0; slot--) {
      const other = waits[slot] as Wait;
      if (!waitBlocks(state, other, want)) continue;
      covered ??= coveringOf(state, wait, want);
      if (covered.by !== "nothing") return true;
      if (ahead === undefined) ahead = [other];
      else ahead.push(other);
      // At a semaphore who stands before it is granted beside those before him: to get all of what is above, they too have to let go.
      if (standsForAllAhead(state, other, at) && (want.resource === at || settingsOf(state, at).capacity === 1)) break;
    }
    return false;
  });
  if (covered?.by === "request") return [covered.request];
  return covered?.by === "lock" ? nobody : (ahead ?? nobody);
}

const nobody: readonly Wait[] = [];

/** Does this wait in turn wait for everyone before it at this resource? */
function standsForAllAhead(state: State, wait: Wait, at: string): boolean {
  const want = wait.wants.find((one) => one.resource === at && one.mode === "exclusive");
  if (want === undefined || settingsOf(state, at).level !== "sequenced") return false;
  // Who has it already, or comes to it past the queue, waits for none of them.
  return capacityAsked(state, { session: wait.session, wants: wait.wants, wait }, want) !== undefined && !isExempt(state, wait, want);
}

/** Why the queue is no matter for a want: its session holds what covers it, or gets that before. */
type Covering = { readonly by: "nothing" | "lock" } | { readonly by: "request"; readonly request: Wait };

function coveringOf(state: State, wait: Wait, want: Want): Covering {
  if (isCovered(state, wait.session, want)) return { by: "lock" };
  for (const request of coveringRequests(state, wait, want)) if (compareWaits(request, wait) < 0) return { by: "request", request };
  return { by: "nothing" };
}

/** Later requests of the same session for what covers the want: it need not wait for them, and gains when one is granted. */
function coveringLater(state: State, wait: Wait, want: Want): readonly Wait[] {
  if ((state.bySession.get(wait.session)?.waits.size ?? 0) < 2) return nobody;
  return [...coveringRequests(state, wait, want)].filter((other) => compareWaits(other, wait) > 0);
}

/** Requests of the same session for what covers the want: once one of them is granted, nobody queues for this. */
function* coveringRequests(state: State, wait: Wait, want: Want): Generator<Wait> {
  for (const number of state.bySession.get(wait.session)?.waits ?? []) {
    const other = state.waits.get(number);
    if (other !== undefined && other !== wait && other.wants.some((one) => coversFor(state, one, want))) yield other;
  }
}

function coversFor(state: State, one: Want, want: Want): boolean {
  const { level, capacity } = settingsOf(state, one.resource);
  const suffices = one.mode === "exclusive" || want.mode === "shared";
  // Units cover what is below, and more units of the same they do not.
  const more = capacity > 1 && one.resource === want.resource;
  return suffices && level === "sequenced" && !more && covers(one.resource, want.resource);
}

function isExempt(state: State, wait: Wait, want: Want): boolean {
  return coveringOf(state, wait, want).by !== "nothing";
}

function firstNotBefore(waits: readonly Wait[], wait: Wait): number {
  let low = 0;
  let high = waits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareWaits(waits[middle] as Wait, wait) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
