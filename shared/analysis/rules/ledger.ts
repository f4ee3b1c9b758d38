import type {
  DeadlockRecord,
  DeclaredWait,
  Event,
  Fault,
  Freeze,
  Intent,
  Lock,
  Quota,
  ResolvedSettings,
  Rule,
  Schedule,
  Session,
  Snapshot,
  Version,
  Wait,
} from "../../model/index.ts";
import { Ages } from "./ages.ts";
import { Groups } from "./groups.ts";
import { Shelf } from "./shelf.ts";

export function newLockShelf(): Shelf<string, Lock> {
  return new Shelf((lock) => [lock.resource]);
}

export function newWaitShelf(): Shelf<number, Wait> {
  return new Shelf((wait) => wait.wants.map((want) => want.resource));
}

/**
 * The checkers' own account of what is true, kept from events alone with plain maps. It is a second, independent reading
 * of the event list: `replay.ts` compares it with what `evolve` makes of the same events.
 */
export class Ledger {
  position = 0;
  atMs = 0;
  readonly sessions = new Map<string, Session>();
  readonly locks = newLockShelf();
  readonly waits = newWaitShelf();
  readonly intents = new Map<string, Intent>();
  readonly rules = new Map<string, Rule>();
  readonly freezes = new Map<string, Freeze>();
  readonly versions = new Map<string, Version>();
  readonly declared = new Map<string, DeclaredWait>();
  /** Those that are not resolved yet. */
  readonly deadlocks = new Map<string, DeadlockRecord>();
  readonly faults = new Map<string, Fault>();
  readonly schedules = new Map<string, Schedule>();
  readonly quotas = new Map<string, Quota>();
  readonly groups = new Groups();
  readonly ages = new Ages();
  versionFloor = "0";
  /** What `settingsOf` found since the rules last changed. */
  readonly settings = new Map<string, ResolvedSettings>();

  /** Takes a state over, before any event. */
  begin(snapshot: Snapshot): void {
    this.position = snapshot.position;
    this.atMs = snapshot.atMs;
    this.versionFloor = snapshot.versionFloor;
    for (const session of snapshot.sessions) this.sessions.set(session.session, session);
    for (const lock of snapshot.locks) this.locks.set(lock.fence, lock);
    for (const wait of snapshot.waits) this.waits.set(wait.request, wait);
    for (const intent of snapshot.intents) this.intents.set(intent.intent, intent);
    for (const rule of snapshot.rules) this.rules.set(rule.pattern, rule);
    for (const freeze of snapshot.freezes) this.freezes.set(freeze.resource, freeze);
    for (const version of snapshot.versions) this.versions.set(version.resource, version);
    for (const wait of snapshot.declared) this.declared.set(wait.declared, wait);
    for (const found of snapshot.deadlocks) this.deadlocks.set(found.deadlock, found);
    for (const fault of snapshot.faults) this.faults.set(fault.fault, fault);
    for (const schedule of snapshot.schedules) this.schedules.set(schedule.schedule, schedule);
    for (const quota of snapshot.quotas) this.quotas.set(quota.principal, quota);
    this.groups.begin(snapshot);
    this.ages.begin(snapshot.work);
  }

  fold(event: Event): void {
    this.position = event.position;
    this.atMs = event.atMs;
    this.ages.before(event, this);
    this.#apply(event);
    this.groups.fold(event);
    this.ages.after(event, this);
  }

  #apply(event: Event): void {
    switch (event.type) {
      case "session.joined": {
        const { session, agent, principal, roles, labels, ttlMs, resumeHash, atMs } = event;
        const since = { joinedMs: atMs, connectedMs: atMs, declaredMs: atMs, progressMs: atMs };
        const fresh = { connected: true, state: "idle", doing: "", progress: 0 } as const;
        this.sessions.set(session, { session, agent, principal, roles, labels, ttlMs, resumeHash, ...fresh, ...since });
        return;
      }
      case "session.connected":
      case "session.disconnected":
        return this.#session(event.session, { connected: event.type === "session.connected", connectedMs: event.atMs });
      case "session.declared":
        return this.#session(event.session, { state: event.state, doing: event.doing, progress: event.progress });
      case "session.ended":
        this.sessions.delete(event.session);
        return;
      case "lock.queued":
        this.waits.set(event.wait.request, event.wait);
        return;
      case "lock.reordered":
      case "lock.inherited":
      case "lock.favoured": {
        const wait = this.waits.get(event.request);
        if (wait !== undefined) this.waits.set(event.request, { ...wait, rank: event.rank });
        return;
      }
      case "lock.granted":
        if (event.request !== undefined) this.waits.delete(event.request);
        for (const lock of event.locks) this.locks.set(lock.fence, lock);
        for (const fence of event.reentered ?? []) this.#lock(fence, { holds: (this.locks.get(fence)?.holds ?? 0) + 1 });
        return;
      case "lock.counted":
        return this.#lock(event.fence, { holds: event.holds });
      case "lock.released":
        if (event.coolingUntilMs === undefined) this.locks.delete(event.fence);
        else this.#lock(event.fence, { coolingUntilMs: event.coolingUntilMs });
        return;
      case "lock.delayEnded":
        this.locks.delete(event.fence);
        return;
      case "lock.upgraded":
        if (event.request !== undefined) this.waits.delete(event.request);
        return this.#renamed(event.fence, { fence: event.newFence, mode: "exclusive" });
      case "lock.downgraded":
        return this.#lock(event.fence, { mode: "shared" });
      case "lock.transferred":
        return this.#renamed(event.fence, { fence: event.newFence, session: event.to, agent: event.toAgent, holds: 1, grantedMs: event.atMs, waitedMs: 0 });
      case "lock.dequeued":
        this.waits.delete(event.request);
        return;
      case "intent.announced":
        this.intents.set(event.intent.intent, event.intent);
        return;
      case "intent.committed": {
        const intent = this.intents.get(event.intent);
        if (intent !== undefined) this.intents.set(event.intent, { ...intent, committed: true });
        return;
      }
      case "intent.ended":
        this.intents.delete(event.intent);
        return;
      case "version.advanced":
        this.versions.set(event.resource, { resource: event.resource, version: event.version, agent: event.agent, atMs: event.atMs });
        return;
      case "version.folded":
        this.versionFloor = event.floor;
        for (const resource of event.resources) this.versions.delete(resource);
        return;
      case "resource.configured":
        // A rule that is set again is the latest.
        this.settings.clear();
        this.rules.delete(event.pattern);
        if (event.settings !== null) {
          this.rules.set(event.pattern, {
            pattern: event.pattern,
            settings: event.settings,
            by: event.actor.principal,
            reason: event.reason,
            atMs: event.atMs,
          });
        }
        return;
      case "resource.frozen":
        this.freezes.set(event.resource, { resource: event.resource, by: event.actor.principal, reason: event.reason, atMs: event.atMs });
        return;
      case "resource.thawed":
        this.freezes.delete(event.resource);
        return;
      case "wait.declared":
        this.declared.set(event.wait.declared, event.wait);
        return;
      case "wait.ended":
        this.declared.delete(event.declared);
        return;
      case "deadlock.detected":
        this.deadlocks.set(event.found.deadlock, event.found);
        return;
      case "deadlock.resolved":
        this.deadlocks.delete(event.deadlock);
        return;
      case "quota.set": {
        const { principal, locks, waits, actor, reason, atMs } = event;
        if (locks === null && waits === null) this.quotas.delete(principal);
        else this.quotas.set(principal, { principal, locks, waits, by: actor.principal, reason, atMs });
        return;
      }
      case "fault.began": {
        this.faults.set(event.fault.fault, event.fault);
        const schedule = this.schedules.get(event.fault.schedule ?? "");
        if (schedule !== undefined) this.schedules.set(schedule.schedule, { ...schedule, runs: schedule.runs + 1, nextMs: event.atMs + schedule.everyMs });
        return;
      }
      case "fault.ended":
        this.faults.delete(event.fault);
        return;
      case "schedule.set":
        this.schedules.set(event.schedule.schedule, event.schedule);
        return;
      case "schedule.ended":
        this.schedules.delete(event.schedule);
        return;
      default:
        return;
    }
  }

  #session(id: string, change: Partial<Session>): void {
    const session = this.sessions.get(id);
    if (session !== undefined) this.sessions.set(id, { ...session, ...change });
  }

  #lock(fence: string, change: Partial<Lock>): void {
    const lock = this.locks.get(fence);
    if (lock !== undefined) this.locks.set(fence, { ...lock, ...change });
  }

  #renamed(fence: string, change: Partial<Lock>): void {
    const lock = this.locks.get(fence);
    if (lock === undefined) return;
    this.locks.delete(fence);
    const next = { ...lock, ...change };
    this.locks.set(next.fence, next);
  }
}
