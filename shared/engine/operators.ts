import type { Actor, Cause, CommandOf, OperatorCommand } from "../model/index.ts";
import { limits } from "../model/index.ts";
import { plants, type State } from "../state/index.ts";
import { resolveByHand } from "./deadlocks/index.ts";
import { type Decision, refuse } from "./decision.ts";
import { operateElections } from "./elections/index.ts";
import { inject, removeSchedule, setSchedule, stop, stopAll } from "./faults/index.ts";
import { judge, mute, resolveLivelock, unmute } from "./findings/index.ts";
import { coolingUntil } from "./grant.ts";
import { dequeueUpgrades } from "./locks.ts";
import { operateRecordings } from "./recordings.ts";
import { endSession } from "./sessions.ts";

/** An operator's act. Every event of it carries who, in which role, and why. */
export function operate(state: State, actor: Actor, command: OperatorCommand, nowMs: number, cause: Cause): Decision {
  switch (command.type) {
    case "lock.forceRelease":
      return forceRelease(state, actor, command, nowMs, cause);
    case "session.expel": {
      const session = state.sessions.get(command.session);
      if (session === undefined) return refuse("notFound", "This session is over already.", { field: "session" });
      return { events: endSession(state, session, "expelled", nowMs, { actor, reason: command.reason, cause }) };
    }
    case "resource.freeze": {
      const frozen = state.freezes.get(command.resource);
      if (frozen !== undefined) return refuse("conflict", `${command.resource} is frozen already, by ${frozen.by}: ${frozen.reason}`, { field: "resource" });
      if (state.freezes.size >= limits.freezes) return refuse("limit", `At most ${limits.freezes} resources can be frozen; freeze a directory instead.`);
      return { events: [{ type: "resource.frozen", resource: command.resource, actor, reason: command.reason, cause }] };
    }
    case "resource.thaw":
      if (!state.freezes.has(command.resource)) return refuse("notFound", `${command.resource} is not frozen.`, { field: "resource" });
      return { events: [{ type: "resource.thawed", resource: command.resource, actor, reason: command.reason, cause }] };
    case "quota.set":
      if (state.quotas.size >= limits.quotas && !state.quotas.has(command.principal))
        return refuse("limit", `At most ${limits.quotas} principals can have a quota.`);
      return {
        events: [{ type: "quota.set", principal: command.principal, locks: command.locks, waits: command.waits, actor, reason: command.reason, cause }],
      };
    case "recording.begin":
    case "recording.end":
    case "recording.change":
    case "recording.delete":
      return operateRecordings(state, actor, command, nowMs, cause);
    case "election.configure":
    case "election.depose":
    case "election.appoint":
    case "election.block":
    case "election.unblock":
    case "election.freeze":
    case "election.thaw":
      return operateElections(state, actor, command, nowMs, cause);
    case "fault.inject":
      return inject(state, actor, command, nowMs, cause);
    case "fault.stop":
      return stop(state, actor, command, cause);
    case "fault.stopAll":
      return stopAll(state, actor, command, cause);
    case "schedule.set":
      return setSchedule(state, actor, command, nowMs, cause);
    case "schedule.remove":
      return removeSchedule(state, actor, command, cause);
    case "finding.judge":
      return judge(state, actor, command, cause);
    case "finding.mute":
      return mute(state, actor, command, cause);
    case "finding.unmute":
      return unmute(state, actor, command, cause);
    case "livelock.resolve":
      return resolveLivelock(state, actor, command, nowMs, cause);
    case "deadlock.resolve":
      return resolveByHand(state, actor, command, nowMs, cause);
    case "resource.configure": {
      const known = state.rules.some((rule) => rule.pattern === command.pattern);
      if (command.settings === null && !known) return refuse("notFound", `There is no rule for ${command.pattern}.`, { field: "pattern" });
      if (!known && state.rules.length >= limits.rules) return refuse("limit", `At most ${limits.rules} rules; use broader patterns.`);
      return { events: [{ type: "resource.configured", pattern: command.pattern, settings: command.settings, actor, reason: command.reason, cause }] };
    }
  }
}

/** Takes one lock away, named by resource and fence, so that nobody takes another than the one he saw. */
function forceRelease(state: State, actor: Actor, command: CommandOf<OperatorCommand, "lock.forceRelease">, nowMs: number, cause: Cause): Decision {
  const lock = plants.forceUnnamed ? state.index.locks.at(command.resource)[0] : state.locks.get(command.fence);
  if (lock === undefined || lock.resource !== command.resource) {
    const current = state.index.locks.at(command.resource)[0];
    const now = current === undefined ? "it is free" : `${current.agent} has it with fence ${current.fence}`;
    return refuse("notFound", `${command.resource} is not held with fence ${command.fence} any more; ${now}. Nothing was released.`, { field: "fence" });
  }
  if (lock.coolingUntilMs !== undefined)
    return refuse("conflict", `${command.resource} was taken away from ${lock.agent} already; it is in its lock-delay.`, { field: "fence" });
  const { fence, resource, session, agent } = lock;
  const coolingUntilMs = coolingUntil(state, lock, nowMs);
  return {
    events: [
      ...dequeueUpgrades(state, lock),
      {
        type: "lock.released",
        fence,
        resource,
        session,
        agent,
        why: "forced",
        ...(coolingUntilMs !== undefined && { coolingUntilMs }),
        ...(!plants.actUnsigned && { actor }),
        reason: command.reason,
        cause,
      },
    ],
  };
}
