import type { CommandOf, EventBody, SystemCommand } from "../model/index.ts";
import type { State } from "../state/index.ts";
import type { Decision } from "./decision.ts";
import { heal, runSchedule } from "./faults/index.ts";
import { coolingUntil } from "./grant.ts";
import { dequeueUpgrades } from "./locks.ts";
import { endRecording } from "./recordings.ts";
import { endSession } from "./sessions.ts";

/** Most deadlines that one tick handles; the rest is due at once in the next. Bounds a commit. */
const deadlinesPerTick = 1_000;

/** Time passed: ends what is over. A replay needs no timers, because this is a command like any other. */
export function tick(state: State, command: CommandOf<SystemCommand, "tick">, nowMs: number): Decision {
  const events: EventBody[] = [];
  const groups: string[] = [];
  const ended = new Set<string>();
  for (const { session: id, renewedMs } of command.silent) {
    const session = state.sessions.get(id);
    if (session === undefined || nowMs < renewedMs + session.ttlMs) continue;
    ended.add(id);
    events.push(...endSession(state, session, "expired", nowMs, { renewedMs }));
  }
  for (const key of state.timers.due(nowMs, deadlinesPerTick)) {
    const colon = key.indexOf(":");
    const [kind, id] = [key.slice(0, colon), key.slice(colon + 1)];
    // Whoever expires at the same moment must not be elected any more: this waits until all ends are through.
    if (kind === "election") groups.push(id);
    else events.push(...endOf(state, kind, id, nowMs, ended, countBegun(events)));
  }
  return { events, groups };
}

function endOf(state: State, kind: string, id: string, nowMs: number, ended: ReadonlySet<string>, begun: number): EventBody[] {
  switch (kind) {
    case "wait": {
      const wait = state.waits.get(Number(id));
      if (wait === undefined || ended.has(wait.session)) return [];
      return [{ type: "lock.dequeued", session: wait.session, agent: wait.agent, request: wait.request, command: wait.command, why: "deadline" }];
    }
    case "hold": {
      const lock = state.locks.get(id);
      if (lock === undefined || ended.has(lock.session)) return [];
      const { fence, resource, session, agent } = lock;
      const coolingUntilMs = coolingUntil(state, lock, nowMs);
      // An upgrade that waits for a deadline of its own, due in the same tick, is ended by that one.
      const upgrades = dequeueUpgrades(state, lock).filter((event) => event.type !== "lock.dequeued" || !isDue(state, event.request, nowMs));
      return [
        ...upgrades,
        { type: "lock.released", fence, resource, session, agent, why: "overheld", ...(coolingUntilMs !== undefined && { coolingUntilMs }) },
      ];
    }
    case "cool": {
      const lock = state.locks.get(id);
      return lock === undefined ? [] : [{ type: "lock.delayEnded", fence: lock.fence, resource: lock.resource }];
    }
    case "intent": {
      const intent = state.intents.get(id);
      if (intent === undefined || ended.has(intent.session)) return [];
      return [{ type: "intent.ended", intent: intent.intent, session: intent.session, agent: intent.agent, why: "expired" }];
    }
    case "fault":
      return heal(state, id);
    case "recording":
      return endRecording(state, id);
    case "schedule":
      return runSchedule(state, id, nowMs, begun, ended);
    default:
      throw new Error(`Unknown timer ${kind}:${id}`);
  }
}

function countBegun(events: readonly EventBody[]): number {
  let begun = 0;
  for (const event of events) if (event.type === "fault.began") begun += 1;
  return begun;
}

function isDue(state: State, request: number, nowMs: number): boolean {
  const deadlineMs = state.waits.get(request)?.deadlineMs;
  return deadlineMs !== undefined && deadlineMs <= nowMs;
}
