import {
  type Actor,
  type AgentCommand,
  type Cause,
  type CommandOf,
  type EventBody,
  limits,
  type Session,
  type SessionEndWhy,
  type SystemCommand,
} from "../model/index.ts";
import { plants, type State } from "../state/index.ts";
import { type Decision, done, refuse } from "./decision.ts";
import { withdrawAll } from "./elections/index.ts";
import { coolingUntil } from "./grant.ts";

export function join(state: State, command: CommandOf<SystemCommand, "session.join">, nowMs: number): Decision {
  if (state.sessions.has(command.session)) return refuse("invalid", "This session id is taken.");
  const events: EventBody[] = [];
  const earlier = state.sessions.get(state.agents.get(command.agent) ?? "");
  if (earlier !== undefined && !plants.twoSessions) {
    if (!command.replace) {
      return refuse(
        "agentPresent",
        `${command.agent} is here already, since ${Math.round((nowMs - earlier.joinedMs) / 1000)} s. Resume that session, wait for its lease to end, or join with replace.`,
        {
          field: "agent",
        },
      );
    }
    if (earlier.principal !== command.principal) return refuse("unauthorized", `${command.agent} belongs to another principal.`, { field: "agent" });
    events.push(...endSession(state, earlier, "replaced", nowMs));
  } else if (state.sessions.size >= limits.sessions) {
    return refuse("limit", `The space is full: ${limits.sessions} sessions.`);
  }
  const { session, agent, principal, roles, labels, ttlMs, resumeHash } = command;
  events.push({ type: "session.joined", session, agent, principal, roles, labels, ttlMs, resumeHash });
  return { events };
}

/** The connection came or went: one signal of several, and no end of anything by itself. */
export function connection(state: State, command: CommandOf<SystemCommand, "session.connect" | "session.disconnect">): Decision {
  const session = state.sessions.get(command.session);
  if (session === undefined) return refuse("noSession", "This session is over; join anew.");
  const connected = command.type === "session.connect";
  if (session.connected === connected) return done;
  return { events: [{ type: connected ? "session.connected" : "session.disconnected", session: session.session, agent: session.agent }] };
}

export function declare(session: Session, command: CommandOf<AgentCommand, "session.declare">, cause: Cause): Decision {
  const progress = command.progress ?? session.progress;
  if (progress < session.progress && !plants.progressFalls) return refuse("invalid", `Progress only rises; it is ${session.progress}.`, { field: "progress" });
  const state = command.state ?? session.state;
  const doing = command.doing ?? session.doing;
  if (state === session.state && doing === session.doing && progress === session.progress) return done;
  return { events: [{ type: "session.declared", session: session.session, agent: session.agent, state, doing, progress, cause }] };
}

/** Who ended it and why, where it was not the session itself. */
export interface Ending {
  readonly actor?: Actor;
  readonly reason?: string;
  readonly renewedMs?: number;
  readonly cause?: Cause;
}

/**
 * Ends a session and all it has. What it held cools down unless it left by itself or a guard stands before it: a stalled
 * holder may still be writing.
 */
export function endSession(state: State, session: Session, why: SessionEndWhy, nowMs: number, ending: Ending = {}): EventBody[] {
  const who = { session: session.session, agent: session.agent };
  const by = { ...(ending.actor && { actor: ending.actor }), ...(ending.reason !== undefined && { reason: ending.reason }) };
  const own = state.bySession.get(session.session);
  const events: EventBody[] = [];
  for (const request of plants.waitOutlivesSession ? [] : (own?.waits ?? [])) {
    const wait = state.waits.get(request);
    if (wait !== undefined) events.push({ type: "lock.dequeued", ...who, request, command: wait.command, why, ...by });
  }
  for (const fence of own?.locks ?? []) {
    const lock = state.locks.get(fence);
    if (lock === undefined || (plants.lockOutlivesSession && why === "expired")) continue;
    const coolingUntilMs = why === "left" ? undefined : coolingUntil(state, lock, nowMs);
    events.push({ type: "lock.released", fence, resource: lock.resource, ...who, why, ...(coolingUntilMs !== undefined && { coolingUntilMs }), ...by });
  }
  for (const declared of plants.declaredOutlives ? [] : (own?.declared ?? [])) events.push({ type: "wait.ended", declared, ...who });
  for (const intent of own?.intents ?? []) events.push({ type: "intent.ended", intent, ...who, why: "sessionEnded" });
  events.push(...withdrawAll(state, session, why, nowMs, by));
  events.push({
    type: "session.ended",
    ...who,
    why,
    ...by,
    ...(ending.renewedMs !== undefined && { renewedMs: ending.renewedMs }),
    ...(ending.cause && { cause: ending.cause }),
  });
  return events;
}
