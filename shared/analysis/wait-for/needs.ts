import type { Lock, Wait, Want } from "../../model/index.ts";
import { compareWaits, covers, type State, settingsOf } from "../../state/index.ts";
import { capacityAsked, isCovered, type Request, visitStanding } from "../blockers.ts";
import { isHeldBy, waitBlocks } from "../conflicts.ts";

/** What kind of waiting an edge of the wait-for graph is. */
export type EdgeKind = "lock" | "semaphore" | "queue";

/**
 * One thing that a waiting session needs of others before it can go on: that some of them, `count` by weight, let go.
 * A lock in the way needs its one holder, a semaphore any holders with enough units, a queue whoever stands next in it.
 */
export interface Need {
  readonly kind: EdgeKind;
  readonly resource: string;
  readonly wait: Wait;
  readonly count: number;
  readonly from: readonly { readonly session: string; readonly weight: number }[];
}

/**
 * Everything that a session needs of other sessions: all of it, for all its waits. What time or an operator sets free (a
 * lock-delay, a freeze) is not in it.
 */
export function needsOf(state: State, session: string): Need[] {
  const needs: Need[] = [];
  for (const number of state.bySession.get(session)?.waits ?? []) {
    const wait = state.waits.get(number);
    if (wait !== undefined) addNeeds(state, wait, needs);
  }
  return needs;
}

function addNeeds(state: State, wait: Wait, needs: Need[]): void {
  const request: Request = { session: wait.session, wants: wait.wants, wait };
  for (const want of wait.wants) {
    const capacity = capacityAsked(state, request, want);
    if (capacity === undefined) continue;
    const need = (kind: EdgeKind, session: string): void => {
      needs.push({ kind, resource: want.resource, wait, count: 1, from: [{ session, weight: 1 }] });
    };
    visitStanding(state, request, want, capacity, {
      lock: (lock) => {
        if (lock.coolingUntilMs === undefined) need("lock", lock.session);
        return false;
      },
      units: (locks, missing) => {
        const units = unitsNeed(locks, missing, wait, want);
        if (units !== undefined) needs.push(units);
        return false;
      },
      freeze: () => false,
    });
    for (const ahead of nextAhead(state, wait, want)) need("queue", ahead.session);
  }
}

/** Cooling units come back by themselves; a session's own are in its own hand: another of its tasks may give them back. */
function unitsNeed(locks: readonly Lock[], missing: number, wait: Wait, want: Want): Need | undefined {
  let count = missing;
  const from: { session: string; weight: number }[] = [];
  for (const lock of locks) {
    if (lock.coolingUntilMs !== undefined || isHeldBy(lock, wait.session)) count -= lock.weight;
    else from.push({ session: lock.session, weight: lock.weight });
  }
  return count > 0 ? { kind: "semaphore", resource: want.resource, wait, count, from } : undefined;
}

/**
 * Whom a wait stands behind, the nearest only: who wants all of a resource waits in turn for everyone before it there, so
 * nobody further ahead adds anything. That keeps a queue of thousands a chain and not a square.
 */
function nextAhead(state: State, wait: Wait, want: Want): Wait[] {
  const ahead: Wait[] = [];
  let covered: boolean | undefined;
  state.index.waits.someList(want.resource, (waits, at) => {
    for (let slot = firstNotBefore(waits, wait) - 1; slot >= 0; slot--) {
      const other = waits[slot] as Wait;
      if (!waitBlocks(state, other, want)) continue;
      covered ??= isCovered(state, wait.session, want) || willBeCovered(state, wait, want);
      if (covered) return true;
      if (other.session !== wait.session) ahead.push(other);
      const takesAll = other.wants.some((one) => one.resource === at && one.mode === "exclusive");
      if (takesAll && settingsOf(state, at).level === "sequenced") break;
    }
    return false;
  });
  return covered ? [] : ahead;
}

/** Does an earlier request of the same session ask for what covers the want? Once that is granted, nobody queues for this. */
function willBeCovered(state: State, wait: Wait, want: Want): boolean {
  for (const number of state.bySession.get(wait.session)?.waits ?? []) {
    const other = state.waits.get(number);
    if (other === undefined || compareWaits(other, wait) >= 0) continue;
    for (const one of other.wants) {
      const { level, capacity } = settingsOf(state, one.resource);
      const suffices = one.mode === "exclusive" || want.mode === "shared";
      if (suffices && level === "sequenced" && capacity === 1 && covers(one.resource, want.resource)) return true;
    }
  }
  return false;
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
