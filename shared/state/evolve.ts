import type { Event, Lock, Session } from "../model/index.ts";
import { rememberAnswer } from "./answers.ts";
import { evolveElections } from "./elections.ts";
import { maxFence } from "./fences.ts";
import { dropMute, judge, putFavour, putMute } from "./findings.ts";
import {
  dropDeclared,
  dropFault,
  dropIntent,
  dropLock,
  dropSchedule,
  dropSession,
  dropVersion,
  dropWait,
  putDeclared,
  putFault,
  putIntent,
  putLock,
  putSchedule,
  putSession,
  putVersion,
  putWait,
  reorderWait,
  rerankWait,
} from "./holdings.ts";
import { putQuota } from "./quotas.ts";
import { evolveRecordings } from "./recordings.ts";
import type { State } from "./state.ts";
import { abortWork, consoleWork } from "./work.ts";

/**
 * Applies one event. It decides nothing and fails on nothing that `decide` would not have put out: the same events make
 * the same state on the server, in a browser, in a replay. Throws only when the position does not follow on.
 */
export function evolve(state: State, event: Event): void {
  if (event.position !== state.position + 1) {
    throw new Error(`Event ${event.position} does not follow on position ${state.position} of space ${state.space}.`);
  }
  state.position = event.position;
  state.atMs = event.atMs;
  apply(state, event);
  if (event.cause !== undefined) rememberAnswer(state, event, event.cause);
}

function apply(state: State, event: Event): void {
  switch (event.type) {
    case "session.joined":
      return putSession(state, {
        session: event.session,
        agent: event.agent,
        principal: event.principal,
        roles: event.roles,
        labels: event.labels,
        ttlMs: event.ttlMs,
        resumeHash: event.resumeHash,
        joinedMs: event.atMs,
        connected: true,
        connectedMs: event.atMs,
        state: "idle",
        doing: "",
        declaredMs: event.atMs,
        progress: 0,
        progressMs: event.atMs,
      });
    case "session.connected":
      return changeSession(state, event.session, { connected: true, connectedMs: event.atMs });
    case "session.disconnected":
      return changeSession(state, event.session, { connected: false, connectedMs: event.atMs });
    case "session.declared":
      return declare(state, event);
    case "session.ended": {
      const session = state.sessions.get(event.session);
      if (session !== undefined) dropSession(state, session);
      return;
    }

    case "lock.queued":
      state.lastRequest = event.wait.request;
      return putWait(state, event.wait);
    case "lock.granted":
      for (const lock of event.locks) {
        state.lastFence = maxFence(state.lastFence, lock.fence);
        putLock(state, lock);
      }
      for (const fence of event.reentered ?? []) changeLock(state, fence, (lock) => ({ ...lock, holds: lock.holds + 1 }));
      if (state.work.get(event.session)?.abortedFor !== undefined) {
        consoleWork(
          state,
          event.session,
          event.locks.map((lock) => lock.resource),
        );
      }
      if (event.request !== undefined) dropWait(state, event.request);
      return;
    case "lock.counted":
      return changeLock(state, event.fence, (lock) => ({ ...lock, holds: event.holds }));
    case "lock.released": {
      const lock = state.locks.get(event.fence);
      if (lock === undefined) return;
      if (event.coolingUntilMs === undefined) return dropLock(state, lock);
      return putLock(state, { ...lock, coolingUntilMs: event.coolingUntilMs });
    }
    case "lock.delayEnded": {
      const lock = state.locks.get(event.fence);
      if (lock !== undefined) dropLock(state, lock);
      return;
    }
    case "lock.upgraded":
      refence(state, event.fence, { fence: event.newFence, mode: "exclusive" });
      if (event.request !== undefined) dropWait(state, event.request);
      return;
    case "lock.downgraded":
      return changeLock(state, event.fence, (lock) => ({ ...lock, mode: "shared" }));
    case "lock.transferred":
      return refence(state, event.fence, { fence: event.newFence, session: event.to, agent: event.toAgent, holds: 1, grantedMs: event.atMs, waitedMs: 0 });
    case "lock.dequeued": {
      const wait = state.waits.get(event.request);
      if (wait !== undefined && (event.why === "victim" || event.why === "wounded")) abortWork(state, wait);
      return dropWait(state, event.request);
    }
    case "lock.reordered":
      return reorderWait(state, event.request, event.rank);
    case "lock.inherited":
    case "lock.favoured":
      return rerankWait(state, event.request, { rank: event.rank });

    case "wait.declared":
      state.lastDeclared += 1;
      return putDeclared(state, event.wait);
    case "wait.ended":
      return dropDeclared(state, event.declared);

    case "deadlock.detected":
      state.lastDeadlock += 1;
      state.deadlocks.set(event.found.deadlock, event.found);
      return;
    case "deadlock.resolved":
      state.deadlocks.delete(event.deadlock);
      if (event.agreed !== undefined) {
        const { agreed, differed } = state.shadow;
        state.shadow = event.agreed ? { agreed: agreed + 1, differed } : { agreed, differed: differed + 1 };
      }
      return;

    case "finding.raised":
      state.findings.set(event.found.finding, event.found);
      return;
    case "finding.cleared":
      state.findings.delete(event.finding);
      return;
    case "finding.judged":
      return judge(state, event);
    case "finding.muted": {
      const { kind, pattern, actor, reason, atMs } = event;
      return putMute(state, { kind, pattern, by: actor.principal, reason, atMs });
    }
    case "finding.unmuted":
      return dropMute(state, event.kind, event.pattern);
    case "livelock.resolved":
      return putFavour(state, event);

    case "intent.announced":
      state.lastIntent += 1;
      return putIntent(state, event.intent);
    case "intent.committed": {
      const intent = state.intents.get(event.intent);
      if (intent !== undefined) putIntent(state, { ...intent, committed: true });
      return;
    }
    case "intent.ended": {
      const intent = state.intents.get(event.intent);
      if (intent !== undefined) dropIntent(state, intent);
      return;
    }

    case "version.advanced":
      state.lastFence = maxFence(state.lastFence, event.version);
      return putVersion(state, { resource: event.resource, version: event.version, agent: event.agent, atMs: event.atMs });
    case "version.folded":
      state.versionFloor = event.floor;
      for (const resource of event.resources) {
        const version = state.versions.get(resource);
        if (version !== undefined) dropVersion(state, version);
      }
      return;

    case "resource.configured": {
      const others = state.rules.filter((rule) => rule.pattern !== event.pattern);
      const rule =
        event.settings === null
          ? []
          : [{ pattern: event.pattern, settings: event.settings, by: event.actor.principal, reason: event.reason, atMs: event.atMs }];
      state.rules = [...others, ...rule];
      return state.settings.clear();
    }
    case "quota.set":
      return putQuota(state, {
        principal: event.principal,
        locks: event.locks,
        waits: event.waits,
        by: event.actor.principal,
        reason: event.reason,
        atMs: event.atMs,
      });
    case "resource.frozen":
      state.freezes.set(event.resource, { resource: event.resource, by: event.actor.principal, reason: event.reason, atMs: event.atMs });
      return;
    case "resource.thawed":
      state.freezes.delete(event.resource);
      return;

    case "fault.began": {
      const { fault } = event;
      state.lastFault += 1;
      putFault(state, fault);
      const schedule = state.schedules.get(fault.schedule ?? "");
      if (schedule !== undefined) putSchedule(state, { ...schedule, runs: schedule.runs + 1, nextMs: event.atMs + schedule.everyMs });
      return;
    }
    case "fault.ended":
      return dropFault(state, event.fault);
    case "schedule.set":
      if (!state.schedules.has(event.schedule.schedule)) state.lastFault += 1;
      return putSchedule(state, event.schedule);
    case "schedule.ended":
      return dropSchedule(state, event.schedule);

    case "recording.begun":
    case "recording.extended":
    case "recording.ended":
    case "recording.changed":
    case "recording.deleted":
      return evolveRecordings(state, event);

    case "election.configured":
    case "election.frozen":
    case "election.thawed":
    case "candidate.entered":
    case "candidate.left":
    case "candidate.blocked":
    case "candidate.unblocked":
    case "leader.elected":
    case "leader.ended":
    case "leader.kept":
    case "leader.proclaimed":
    case "leader.delayEnded":
    case "leader.refused":
    case "ballot.opened":
    case "ballot.voted":
    case "ballot.closed":
    case "group.observed":
    case "group.unobserved":
    case "message.sent":
    case "node.told":
    case "node.gone":
      return evolveElections(state, event);

    case "version.conflicted":
    case "claim.refused":
    case "guard.refused":
      return;
    default:
      return unreachable(event);
  }
}

function declare(state: State, event: Extract<Event, { type: "session.declared" }>): void {
  const session = state.sessions.get(event.session);
  if (session === undefined) return;
  const restated = session.state !== event.state || session.doing !== event.doing;
  putSession(state, {
    ...session,
    state: event.state,
    doing: event.doing,
    declaredMs: restated ? event.atMs : session.declaredMs,
    progress: event.progress,
    progressMs: event.progress > session.progress ? event.atMs : session.progressMs,
  });
}

function changeSession(state: State, id: string, change: Partial<Session>): void {
  const session = state.sessions.get(id);
  if (session !== undefined) putSession(state, { ...session, ...change });
}

function changeLock(state: State, fence: string, change: (lock: Lock) => Lock): void {
  const lock = state.locks.get(fence);
  if (lock !== undefined) putLock(state, change(lock));
}

/** A lock under a new fence: to everyone who compares fences it is a new lock. */
function refence(state: State, fence: string, change: Partial<Lock> & { fence: string }): void {
  const lock = state.locks.get(fence);
  if (lock === undefined) return;
  state.lastFence = maxFence(state.lastFence, change.fence);
  putLock(state, { ...lock, ...change });
  dropLock(state, lock);
}

function unreachable(event: never): never {
  throw new Error(`Unknown event ${JSON.stringify(event)}`);
}
