import { residueOf, sessionsInRings } from "../../analysis/index.ts";
import { type CycleStep, type Event, type EventBody, limits } from "../../model/index.ts";
import { plants, type State, settingsOf } from "../../state/index.ts";
import { favourAt } from "../findings/index.ts";
import { findAt, isAutomatic } from "./find.ts";
import { inheritAt, inheritFrom } from "./inherit.ts";
import { preventAt } from "./prevent.ts";

/**
 * What follows from edges that appeared and went with these events: urgency passed on, waits that age forbids, deadlocks
 * found and resolved, deadlocks that are over. `put` applies one event and appends it to `events`; `settle` grants what
 * became possible. Every round takes a wait or writes a deadlock down that is not known yet, so it ends.
 */
export function watchDeadlocks(state: State, events: readonly Event[], put: (body: EventBody) => void, settle: () => void): void {
  if (state.waits.size + state.declared.size === 0 && state.deadlocks.size === 0) return;
  let at = 0;
  let lookedUntil = 0;
  const open: string[] = [];
  for (;;) {
    const event = events[at];
    if (event !== undefined) {
      at += 1;
      if (event.type === "resource.configured") replan(state, put);
      for (const session of sessionsWithNewEdges(state, event)) {
        arrive(state, event, put, settle);
        open.push(...closeRings(state, session, put, settle));
      }
      continue;
    }
    const session = open.pop();
    if (session !== undefined) {
      open.push(...closeRings(state, session, put, settle));
      continue;
    }
    if (state.deadlocks.size === 0 || !events.slice(lookedUntil).some((one) => freesSomebody(state, one))) return;
    lookedUntil = events.length;
    const ended = endResolved(state, put);
    if (!plants.hiddenForgotten && !plants.resolvedEarly) open.push(...ended);
  }
}

/** Deadlocks that stand under settings that no longer hold are written down anew, and dealt with as the new ones say. */
function replan(state: State, put: (body: EventBody) => void): void {
  for (const known of [...state.deadlocks.values()]) {
    const { policy, victim, automatic } = settingsOf(state, known.resource);
    if (policy === known.policy && victim === known.victim && automatic === known.automatic) continue;
    put({ type: "deadlock.resolved", deadlock: known.deadlock, how: "replanned", lastedMs: state.atMs - known.sinceMs });
  }
}

/** What a new request, or a new lock of somebody who waits, brings with it before it can close a ring. */
function arrive(state: State, event: Event, put: (body: EventBody) => void, settle: () => void): void {
  let moved = false;
  const putAll = (bodies: readonly EventBody[]): void => {
    for (const body of bodies) put(body);
    moved ||= bodies.length > 0;
  };
  const wait = state.waits.get(requestMoved(event) ?? 0);
  if (wait !== undefined) putAll(inheritFrom(state, wait));
  const { session, fences } = locksThatPassOn(state, event);
  putAll(inheritAt(state, session, fences));
  // With the rank that it has by now.
  const placed = event.type === "lock.queued" ? state.waits.get(event.wait.request) : undefined;
  if (placed !== undefined) putAll(favourAt(state, placed));
  if (moved) settle();
  // Where it stands by now, if it waits still.
  const standing = event.type === "lock.queued" ? state.waits.get(event.wait.request) : undefined;
  const prevented = standing === undefined ? [] : preventAt(state, standing);
  for (const body of prevented) put(body);
  if (prevented.length > 0) settle();
}

/** Whose locks have just come before somebody: all that it holds when it comes to wait itself, else the new one. */
function locksThatPassOn(state: State, event: Event): { readonly session: string; readonly fences: Iterable<string> } {
  switch (event.type) {
    case "lock.queued":
      return { session: event.wait.session, fences: plants.inheritOneWay ? [] : (state.bySession.get(event.wait.session)?.locks ?? []) };
    case "lock.granted":
      return { session: event.session, fences: plants.inheritAtWaitOnly ? [] : event.locks.map((lock) => lock.fence) };
    case "lock.upgraded":
      return { session: event.session, fences: [event.newFence] };
    case "lock.transferred":
      return { session: event.to, fences: [event.newFence] };
    default:
      return { session: "", fences: [] };
  }
}

/** Finds and resolves the rings through a session. Answers who else may be in a ring that one of these had hidden. */
function closeRings(state: State, session: string, put: (body: EventBody) => void, settle: () => void): string[] {
  const others: string[] = [];
  while (state.deadlocks.size < limits.deadlocks) {
    const found = findAt(state, session);
    if (found === undefined) break;
    const { record, reordering } = found;
    put({ type: "deadlock.detected", found: record });
    if (!isAutomatic(record.automatic, record.deadlock) || record.plan.act === "none") continue;
    const how = reordering !== undefined ? "reordered" : "aborted";
    const bodies =
      reordering !== undefined ? reorderEvents(state, record.deadlock, reordering) : abortEvents(state, record.deadlock, record.plan.session ?? "");
    for (const body of bodies) put(body);
    put({ type: "deadlock.resolved", deadlock: record.deadlock, how, lastedMs: 0 });
    settle();
    others.push(
      ...stuckAmong(
        state,
        record.cycle.map((step) => step.session),
      ),
    );
  }
  return others;
}

/** The request that came, or came to stand further ahead. */
function requestMoved(event: Event): number | undefined {
  if (event.type === "lock.queued") return event.wait.request;
  return event.type === "lock.reordered" || event.type === "lock.favoured" ? event.request : undefined;
}

function reorderEvents(state: State, deadlock: string, { request, before, rank }: { request: number; before: number; rank: number }): EventBody[] {
  const wait = state.waits.get(request);
  if (wait === undefined) return [];
  return [{ type: "lock.reordered", session: wait.session, agent: wait.agent, request, rank, before, deadlock }];
}

function abortEvents(state: State, deadlock: string, victim: string): EventBody[] {
  const cycle = state.deadlocks.get(deadlock)?.cycle ?? [];
  const steps: Pick<CycleStep, "request">[] = cycle.filter((step) => step.session === victim);
  if (plants.victimOutside) steps.push(...[...state.waits.values()].filter((wait) => !cycle.some((step) => step.session === wait.session)).slice(0, 1));
  return steps.flatMap((step) => {
    const wait = state.waits.get(step.request ?? 0);
    if (wait === undefined) return [];
    const { session, agent, request, command } = wait;
    return [{ type: "lock.dequeued" as const, session, agent, request, command, why: "victim" as const, deadlock }];
  });
}

/** Sessions at which an event may have made an edge that was not there before. */
function sessionsWithNewEdges(state: State, event: Event): string[] {
  switch (event.type) {
    case "lock.queued":
    case "wait.declared":
      return [event.wait.session];
    case "lock.granted":
      return waits(state, event.session) && !plants.deadlockUnseen ? [event.session] : [];
    case "lock.upgraded":
    case "lock.reordered":
    case "lock.inherited":
    case "lock.favoured":
    // What it had, or stood before, may have spared it a queue that it waits in now.
    case "lock.released":
    case "lock.dequeued":
    case "lock.downgraded":
      return waits(state, event.session) ? [event.session] : [];
    case "lock.transferred":
      return [event.session, event.to].filter((session) => waits(state, session));
    case "session.joined":
      return state.declaredOn.has(event.agent) ? [event.session] : [];
    case "resource.configured":
      // New settings can turn any edge on: the slow look finds what they closed.
      return sessionsInRings(state);
    case "deadlock.resolved":
      // The others of its cycle may be in one that it had hidden.
      return event.how === "operator" ? sessionsInRings(state) : [];
    default:
      return [];
  }
}

/** Who of them can still not go on: nobody else is in a ring. */
function stuckAmong(state: State, sessions: readonly string[]): string[] {
  const { sessions: stuck } = residueOf(state, sessions);
  return sessions.filter((session) => stuck.has(session));
}

function waits(state: State, session: string): boolean {
  const own = state.bySession.get(session);
  return own !== undefined && own.waits.size + own.declared.size > 0;
}

/** Who is stuck waits: what somebody does who does not wait, and did not, frees nobody who is. */
function freesSomebody(state: State, event: Event): boolean {
  switch (event.type) {
    case "lock.dequeued":
      return !plants.resolvedNever;
    case "lock.granted":
    case "lock.upgraded":
      return event.request !== undefined || waits(state, event.session);
    case "lock.released":
    case "lock.downgraded":
      return waits(state, event.session);
    // A request for what covers an earlier one spares that one the queue.
    case "lock.queued":
    case "lock.reordered":
    case "lock.inherited":
    case "lock.favoured":
    case "lock.transferred":
    case "wait.ended":
    case "session.ended":
    case "resource.configured":
      return true;
    default:
      return false;
  }
}

/** A deadlock is over when somebody of its cycle can go on, or one of its waits is gone: whatever it was. Answers who was in it. */
function endResolved(state: State, put: (body: EventBody) => void): string[] {
  const ended: string[] = [];
  for (const known of [...state.deadlocks.values()]) {
    const sessions = [...new Set(known.cycle.map((step) => step.session))];
    const { sessions: stuck } = residueOf(state, sessions);
    // Without one of its waits it is another ring, if it is one still.
    const isWhole = known.cycle.every((step) => state.waits.has(step.request ?? 0) || state.declared.has(step.declared ?? ""));
    if (isWhole && sessions.every((session) => stuck.has(session)) && !plants.resolvedEarly) continue;
    put({ type: "deadlock.resolved", deadlock: known.deadlock, how: "other", lastedMs: state.atMs - known.sinceMs });
    ended.push(...sessions.filter((session) => stuck.has(session)));
  }
  return ended;
}
