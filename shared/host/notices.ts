import { compatible, conflictingIntents, holderConflict, intentConflict } from "../analysis/index.ts";
import { strikesServer, targetsOf } from "../engine/faults/index.ts";
import type { Actor, Conflict, Event, EventOf, Lock } from "../model/index.ts";
import type { Notice } from "../protocol/index.ts";
import { overlaps, plants, type State } from "../state/index.ts";

/** Where a notice goes. */
export type Tell = (session: string, notice: Notice) => void;

/**
 * What an event means for sessions that did not cause it: the grants, losses and conflicts they must hear of. `state` is the
 * one just after the event's command.
 */
export function noticesOf(state: State, event: Event, tell: Tell): void {
  switch (event.type) {
    case "lock.granted": {
      if (event.request !== undefined && !plants.noticeLost) {
        const reentered = (event.reentered ?? []).flatMap((fence) => state.locks.get(fence) ?? []);
        tell(event.session, { type: "granted", command: event.command, locks: [...event.locks, ...reentered] });
      }
      for (const lock of event.locks) tellConflicts(state, lock, tell);
      return;
    }
    case "lock.upgraded":
      if (event.request !== undefined) tell(event.session, { type: "upgraded", command: event.command, fence: event.fence, newFence: event.newFence });
      return;
    case "lock.dequeued":
      if (event.why !== "cancelled" && state.sessions.has(event.session)) tell(event.session, { type: "dequeued", command: event.command, why: event.why });
      return;
    case "lock.released":
      return revoked(state, event, tell);
    case "lock.transferred": {
      const lock = state.locks.get(event.newFence);
      if (lock !== undefined) tell(event.to, { type: "received", lock, from: event.agent });
      return;
    }
    case "intent.announced": {
      for (const other of conflictingIntents(state, event.intent)) {
        tell(other.session, { type: "conflict", about: "intent", subject: other.intent, conflict: intentConflict(event.intent, other) });
      }
      for (const conflict of event.conflicts) {
        if (conflict.kind === "intent") continue;
        const met = conflict.kind === "holder" ? state.locks.get(conflict.fence) : state.waits.get(conflict.request);
        if (met === undefined) continue;
        const about = conflict.kind === "holder" ? ({ about: "lock", subject: conflict.fence } as const) : ({ about: "wait", subject: met.command } as const);
        tell(met.session, { type: "conflict", ...about, conflict: intentConflict(event.intent, { uses: usesOf(state, conflict) }) });
      }
      return;
    }
    case "livelock.resolved":
      for (const { session, ms } of event.backOff) tell(session, { type: "backOff", ms, resources: event.resources, because: event.why });
      return;
    case "intent.ended":
      if (event.why === "expired") tell(event.session, { type: "intentEnded", intent: event.intent, why: event.why });
      return;
    case "fault.began":
      if (event.fault.kind === "clockDrift") tellDrill(state, event.fault.target, { type: "clock", rate: 1 + event.fault.strength }, tell);
      if (event.fault.kind === "clockJump" && !strikesServer(event.fault))
        tellDrill(state, event.fault.target, { type: "clockJump", byMs: event.fault.delayMs }, tell);
      return;
    case "fault.ended":
      if (event.kind === "clockDrift") tellDrill(state, event.target, { type: "clock", rate: 1 }, tell);
      return;
    case "leader.elected":
    case "leader.ended":
      return tellLeader(state, event, tell);
    case "leader.proclaimed": {
      const { group, term, value } = event;
      for (const session of listeners(state, group)) tell(session, { type: "proclaimed", group, term, value });
      return;
    }
    case "ballot.opened": {
      const { group, ballot } = event;
      for (const session of listeners(state, group))
        if (ballot.electorate.includes(state.sessions.get(session)?.agent ?? "") && !(plants.ballotUntold && session !== ballot.session))
          tell(session, { type: "ballot", group, ballot });
      return;
    }
    case "ballot.closed": {
      const { group, agent, why } = event;
      for (const session of listeners(state, group)) tell(session, { type: "ballotEnded", group, agent, why });
      return;
    }
    case "candidate.left":
      return tellCandidacyEnded(state, event, tell);
    case "message.sent": {
      const { group, agent: from, to, kind, body } = event;
      const session = state.agents.get(to);
      for (let times = plants.messageTwice ? 2 : 1; session !== undefined && times > 0; times--) tell(session, { type: "message", group, from, kind, body });
      return;
    }
    case "session.ended":
      if (event.why !== "left") tell(event.session, { type: "ended", why: event.why, ...(event.reason !== undefined && { reason: event.reason }) });
      return;
    default:
      return;
  }
}

function tellDrill(state: State, target: string, notice: Notice, tell: Tell): void {
  for (const agent of targetsOf(state, target)) tell(state.agents.get(agent) ?? "", notice);
}

function revoked(state: State, event: EventOf<"lock.released">, tell: Tell): void {
  // A whole session that ended is told once, by its end.
  if (event.why === "released" || !state.sessions.has(event.session)) return;
  tell(event.session, {
    type: "revoked",
    resource: event.resource,
    fence: event.fence,
    why: event.why,
    ...byOf(event),
  });
}

/** Whoever campaigns in a group or observes it, each session once. */
function listeners(state: State, group: string): Set<string> {
  const candidates = state.elections.get(group)?.candidates ?? [];
  return new Set([...candidates.map(({ session }) => session), ...(plants.leaderUntold ? [] : (state.observers.get(group) ?? []))]);
}

function tellLeader(state: State, event: EventOf<"leader.elected"> | EventOf<"leader.ended">, tell: Tell): void {
  const [leader, after] = event.type === "leader.elected" ? [event.leader, event.after] : [null, event];
  const ended = after && { session: after.session, agent: after.agent, term: after.term, why: after.why, ...byOf(event) };
  const told = listeners(state, event.group);
  for (const party of [leader, after]) if (party && state.sessions.has(party.session)) told.add(party.session);
  for (const session of told) tell(session, { type: "leader", group: event.group, leader, ...(ended && { ended }) });
}

/** Who ended a candidacy and why stands in the group itself. */
function tellCandidacyEnded(state: State, { group, session, agent, why }: EventOf<"candidate.left">, tell: Tell): void {
  if (why !== "blocked" && why !== "ineligible") return;
  const election = state.elections.get(group);
  const noted = why === "blocked" ? election?.blocked.find((block) => block.agent === agent) : election?.configured;
  tell(session, { type: "candidacyEnded", group, why, ...(noted && { by: noted.by, reason: noted.reason }) });
}

function byOf({ actor, reason }: { readonly actor?: Actor | undefined; readonly reason?: string | undefined }): { by?: string; reason?: string } {
  return { ...(actor && { by: actor.principal }), ...(reason !== undefined && { reason }) };
}

/** A grant meets others' intents, and where nobody is kept out, others' locks: these others are told. */
function tellConflicts(state: State, lock: Lock, tell: Tell): void {
  if (state.intents.size > 0) {
    const plan = { session: lock.session, uses: [lock], startMs: lock.grantedMs, endMs: lock.grantedMs + 1 };
    for (const intent of conflictingIntents(state, plan))
      tell(intent.session, { type: "conflict", about: "intent", subject: intent.intent, conflict: holderConflict(lock) });
  }
  if (lock.level === "sequenced" || plants.besideUntold) return;
  state.index.locks.some(lock.resource, (other) => {
    if (other.session !== lock.session && other.coolingUntilMs === undefined && !compatible(other.mode, lock.mode) && overlaps(other.resource, lock.resource)) {
      tell(other.session, { type: "conflict", about: "lock", subject: other.fence, conflict: holderConflict(lock) });
    }
    return false;
  });
}

function usesOf(state: State, conflict: Exclude<Conflict, { kind: "intent" }>): { resource: string; mode: "exclusive"; weight: number }[] {
  const wants = conflict.kind === "waiter" ? (state.waits.get(conflict.request)?.wants ?? []) : [];
  const resources = wants.length > 0 ? wants.map((want) => want.resource) : [conflict.resource];
  return resources.map((resource) => ({ resource, mode: "exclusive", weight: 1 }));
}
