import type { Wait } from "../../model/index.ts";
import { compareWaits, type State } from "../../state/index.ts";
import { waitBlocks } from "../conflicts.ts";
import { type Need, needOfDeclared, needsOf } from "./needs.ts";
import { residueOf } from "./residue.ts";

/** One step of a cycle: this session needs something of the next one. */
export interface Step {
  readonly session: string;
  readonly need: Need;
}

/** A set of sessions of which none can go on before another of them does. */
export interface Deadlock {
  /** All who cannot go on, whoever merely waits behind the cycle included. */
  readonly members: ReadonlySet<string>;
  /** A shortest cycle among them: each step needs something of the next, the last of the first. */
  readonly cycle: readonly Step[];
}

/**
 * Does a session's new wait close a cycle? Exact, as long as it is asked for every edge that appears: a new deadlock has
 * the new edge in its cycle. Who is waited for by nobody closes none, which settles nearly every case at once; whoever
 * merely comes to stand behind an older deadlock is a member of that one.
 */
export function deadlockAt(state: State, session: string): Deadlock | undefined {
  if (!isWaitedFor(state, session) || !comesBackTo(state, session)) return undefined;
  const { sessions: residue } = residueOf(state, [session]);
  if (!residue.has(session)) return undefined;
  const deadlock = describe(residue, session);
  return deadlock.cycle.some((step) => step.session === session) ? deadlock : undefined;
}

/** Every deadlock there is, from scratch: the slow look that must agree with what was found edge by edge. */
export function deadlocks(state: State): Deadlock[] {
  const waiting = new Set<string>();
  for (const wait of state.waits.values()) waiting.add(wait.session);
  for (const wait of state.declared.values()) waiting.add(wait.session);
  const { sessions: residue } = residueOf(state, waiting);
  const found: Deadlock[] = [];
  const inCycle = new Set<string>();
  for (const session of residue.keys()) {
    if (inCycle.has(session)) continue;
    const deadlock = describe(residue, session);
    if (deadlock.cycle.some((step) => inCycle.has(step.session))) continue;
    for (const step of deadlock.cycle) inCycle.add(step.session);
    found.push(deadlock);
  }
  return found;
}

/** Does the way along all needs lead back to where it began? Where it does not there is no cycle, and nothing to reduce. */
function comesBackTo(state: State, start: string): boolean {
  const seen = new Set([start]);
  for (const session of seen) {
    const own = state.bySession.get(session);
    if (own === undefined) continue;
    for (const request of own.waits) {
      const wait = state.waits.get(request);
      if (wait === undefined) continue;
      for (const need of needsOf(state, wait)) {
        for (const { on } of need.from) {
          if (on.session === start && session !== start) return true;
          seen.add(on.session);
        }
      }
    }
    for (const id of own.declared) {
      const wait = state.declared.get(id);
      for (const { on } of (wait && needOfDeclared(state, wait))?.from ?? []) {
        if (on.session === start) return true;
        seen.add(on.session);
      }
    }
  }
  return false;
}

/** Does anybody wait for what this session holds, or stand behind it in a queue? */
function isWaitedFor(state: State, session: string): boolean {
  const own = state.bySession.get(session);
  if (own === undefined) return false;
  if (state.declaredOn.size > 0 && state.declaredOn.has(state.sessions.get(session)?.agent ?? "")) return true;
  for (const fence of own.locks) {
    const lock = state.locks.get(fence);
    if (lock !== undefined && state.index.waits.some(lock.resource, (wait) => wait.session !== session)) return true;
  }
  for (const number of own.waits) {
    const wait = state.waits.get(number);
    if (wait !== undefined && hasFollowers(state, wait)) return true;
  }
  return false;
}

function hasFollowers(state: State, wait: Wait): boolean {
  return wait.wants.some((want) =>
    state.index.waits.someList(want.resource, (waits) => {
      for (let slot = waits.length - 1; slot >= 0; slot--) {
        const other = waits[slot] as Wait;
        if (compareWaits(other, wait) <= 0) return false;
        if (other.session !== wait.session && other.wants.some((theirs) => waitBlocks(state, wait, theirs))) return true;
      }
      return false;
    }),
  );
}

/** The members that a session's fate hangs on, and a shortest cycle among them, its own if it is on one. */
function describe(residue: ReadonlyMap<string, readonly Need[]>, session: string): Deadlock {
  const members = new Set([session]);
  for (const member of members) for (const next of stuckOn(residue, member)) members.add(next.to);
  const own = shortestCycle(residue, session);
  if (own !== undefined) return { members, cycle: own };
  // It waits behind a cycle that others make.
  for (const member of members) {
    const cycle = shortestCycle(residue, member);
    if (cycle !== undefined) return { members, cycle };
  }
  return { members, cycle: [] };
}

function shortestCycle(residue: ReadonlyMap<string, readonly Need[]>, start: string): Step[] | undefined {
  const cameBy = new Map<string, Step>();
  const open = [start];
  for (const session of open) {
    for (const { to, need } of stuckOn(residue, session)) {
      if (to === start) {
        const steps: Step[] = [{ session, need }];
        for (let at = session; at !== start; ) {
          const step = cameBy.get(at) as Step;
          steps.unshift(step);
          at = step.session;
        }
        return steps;
      }
      if (cameBy.has(to)) continue;
      cameBy.set(to, { session, need });
      open.push(to);
    }
  }
  return undefined;
}

function* stuckOn(residue: ReadonlyMap<string, readonly Need[]>, session: string): Generator<{ to: string; need: Need }> {
  for (const need of residue.get(session) ?? [])
    for (const { on } of need.from) if (on.session !== session && residue.has(on.session)) yield { to: on.session, need };
}
