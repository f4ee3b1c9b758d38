import type { DeadlockRecord, EventType } from "../../model/index.ts";
import type { CheckerFactory } from "./checker.ts";
import type { Ledger } from "./ledger.ts";
import { stuckSessions } from "./stuck.ts";
import { clash, isBefore } from "./uses.ts";

/** What neither makes nor frees anybody wait. */
const inert: readonly EventType[] = [
  "session.connected",
  "session.disconnected",
  "session.declared",
  "intent.announced",
  "intent.committed",
  "intent.ended",
  "guard.refused",
  "claim.refused",
  "fault.began",
  "fault.ended",
  "schedule.set",
  "schedule.ended",
  "recording.begun",
  "recording.extended",
  "recording.ended",
  "recording.changed",
  "recording.deleted",
];

/**
 * WG-1: after every command whoever can never go on is in a known deadlock or stands behind one, and nobody of a known one
 * can go on. WG-2: declared waits are in it, and end with their session.
 */
export const deadlocks: CheckerFactory = (fail) => ({
  event(event, before) {
    if (event.type === "wait.ended" && before.declared.get(event.declared)?.session !== event.session)
      fail("WG-2", `${event.declared} of ${event.agent} ends, which it never declared`);
    if (event.type === "deadlock.resolved" && !before.deadlocks.has(event.deadlock)) fail("WG-1", `${event.deadlock} is resolved, which is not known`);
    if (event.type !== "deadlock.detected") return;
    for (const problem of cycleProblems(before, event.found)) fail("WG-1", `${event.found.deadlock} ${problem}`);
  },
  step({ events }, after) {
    for (const event of events) {
      if (event.type !== "session.ended") continue;
      for (const wait of after.declared.values()) if (wait.session === event.session) fail("WG-2", `${wait.declared} outlives ${event.agent}, who declared it`);
    }
    if (events.every((event) => inert.includes(event.type))) return;
    if (after.waits.size + after.declared.size + after.deadlocks.size < 2) return;
    for (const problem of standing(after)) fail("WG-1", problem);
  },
});

function* standing(ledger: Ledger): Generator<string> {
  const known = [...ledger.deadlocks.values()];
  const named = new Set(known.flatMap((one) => one.cycle.map((step) => step.session)));
  const stuck = stuckSessions(ledger);
  for (const { deadlock, cycle } of known) {
    const free = cycle.find((step) => !stuck.has(step.session));
    const lost = cycle.find((step) => !ledger.waits.has(step.request ?? 0) && !ledger.declared.has(step.declared ?? ""));
    if (lost !== undefined) yield `${deadlock} stands unresolved, though ${lost.agent} of its cycle waits no more for ${lost.resource}`;
    if (free !== undefined) yield `${deadlock} stands unresolved, though ${free.agent} of its cycle can go on`;
  }
  // What is left once all of the known ones give way is a deadlock that nobody knows.
  for (const session of stuck.size === 0 ? [] : stuckSessions(ledger, named)) {
    yield `${ledger.sessions.get(session)?.agent ?? session} can never go on, and no known deadlock says why`;
    return;
  }
}

/** Each step of a cycle is a wait that is there, for something that the next one has or stands before. */
function* cycleProblems(ledger: Ledger, { cycle }: DeadlockRecord): Generator<string> {
  for (const [index, step] of cycle.entries()) {
    const next = cycle[(index + 1) % cycle.length]?.session;
    if (step.on !== next) yield `is no ring: ${step.agent} waits for ${step.onAgent}`;
    if (step.declared !== undefined) {
      const declared = ledger.declared.get(step.declared);
      if (declared?.session !== step.session || !declared.on.includes(step.onAgent)) yield `says that ${step.agent} declared to wait for ${step.onAgent}`;
      continue;
    }
    const wait = ledger.waits.get(step.request ?? 0);
    if (wait?.session !== step.session) yield `says that request ${step.request ?? 0} of ${step.agent} waits`;
    else if (step.kind === "lock") {
      const holds = [...ledger.locks.values()].some(
        (lock) => lock.session === step.on && lock.coolingUntilMs === undefined && wait.wants.some((want) => clash(lock, want)),
      );
      if (!holds) yield `says that ${step.onAgent} holds what ${step.agent} waits for`;
    } else if (step.kind === "queue") {
      const ahead = [...ledger.waits.values()].some((other) => other.session === step.on && isBefore(other, wait));
      if (!ahead) yield `says that ${step.onAgent} stands before ${step.agent} in a queue`;
    }
  }
}
