import { conflictsOf, excludes, heldLock, waitBlocks } from "../analysis/index.ts";
import type { Cause, EventBody, EventOf, Lock, Wait, Want } from "../model/index.ts";
import { compareWaits, isRanked, maxFence, nextFence, plants, type State, settingsOf } from "../state/index.ts";

type Body<T extends EventBody["type"]> = Extract<EventBody, { type: T }>;

/** Most waiters looked at to say how many were overtaken. */
const overtakenAtMost = 1_000;

/** The event by which a request gets all it wants. It must not be blocked. `waited` when it was in the queue. */
export function grantOf(state: State, wait: Wait, nowMs: number, waited: boolean, cause?: Cause): Body<"lock.granted"> {
  const locks: Lock[] = [];
  const reentered: string[] = [];
  const telling: Want[] = [];
  let fence = plants.fenceReused ? [...state.locks.keys()].reduce(maxFence, "0") : state.lastFence;
  for (const want of wait.wants) {
    const settings = settingsOf(state, want.resource);
    if (settings.level === "none" && !plants.noneRecorded) continue;
    if (plants.partialGrant && locks.length > 0) break;
    const held = settings.level === "sequenced" && settings.capacity === 1 ? heldLock(state, wait.session, want) : undefined;
    if (held !== undefined) {
      reentered.push(held.fence);
      continue;
    }
    fence = nextFence(fence);
    const holdMs = Math.min(wait.holdMs ?? Number.POSITIVE_INFINITY, (plants.holdUnlimited ? undefined : settings.maxHoldMs) ?? Number.POSITIVE_INFINITY);
    locks.push({
      fence,
      resource: want.resource,
      mode: want.mode,
      weight: want.weight,
      level: settings.level,
      guarded: settings.guarded,
      session: wait.session,
      agent: wait.agent,
      command: wait.command,
      reason: wait.reason,
      grantedMs: nowMs,
      waitedMs: nowMs - wait.queuedMs,
      holds: 1,
      ...(Number.isFinite(holdMs) && { holdUntilMs: nowMs + holdMs }),
      ...(settings.level === "optimistic" && { version: versionOf(state, want.resource) }),
    });
    if (settings.level !== "sequenced") telling.push(want);
  }
  const body: Body<"lock.granted"> = { type: "lock.granted", session: wait.session, agent: wait.agent, command: wait.command, locks };
  if (waited) body.request = wait.request;
  if (reentered.length > 0) body.reentered = reentered;
  const overtook = overtaken(state, wait);
  if (overtook !== undefined) body.overtook = overtook;
  if (telling.length > 0) {
    const conflicts = conflictsOf(state, { session: wait.session, uses: telling, startMs: nowMs, endMs: nowMs + 1 });
    if (conflicts.length > 0) body.conflicts = conflicts;
  }
  if (cause !== undefined) body.cause = cause;
  return body;
}

/** The version that an optimistic reader of a resource reads: the newest of anything that overlaps with it. */
export function versionOf(state: State, resource: string): string {
  let newest = state.versionFloor;
  state.index.versions.some(resource, (version) => {
    if (version.version.length > newest.length || (version.version.length === newest.length && version.version > newest)) newest = version.version;
    return false;
  });
  return newest;
}

/**
 * Who came earlier, wants what does not go together with it, and still waits. Rank lets a higher priority go first, an
 * upgrade goes before all, and what a session covers already is not queued for: the event says which it was.
 */
function overtaken(state: State, wait: Wait): EventOf<"lock.granted">["overtook"] {
  if (state.waits.size === 0 || plants.overtakingUntold) return undefined;
  const holdsSomething = (state.bySession.get(wait.session)?.locks.size ?? 0) > 0;
  if (state.prioritised === 0 && !isRanked(wait) && wait.upgradeOf === undefined && !holdsSomething) return undefined;
  const passed = new Set<Wait>();
  let byRank = true;
  for (const want of wait.wants) {
    if (settingsOf(state, want.resource).level !== "sequenced") continue;
    state.index.waits.some(want.resource, (other) => {
      if (other.request < wait.request && other.session !== wait.session && waitBlocks(state, other, want)) {
        passed.add(other);
        if (compareWaits(other, wait) < 0) byRank = false;
      }
      return passed.size >= overtakenAtMost;
    });
  }
  if (passed.size === 0) return undefined;
  return { count: passed.size, by: wait.upgradeOf !== undefined ? "upgrade" : byRank ? "priority" : "held" };
}

/** Until when a lock that ended badly keeps everyone out; undefined when it need not. */
export function coolingUntil(state: State, lock: Lock, nowMs: number): number | undefined {
  if (!excludes(lock) || lock.guarded) return undefined;
  const { lockDelayMs } = settingsOf(state, lock.resource);
  return lockDelayMs > 0 && !plants.lockDelaySkipped ? nowMs + lockDelayMs : undefined;
}
