import { plants, type State } from "../../state/index.ts";
import { strongComponents } from "../strong-components.ts";
import type { Need } from "./needs.ts";
import { type Residue, residueOf, type Stuck } from "./residue.ts";
import { mayBeInRing } from "./ring-search.ts";

/** One step of a cycle: this session needs something of the next one. */
export interface Step {
  readonly session: string;
  readonly need: Need;
}

/** A set of sessions of which none can go on before another of them does. */
export interface Deadlock {
  /** All that its cycle depends on and that cannot go on: the cycle, and what else that waits for. */
  readonly members: ReadonlySet<string>;
  /** A shortest cycle among them: each step needs something of the next, the last of the first. */
  readonly cycle: readonly Step[];
}

/**
 * Does a session's new wait close a cycle? Exact, as long as it is asked for every edge that appears: a new deadlock has
 * the new edge in its cycle. Nearly always a few steps in the wait-for graph say that there is none; whoever merely comes
 * to stand behind an older deadlock is in no cycle either.
 */
export function deadlockAt(state: State, session: string): Deadlock | undefined {
  if (!mayBeInRing(state, session)) return undefined;
  const residue = residueOf(state, [session]);
  const whole = residue.sessions.get(session);
  if (whole === undefined) return undefined;
  const deadlock = deadlockOf(residue, whole);
  if (deadlock !== undefined) return deadlock;
  const request = requestInRing(residue, whole);
  return request && deadlockOf(residue, request);
}

/** One of a session's requests that a ring goes through though none goes through the session: others wait for that one alone. */
function requestInRing(residue: Residue, whole: Stuck): Stuck | undefined {
  return ringsFrom(residue, [whole])
    .flat()
    .find(({ session }) => session === whole.session);
}

/** Every deadlock there is, from scratch: the slow look that must agree with what was found edge by edge. Of rings that meet it names one. */
export function deadlocks(state: State): Deadlock[] {
  const residue = allStuck(state);
  return ringsFrom(residue, residue.sessions.values()).flatMap(([stuck]) => (stuck && deadlockOf(residue, stuck)) ?? []);
}

/** Sessions at which `deadlockAt` finds all there is to find: one of a ring that stands alone, everyone where rings meet. */
export function sessionsInRings(state: State): string[] {
  const residue = allStuck(state);
  return ringsFrom(residue, residue.sessions.values()).flatMap((ring) => {
    const sessions = [...new Set(ring.map(({ session }) => session))];
    const isAlone = sessions.every((session) => {
      const whole = residue.sessions.get(session);
      return whole !== undefined && new Set([...stuckOn(residue, whole)].map(({ to }) => to)).size === 1;
    });
    return isAlone ? sessions.slice(0, 1) : sessions;
  });
}

function allStuck(state: State): Residue {
  const waiting = new Set<string>();
  for (const wait of state.waits.values()) waiting.add(wait.session);
  for (const wait of state.declared.values()) waiting.add(wait.session);
  return residueOf(state, waiting);
}

/** Sets of those who all come back to each other, as far as they are to be found from these. */
function ringsFrom(residue: Residue, starts: Iterable<Stuck>): Stuck[][] {
  return strongComponents(starts, function* (stuck) {
    for (const { to } of stuckOn(residue, stuck)) yield to;
  });
}

/** A shortest cycle through a session or a request of it, with everyone whom it depends on. */
function deadlockOf(residue: Residue, start: Stuck): Deadlock | undefined {
  const cycle = shortestCycle(residue, start);
  if (cycle === undefined) return undefined;
  const members = new Set([start]);
  for (const member of members) for (const { to } of stuckOn(residue, member)) members.add(to);
  return { members: new Set([...members].map(({ session }) => session)), cycle };
}

function shortestCycle(residue: Residue, start: Stuck): Step[] | undefined {
  const cameBy = new Map<Stuck, Way>();
  const open = [start];
  for (const from of open) {
    for (const { to, need } of stuckOn(residue, from)) {
      if (cameBy.has(to)) continue;
      cameBy.set(to, { from, need });
      if (to === start) return stepsOf(cameBy, start);
      open.push(to);
    }
  }
  return undefined;
}

interface Way {
  readonly from: Stuck;
  readonly need: Need;
}

/** The steps of the way that leads back to its start. Where a request stands behind another of its own session nobody waits for anybody else. */
function stepsOf(ways: ReadonlyMap<Stuck, Way>, start: Stuck): Step[] {
  const steps: Step[] = [];
  let at = start;
  do {
    const way = ways.get(at);
    if (way === undefined) break;
    if (way.from.session !== at.session) steps.push({ session: way.from.session, need: way.need });
    at = way.from;
  } while (at !== start);
  return steps.reverse();
}

function* stuckOn(residue: Residue, { session, request, needs }: Stuck): Generator<{ to: Stuck; need: Need }> {
  for (const need of needs)
    for (const { on } of need.from) {
      // The needs of its own requests are among a session's.
      if (request === undefined && on.session === session) continue;
      const to = on.request === undefined || plants.ringByAnyRequest ? residue.sessions.get(on.session) : residue.requests.get(on.request);
      if (to !== undefined) yield { to, need };
    }
}
