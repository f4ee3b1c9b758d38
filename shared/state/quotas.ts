import type { Quota } from "../model/index.ts";
import type { State } from "./state.ts";

/** Sets a principal's quota, or takes it away. Only principals with a quota are counted along. */
export function putQuota(state: State, quota: Quota): void {
  if (quota.locks === null && quota.waits === null) {
    state.quotas.delete(quota.principal);
    state.tallies.delete(quota.principal);
    return;
  }
  state.quotas.set(quota.principal, quota);
  const tally = { locks: 0, waits: 0 };
  for (const session of state.sessions.values()) {
    if (session.principal !== quota.principal) continue;
    const own = state.bySession.get(session.session);
    tally.locks += own?.locks.size ?? 0;
    tally.waits += own?.waits.size ?? 0;
    for (const request of own?.waits ?? []) tally.locks += wantedBy(state, request);
  }
  state.tallies.set(quota.principal, tally);
}

/** Locks that a request will have once it is granted, beside those that its session has. */
function wantedBy(state: State, request: number): number {
  const wait = state.waits.get(request);
  return wait === undefined || wait.upgradeOf !== undefined ? 0 : wait.wants.length;
}

/** A session of a counted principal came to have something more or less. */
export function tally(state: State, session: string, what: "locks" | "waits", change: number): void {
  if (state.tallies.size === 0) return;
  const known = state.tallies.get(state.sessions.get(session)?.principal ?? "");
  if (known !== undefined) known[what] += change;
}
