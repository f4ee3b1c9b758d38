import type { State } from "../../shared/state/index.ts";
import { agentFacts, type Filter } from "../app/filter.ts";

/** Rows of the tables: flat and plain, so that one that says the same compares equal. */

export interface LockRow {
  readonly key: string;
  readonly status: "held" | "waiting" | "lock-delay";
  readonly resource: string;
  readonly agent: string;
  readonly mode: string;
  readonly level: string;
  readonly sinceMs: number;
  /** Empty for a wait. */
  readonly fence: string;
  /** Who waits behind a lock; a wait's own place in the queue, from 1. */
  readonly queue: number;
  readonly weight: number;
  readonly reason: string;
  readonly untilMs: number;
}

export function lockRows(state: State, filter: Filter): LockRow[] {
  const rows: LockRow[] = [];
  for (const lock of state.locks.values()) {
    const { resource, agent, mode, level, fence, weight, reason } = lock;
    const waits = state.index.waits.at(resource);
    const cooling = lock.coolingUntilMs !== undefined;
    if (
      filter.active &&
      !filter.resource({ resource, holders: cooling ? [] : [agent], waiters: waits.map((wait) => wait.agent), cooling, frozen: state.freezes.has(resource) })
    )
      continue;
    rows.push({
      key: fence,
      status: cooling ? "lock-delay" : "held",
      resource,
      agent,
      mode,
      level,
      sinceMs: lock.grantedMs,
      fence,
      queue: waits.length,
      weight,
      reason,
      untilMs: lock.coolingUntilMs ?? lock.holdUntilMs ?? 0,
    });
  }
  for (const wait of state.waits.values()) {
    for (const want of wait.wants) {
      const { resource, mode, weight } = want;
      if (filter.active && !filter.resource({ resource, holders: [], waiters: [wait.agent], frozen: state.freezes.has(resource) })) continue;
      const queue = state.index.waits.at(resource).indexOf(wait) + 1;
      rows.push({
        key: `${wait.request} ${resource}`,
        status: "waiting",
        resource,
        agent: wait.agent,
        mode,
        level: "sequenced",
        sinceMs: wait.queuedMs,
        fence: "",
        queue,
        weight,
        reason: wait.reason,
        untilMs: wait.deadlineMs ?? 0,
      });
    }
  }
  return rows;
}

export interface AgentRow {
  readonly key: string;
  readonly agent: string;
  readonly status: string;
  readonly connected: boolean;
  readonly doing: string;
  readonly holds: number;
  readonly waits: number;
  /** Since when its oldest wait waits; 0 without any. */
  readonly waitingSinceMs: number;
  readonly progress: number;
  readonly progressMs: number;
  readonly principal: string;
  readonly joinedMs: number;
}

export function agentRows(state: State, filter: Filter): AgentRow[] {
  const rows: AgentRow[] = [];
  for (const session of state.sessions.values()) {
    if (filter.active && !filter.agent(agentFacts(state, session))) continue;
    const has = state.bySession.get(session.session);
    const [oldest] = has?.waits ?? [];
    const { agent, connected, doing, progress, progressMs, principal, joinedMs } = session;
    rows.push({
      key: agent,
      agent,
      status: connected ? session.state : "not connected",
      connected,
      doing,
      holds: has?.locks.size ?? 0,
      waits: has?.waits.size ?? 0,
      waitingSinceMs: (oldest === undefined ? undefined : state.waits.get(oldest)?.queuedMs) ?? 0,
      progress,
      progressMs,
      principal,
      joinedMs,
    });
  }
  return rows;
}

export interface IntentRow {
  readonly key: string;
  readonly agent: string;
  readonly reason: string;
  readonly uses: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly committed: boolean;
}

export function intentRows(state: State, filter: Filter): IntentRow[] {
  const rows: IntentRow[] = [];
  for (const { intent, agent, reason, uses, startMs, endMs, committed } of state.intents.values()) {
    if (filter.active && !uses.some(({ resource }) => filter.resource({ resource, holders: [], waiters: [], intending: [agent] }))) continue;
    rows.push({ key: intent, agent, reason, uses: uses.map(({ resource }) => resource).join(", "), startMs, endMs, committed });
  }
  return rows;
}
