import { excludes } from "../analysis/index.ts";
import type { Actor, CommandError, Effect, Event, EventOf, OperatorCommand } from "../model/index.ts";
import type { State } from "../state/index.ts";
import { execute } from "./execute.ts";
import { targetsOf } from "./faults/index.ts";
import { partOf } from "./part.ts";

/**
 * Tries an act on a copy of just what it can touch and tells its effect, lock-delays included. Costs what is involved, not what
 * the space holds. The act itself is decided anew when it comes: in between anything may have happened.
 */
export function previewAct(state: State, actor: Actor, command: OperatorCommand, nowMs: number): Effect | { error: CommandError } {
  const copy = partOf(state, namedBy(state, command), sessionsNamedBy(state, command), groupsNamedBy(state, command));
  // A retry would be answered from memory; a preview is of a new act.
  const outcome = execute(copy, { from: "operator", nowMs, actor, command: { ...command, id: "preview" } });
  if (outcome.error !== undefined) return { error: outcome.error };
  const events = [...outcome.events];
  const ends = outcome.events.flatMap((event) => (hasDelay(event) && event.coolingUntilMs !== undefined ? [event.coolingUntilMs] : []));
  for (const endMs of [...new Set(ends)].sort((a, b) => a - b)) {
    events.push(...execute(copy, { from: "system", nowMs: endMs, command: { type: "tick", silent: [] } }).events);
  }
  return describe(state, copy, outcome.events, events, nowMs, Math.max(nowMs, ...ends) - nowMs);
}

function describe(before: State, after: State, acted: readonly Event[], all: readonly Event[], nowMs: number, lockDelayMs: number): Effect {
  const lost = acted.flatMap((event) => (event.type === "lock.released" ? (before.locks.get(event.fence) ?? []) : []));
  const losers = new Set(lost.map((lock) => lock.session));
  const gains = all.flatMap((event) => gainsOf(event, nowMs));
  const guards = lost
    .filter((lock) => lock.guarded && excludes(lock))
    .map((lock) => ({
      resource: lock.resource,
      agent: lock.agent,
      below: gains.find((gain) => gain.resource === lock.resource)?.fence ?? String(BigInt(before.lastFence) + 1n),
    }));
  return {
    loses: lost.map((lock) => ({ agent: lock.agent, resource: lock.resource, fence: lock.fence, heldMs: nowMs - lock.grantedMs })),
    gains,
    dequeues: acted.flatMap((event) => {
      if (event.type !== "lock.dequeued") return [];
      return (before.waits.get(event.request)?.wants ?? []).map((want) => ({ agent: event.agent, resource: want.resource }));
    }),
    guards,
    keeps: [...after.locks.values()]
      .filter((lock) => losers.has(lock.session) && lock.coolingUntilMs === undefined)
      .map(({ resource, fence }) => ({ resource, fence })),
    leads: leadsOf(before, after, all, nowMs),
    lockDelayMs,
  };
}

function hasDelay(event: Event): event is EventOf<"lock.released"> | EventOf<"leader.ended"> {
  return event.type === "lock.released" || event.type === "leader.ended";
}

/** Who leads another group than before, or no more. */
function leadsOf(before: State, after: State, all: readonly Event[], nowMs: number): Effect["leads"] {
  const groups = new Set(all.flatMap((event) => (event.type === "leader.ended" || event.type === "leader.elected" ? [event.group] : [])));
  return [...groups].map((group) => {
    const elected = all.findLast((event) => event.type === "leader.elected" && event.group === group);
    const from = before.elections.get(group)?.leader?.agent ?? null;
    return { group, from, to: after.elections.get(group)?.leader?.agent ?? null, afterMs: (elected?.atMs ?? nowMs) - nowMs };
  });
}

function gainsOf(event: Event, nowMs: number): Effect["gains"] {
  const afterMs = event.atMs - nowMs;
  if (event.type === "lock.granted") {
    return event.locks.map((lock) => ({ agent: lock.agent, resource: lock.resource, fence: lock.fence, waitedMs: lock.waitedMs, afterMs }));
  }
  if (event.type === "lock.upgraded") return [{ agent: event.agent, resource: event.resource, fence: event.newFence, waitedMs: event.waitedMs, afterMs }];
  return [];
}

function sessionsNamedBy(state: State, command: OperatorCommand): string[] {
  if (command.type === "session.expel") return [command.session];
  // Who only declared that it waits is found by no resource.
  if (command.type === "deadlock.resolve") return state.deadlocks.get(command.deadlock)?.cycle.map((step) => step.session) ?? [];
  if (command.type === "fault.inject") {
    const agents = [command.target, ...(command.peer === undefined ? [] : [command.peer])].flatMap((target) => targetsOf(state, target));
    return agents.flatMap((agent) => state.agents.get(agent) ?? []);
  }
  return [];
}

function groupsNamedBy(state: State, command: OperatorCommand): Iterable<string> {
  if (command.type === "session.expel") return state.bySession.get(command.session)?.campaigns ?? [];
  return "group" in command ? [command.group] : [];
}

function namedBy(state: State, command: OperatorCommand): string[] {
  switch (command.type) {
    case "lock.forceRelease":
    case "resource.freeze":
    case "resource.thaw":
      return [command.resource];
    case "resource.configure":
      return [command.pattern];
    case "election.configure":
    case "election.depose":
    case "election.appoint":
    case "election.block":
    case "election.unblock":
    case "election.freeze":
    case "election.thaw":
    case "quota.set":
    case "recording.begin":
    case "recording.end":
    case "recording.change":
    case "recording.delete":
    case "fault.inject":
    case "fault.stop":
    case "fault.stopAll":
    case "schedule.set":
    case "schedule.remove":
    case "finding.judge":
    case "finding.mute":
    case "finding.unmute":
      return [];
    case "livelock.resolve":
      return state.findings.get(command.finding)?.resources ?? [];
    case "deadlock.resolve": {
      const found = state.deadlocks.get(command.deadlock);
      return found === undefined ? [] : found.cycle.flatMap((step) => (step.request === undefined ? [] : [step.resource]));
    }
    case "session.expel": {
      const own = state.bySession.get(command.session);
      const held = [...(own?.locks ?? [])].flatMap((fence) => state.locks.get(fence)?.resource ?? []);
      const wanted = [...(own?.waits ?? [])].flatMap((request) => state.waits.get(request)?.wants.map((want) => want.resource) ?? []);
      return [...held, ...wanted];
    }
  }
}
