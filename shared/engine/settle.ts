import { isBlocked } from "../analysis/index.ts";
import type { EventBody, EventOf, Wait } from "../model/index.ts";
import { compareWaits, plants, type State, settingsOf } from "../state/index.ts";
import { grantOf } from "./grant.ts";
import { upgradeOf } from "./locks.ts";
import { wantProblem } from "./wants.ts";

/** Where somebody may have become grantable. */
export interface Openings {
  readonly resources: string[];
  /** Sessions that may hold something above what they wait for: such a wait is in no queue behind others, so it is looked at by itself. */
  readonly sessions: string[];
}

/**
 * The next grant that an earlier change made possible, or undefined when there is none left. Takes from `openings` what
 * it found exhausted, so that a caller who applies the grant and asks again pays for what changed, not for what waits.
 */
export function settle(state: State, openings: Openings, nowMs: number): EventBody | undefined {
  for (;;) {
    const resource = openings.resources.at(-1);
    if (resource === undefined) break;
    const wait = firstGrantable(state, resource, nowMs);
    if (wait !== undefined) return grant(state, wait, nowMs);
    openings.resources.pop();
  }
  for (;;) {
    const session = openings.sessions.at(-1);
    if (session === undefined) return undefined;
    for (const request of state.bySession.get(session)?.waits ?? []) {
      const wait = state.waits.get(request);
      if (wait !== undefined && !isOver(wait, nowMs) && !isBlocked(state, requestOf(wait))) return grant(state, wait, nowMs);
    }
    openings.sessions.pop();
  }
}

/** What an event opens. Must be asked before the event is applied: a wait that ends is still there then. */
export function openedBy(state: State, event: EventBody, openings: Openings): void {
  if (state.waits.size === 0) return;
  switch (event.type) {
    case "lock.released":
      if (event.coolingUntilMs !== undefined) return;
      openings.resources.push(event.resource);
      return openSession(state, event.session, openings);
    case "lock.delayEnded":
      if (plants.delayEndForgotten) return;
      openings.resources.push(event.resource);
      return openSession(state, state.locks.get(event.fence)?.session ?? "", openings);
    case "lock.downgraded":
      if (plants.downgradeForgotten) return;
      openings.resources.push(event.resource);
      return;
    case "lock.transferred":
      openings.sessions.push(event.to);
      openings.resources.push(event.resource);
      return;
    case "resource.thawed":
      if (plants.thawForgotten) return;
      return openAll(state, event.resource, openings);
    case "resource.configured":
      return openAll(state, event.pattern, openings);
    case "lock.dequeued":
    case "lock.reordered":
    case "lock.inherited":
    case "lock.favoured":
      return openWants(state, event.request, openings);
    case "lock.granted":
      return granted(state, event, openings);
    case "lock.upgraded":
      openings.sessions.push(event.session);
      return;
    default:
      return;
  }
}

function granted(state: State, event: Omit<EventOf<"lock.granted">, "position" | "atMs">, openings: Openings): void {
  openSession(state, event.session, openings);
  if (event.request === undefined) return;
  // It stood first in several queues; behind it, a unit or a share may be free in each of them.
  if ((state.waits.get(event.request)?.wants.length ?? 0) > 1) openWants(state, event.request, openings);
}

/** A rare act may open anything: every session that waits there is looked at. */
function openAll(state: State, resource: string, openings: Openings): void {
  openings.resources.push(resource);
  state.index.waits.some(resource, (wait) => {
    if (!openings.sessions.includes(wait.session)) openings.sessions.push(wait.session);
    return false;
  });
}

function openSession(state: State, session: string, openings: Openings): void {
  if ((state.bySession.get(session)?.waits.size ?? 0) > 0) openings.sessions.push(session);
}

function openWants(state: State, request: number, openings: Openings): void {
  for (const want of state.waits.get(request)?.wants ?? []) openings.resources.push(want.resource);
}

/** Requests that new settings made impossible leave the queue: they would wait for ever. */
export function dequeueImpossible(state: State, pattern: string): EventBody[] {
  const events = new Map<number, EventBody>();
  state.index.waits.some(pattern, (wait) => {
    if (wait.wants.some((want) => wantProblem(state, want) !== undefined)) {
      events.set(wait.request, {
        type: "lock.dequeued",
        session: wait.session,
        agent: wait.agent,
        request: wait.request,
        command: wait.command,
        why: "unsupported",
      });
    }
    return false;
  });
  return [...events.values()];
}

function firstGrantable(state: State, resource: string, nowMs: number): Wait | undefined {
  let first: Wait | undefined;
  state.index.waits.someList(resource, (waits, at) => {
    for (const wait of waits) {
      if (first !== undefined && compareWaits(first, wait) <= 0) return false;
      if (!isOver(wait, nowMs) && !isBlocked(state, requestOf(wait))) {
        first = wait;
        return false;
      }
      if (blocksAllBehind(state, wait, at)) return false;
    }
    return false;
  });
  return first;
}

/** Who waits for all of a resource stands before everybody behind it in that resource's queue. */
function blocksAllBehind(state: State, wait: Wait, resource: string): boolean {
  return wait.wants.some((want) => want.resource === resource && want.mode === "exclusive") && settingsOf(state, resource).level === "sequenced";
}

/** Past its deadline: the next tick takes it out of the queue. */
function isOver(wait: Wait, nowMs: number): boolean {
  return wait.deadlineMs !== undefined && wait.deadlineMs <= nowMs;
}

function requestOf(wait: Wait): { session: string; wants: Wait["wants"]; wait: Wait } {
  return { session: wait.session, wants: wait.wants, wait };
}

function grant(state: State, wait: Wait, nowMs: number): EventBody {
  return wait.upgradeOf === undefined ? grantOf(state, wait, nowMs, true) : upgradeOf(state, wait, nowMs, true);
}
