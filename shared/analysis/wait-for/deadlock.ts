import type { State } from "../../state/index.ts";
import { strongComponents } from "../strong-components.ts";
import type { Need } from "./needs.ts";
import { residueOf } from "./residue.ts";
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

type Stuck = ReadonlyMap<string, readonly Need[]>;

/**
 * Does a session's new wait close a cycle? Exact, as long as it is asked for every edge that appears: a new deadlock has
 * the new edge in its cycle. Nearly always a few steps in the wait-for graph say that there is none; whoever merely comes
 * to stand behind an older deadlock is in no cycle either.
 */
export function deadlockAt(state: State, session: string): Deadlock | undefined {
  if (!mayBeInRing(state, session)) return undefined;
  const { sessions: stuck } = residueOf(state, [session]);
  return stuck.has(session) ? deadlockOf(stuck, session) : undefined;
}

/** Every deadlock there is, from scratch: the slow look that must agree with what was found edge by edge. Of rings that meet it names one. */
export function deadlocks(state: State): Deadlock[] {
  const stuck = allStuck(state);
  return components(stuck).flatMap(([session]) => deadlockOf(stuck, session as string) ?? []);
}

/** Sessions at which `deadlockAt` finds all there is to find: one of a ring that stands alone, everyone where rings meet. */
export function sessionsInRings(state: State): string[] {
  const stuck = allStuck(state);
  return components(stuck).flatMap((ring) => {
    const isAlone = ring.every((session) => new Set([...stuckOn(stuck, session)].map(({ to }) => to)).size === 1);
    return isAlone ? ring.slice(0, 1) : ring;
  });
}

function allStuck(state: State): Stuck {
  const waiting = new Set<string>();
  for (const wait of state.waits.values()) waiting.add(wait.session);
  for (const wait of state.declared.values()) waiting.add(wait.session);
  return residueOf(state, waiting).sessions;
}

function components(stuck: Stuck): string[][] {
  return strongComponents(stuck.keys(), function* (session) {
    for (const { to } of stuckOn(stuck, session)) yield to;
  });
}

/** A shortest cycle through a session, with everyone whom it depends on. */
function deadlockOf(stuck: Stuck, session: string): Deadlock | undefined {
  const cycle = shortestCycle(stuck, session);
  if (cycle === undefined) return undefined;
  const members = new Set([session]);
  for (const member of members) for (const { to } of stuckOn(stuck, member)) members.add(to);
  return { members, cycle };
}

function shortestCycle(stuck: Stuck, start: string): Step[] | undefined {
  const cameBy = new Map<string, Step>();
  const open = [start];
  for (const session of open) {
    for (const { to, need } of stuckOn(stuck, session)) {
      if (to === start) {
        const steps: Step[] = [{ session, need }];
        for (let at = session; at !== start; ) {
          const step = cameBy.get(at) as Step;
          steps.push(step);
          at = step.session;
        }
        return steps.reverse();
      }
      if (cameBy.has(to)) continue;
      cameBy.set(to, { session, need });
      open.push(to);
    }
  }
  return undefined;
}

function* stuckOn(stuck: Stuck, session: string): Generator<{ to: string; need: Need }> {
  for (const need of stuck.get(session) ?? [])
    for (const { on } of need.from) if (on.session !== session && stuck.has(on.session)) yield { to: on.session, need };
}
