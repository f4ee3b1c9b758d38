import type { Event, EventType } from "../../model/index.ts";
import type { CheckerFactory } from "./checker.ts";
import { inert } from "./inert.ts";
import type { Ledger } from "./ledger.ts";
import { stuckSessions, waitingSessions } from "./stuck.ts";
import { reachable, waitFor } from "./wait-for.ts";

const quiet: ReadonlySet<EventType> = new Set(inert);

/** After so many commands everybody is looked at, not just whom the command touched. */
const lookAtAllEvery = 512;

/**
 * WG-1: after every command whoever can never go on is in a known deadlock or stands behind one, and nobody of a known one
 * can go on. WG-2: declared waits are in it, and end with their session.
 */
export const deadlocks: CheckerFactory = (fail) => {
  let steps = 0;
  /** Members of known deadlocks that a command ended: they may be in another one, which nobody had to know before. */
  const freed = new Set<string>();
  return {
    event(event, before) {
      if (event.type === "wait.ended" && before.declared.get(event.declared)?.session !== event.session)
        fail("WG-2", `${event.declared} of ${event.agent} ends, which it never declared`);
      if (event.type === "deadlock.resolved") for (const member of before.deadlocks.get(event.deadlock)?.cycle ?? []) freed.add(member.session);
      if (event.type === "deadlock.resolved" && !before.deadlocks.has(event.deadlock)) fail("WG-1", `${event.deadlock} is resolved, which is not known`);
    },
    step({ events }, after) {
      for (const event of events) {
        if (event.type !== "session.ended") continue;
        for (const wait of after.declared.values())
          if (wait.session === event.session) fail("WG-2", `${wait.declared} outlives ${event.agent}, who declared it`);
      }
      if (events.every((event) => quiet.has(event.type))) return;
      const touched = touchedBy(events, after);
      for (const session of freed) touched?.add(session);
      freed.clear();
      if (after.waits.size + after.declared.size + after.deadlocks.size < 2) return;
      steps += 1;
      const all = touched === undefined || after.deadlocks.size > 0 || steps % lookAtAllEvery === 1;
      for (const problem of all ? standing(after) : begun(after, touched)) fail("WG-1", problem);
    },
  };
};

/** Whose waits and locks are others than before; undefined where it may be anybody's. */
function touchedBy(events: readonly Event[], ledger: Ledger): Set<string> | undefined {
  const touched = new Set<string>();
  for (const event of events) {
    if (event.type === "resource.configured") return undefined;
    if ("session" in event) touched.add(event.session);
    if (event.type === "lock.queued" || event.type === "wait.declared") touched.add(event.wait.session);
    if (event.type === "lock.transferred") touched.add(event.to);
    // Whoever waits for this agent by its own word waits for somebody who is there now.
    if (event.type === "session.joined") for (const wait of ledger.declared.values()) if (wait.on.includes(event.agent)) touched.add(wait.session);
  }
  return touched;
}

/**
 * Where nobody was stuck before, a ring of those who are now goes through somebody whose waits or locks changed: among all
 * others everything is as it was. So only those are looked at who may stand in a ring with one of these.
 */
function* begun(ledger: Ledger, touched: ReadonlySet<string>): Generator<string> {
  const { ahead, behind } = waitFor(ledger);
  for (const session of touched) {
    if (ledger.waits.of(session).size === 0 && ![...ledger.declared.values()].some((wait) => wait.session === session)) continue;
    const ring = reachable(behind(session), behind);
    if (!ring.has(session)) continue;
    const before = reachable([session], (one) => [...ahead(one)].filter((other) => ring.has(other)));
    const [stuck] = stuckSessions(ledger, before);
    if (stuck === undefined) continue;
    yield unknown(ledger, stuck);
    return;
  }
}

function unknown(ledger: Ledger, session: string): string {
  return `${ledger.sessions.get(session)?.agent ?? session} can never go on, and no known deadlock says why`;
}

function* standing(ledger: Ledger): Generator<string> {
  const known = [...ledger.deadlocks.values()];
  const named = new Set(known.flatMap((one) => one.cycle.map((step) => step.session)));
  const waiting = waitingSessions(ledger);
  const stuck = stuckSessions(ledger, waiting);
  for (const { deadlock, cycle } of known) {
    const free = cycle.find((step) => !stuck.has(step.session));
    const lost = cycle.find((step) => !ledger.waits.has(step.request ?? 0) && !ledger.declared.has(step.declared ?? ""));
    if (lost !== undefined) yield `${deadlock} stands unresolved, though ${lost.agent} of its cycle waits no more for ${lost.resource}`;
    if (free !== undefined) yield `${deadlock} stands unresolved, though ${free.agent} of its cycle can go on`;
  }
  // What is left once all of the known ones give way is a deadlock that nobody knows.
  if (stuck.size === 0) return;
  for (const session of named) waiting.delete(session);
  const [session] = stuckSessions(ledger, waiting);
  if (session !== undefined) yield unknown(ledger, session);
}
