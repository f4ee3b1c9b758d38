import type { DeclaredWait, EdgeKind, Lock, Wait, Want } from "../../model/index.ts";
import { compareWaits, covers, overlaps, plants, type State, settingsOf } from "../../state/index.ts";
import { capacityAsked, isCovered, type Request, visitStanding } from "../blockers.ts";
import { compatible, isHeldBy, waitBlocks } from "../conflicts.ts";

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
}

/** All that a request needs of others. What time or an operator sets free (a lock-delay, a freeze) is not in it. */
export function needsOf(state: State, wait: Wait): Need[] {
  const needs: Need[] = [];
  const request: Request = { session: wait.session, wants: wait.wants, wait };
  for (const want of wait.wants) {
    const capacity = capacityAsked(state, request, want);
    if (capacity === undefined) continue;
    const need = (kind: EdgeKind, on: Awaited, behind?: number): void => {
      const about = { kind, resource: want.resource, sinceMs: wait.queuedMs, request: wait.request };
      needs.push({ ...about, count: 1, from: [{ on, weight: 1 }], ...(behind !== undefined && { behind }) });
    };
    visitStanding(state, request, want, capacity, {
      lock: (lock) => {
        if (lock.coolingUntilMs === undefined || plants.coolingHolds) need("lock", { session: lock.session });
        return plants.needSharedMissed;
      },
      units: () => false,
      freeze: () => false,
    });
    const ahead = nextAhead(state, wait, want);
    if (capacity > 1 && !plants.needUnitsIgnored) addUnits(state, wait, want, capacity, needs);
    for (const other of plants.needQueueIgnored ? [] : ahead) {
      // Who stands before it at the same semaphore may hold its units beside it; anyone else has to let go again.
      const beside = other.session === wait.session || (capacity > 1 && wantsOnlyUnits(other, want));
      need("queue", beside ? { session: other.session, request: other.request } : { session: other.session }, other.request);
    }
  }
  return needs;
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
function addUnits(state: State, wait: Wait, want: Want, capacity: number, needs: Need[]): void {
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
  if (count > 0) needs.push({ kind: "semaphore", resource: want.resource, sinceMs: wait.queuedMs, request: wait.request, count, from });
}

/**
 * Whom a wait stands behind, the nearest only: who wants all of a resource waits in turn for everyone before it there, so
 * nobody further ahead adds anything. That keeps a queue of thousands a chain and not a square.
 */
function nextAhead(state: State, wait: Wait, want: Want): Wait[] {
  const ahead: Wait[] = [];
  let covered: Covering | undefined;
  state.index.waits.someList(want.resource, (waits, at) => {
    for (let slot = firstNotBefore(waits, wait) - 1; slot >= 0; slot--) {
      const other = waits[slot] as Wait;
      if (!waitBlocks(state, other, want)) continue;
      covered ??= coveringOf(state, wait, want);
      if (covered.by !== "nothing") return true;
      ahead.push(other);
      // At a semaphore who stands before it is granted beside those before him: to get all of what is above, they too have to let go.
      if (standsForAllAhead(state, other, at) && (want.resource === at || settingsOf(state, at).capacity === 1)) break;
    }
    return false;
  });
  if (covered?.by === "request") return [covered.request];
  return covered?.by === "lock" ? [] : ahead;
}

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
  // An earlier request of the same session asks for what covers the want: once that is granted, nobody queues for this.
  for (const number of state.bySession.get(wait.session)?.waits ?? []) {
    const other = state.waits.get(number);
    if (other === undefined || compareWaits(other, wait) >= 0) continue;
    for (const one of other.wants) {
      const { level, capacity } = settingsOf(state, one.resource);
      const suffices = one.mode === "exclusive" || want.mode === "shared";
      // Units cover what is below, and more units of the same they do not.
      const more = capacity > 1 && one.resource === want.resource;
      if (suffices && level === "sequenced" && !more && covers(one.resource, want.resource)) return { by: "request", request: other };
    }
  }
  return { by: "nothing" };
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
