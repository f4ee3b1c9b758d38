import { blockersOf, blockersOfWait, isBlocked, lockBlocks, ownLock } from "../analysis/index.ts";
import {
  type AgentCommand,
  type Blocker,
  type Cause,
  type CommandOf,
  type EventBody,
  type Lock,
  limits,
  type Session,
  type Wait,
  type Want,
} from "../model/index.ts";
import { compareFences, nextFence, plants, type State, settingsOf } from "../state/index.ts";
import { type Decision, done, type Refusal, refuse } from "./decision.ts";
import { grantOf, versionOf } from "./grant.ts";
import { wantProblem } from "./wants.ts";

type Command<T extends AgentCommand["type"]> = CommandOf<AgentCommand, T>;

/** How many blockers an event or a refusal names. */
const blockersTold = 3;

/** Grants at once, refuses a try, or queues. */
export function acquire(state: State, session: Session, command: Command<"lock.acquire">, nowMs: number, cause: Cause): Decision {
  for (const [index, want] of command.wants.entries()) {
    const problem = wantProblem(state, want);
    if (problem !== undefined) return refuse(problem.code, problem.message, { field: `wants[${index}].${problem.field}` });
    if (command.wants.findIndex((other) => other.resource === want.resource) !== index) {
      return refuse("invalid", `${want.resource} is named twice; name it once, with the mode or weight that you need.`, { field: `wants[${index}].resource` });
    }
    if (want.mode === "exclusive" && settingsOf(state, want.resource).capacity === 1) {
      const shared = ownLock(state, session.session, want.resource, (lock) => lock.mode === "shared");
      if (shared !== undefined)
        return refuse("conflict", `You hold ${want.resource} shared (fence ${shared.fence}); upgrade that lock instead.`, { field: `wants[${index}].mode` });
    }
  }
  const own = state.bySession.get(session.session);
  if ((own?.locks.size ?? 0) + command.wants.length > limits.locksPerSession) {
    return refuse("limit", `A session holds at most ${limits.locksPerSession} locks; release some, or lock a directory.`);
  }
  const over = overQuota(state, session, "locks", command.wants.length);
  if (over !== undefined) return over;
  const early = outOfOrder(state, session, command.wants);
  if (early !== undefined) return early;
  const agingStepMs = Math.max(...command.wants.map((want) => settingsOf(state, want.resource).agingStepMs));
  const wait: Wait = {
    request: state.lastRequest + 1,
    session: session.session,
    agent: session.agent,
    command: command.id,
    wants: command.wants,
    priority: command.priority,
    rank: plants.agingLost ? nowMs : nowMs - command.priority * agingStepMs,
    queuedMs: nowMs,
    ...deadlineOf(state, command, nowMs),
    ...(command.holdMs !== undefined && { holdMs: command.holdMs }),
    reason: command.reason ?? "",
  };
  if (!isBlocked(state, { session: wait.session, wants: wait.wants, wait })) {
    const granted = grantOf(state, wait, nowMs, false, cause);
    if (granted.locks.length > 0 || granted.reentered !== undefined) return { events: [granted] };
    // Level none: nothing is recorded, there is nothing to fence.
    return { result: { status: "granted", locks: command.wants.map((want) => ({ resource: want.resource, fence: null, level: "none", guarded: false })) } };
  }
  return enqueue(state, wait, command.waitMs, cause);
}

/** The deadline that was asked for, or else the shortest that the settings of what it wants have. */
function deadlineOf(state: State, command: Command<"lock.acquire">, nowMs: number): { deadlineMs?: number } {
  if (command.waitMs !== undefined) return { deadlineMs: nowMs + command.waitMs };
  const limitMs = Math.min(...command.wants.map((want) => settingsOf(state, want.resource).waitLimitMs ?? Number.POSITIVE_INFINITY));
  return Number.isFinite(limitMs) ? { deadlineMs: nowMs + limitMs } : {};
}

/** Quotas bind to whoever is accountable: no number of agents gets a principal more than its share. */
function overQuota(state: State, { session }: { session: string }, what: "locks" | "waits", more: number): Decision | undefined {
  if (state.quotas.size === 0) return undefined;
  const principal = state.sessions.get(session)?.principal ?? "";
  const most = state.quotas.get(principal)?.[what];
  const now = state.tallies.get(principal)?.[what] ?? 0;
  if (most === undefined || most === null || now + more <= most + (plants.quotaOffByOne ? 1 : 0)) return undefined;
  const has = what === "locks" ? `holds and waits for ${now} locks` : `has ${now} requests waiting`;
  return refuse("limit", `${principal} ${has}; its quota is ${most}. Release some, or ask an operator for more.`);
}

/** Policy `ordered`: who always asks in the order of the names can never wait in a ring. */
function outOfOrder(state: State, session: Session, wants: readonly Want[]): Decision | undefined {
  for (const [index, want] of wants.entries()) {
    const { policy, automatic, level } = settingsOf(state, want.resource);
    if (plants.orderIgnored || policy !== "ordered" || automatic !== "live" || level !== "sequenced") continue;
    for (const fence of state.bySession.get(session.session)?.locks ?? []) {
      const held = state.locks.get(fence);
      if (held === undefined || held.resource <= want.resource || settingsOf(state, held.resource).policy !== "ordered") continue;
      const message = `You hold ${held.resource}; locks are taken in the order of their names here. Release it, then ask for ${want.resource} first, or for both at once.`;
      return refuse("conflict", message, { field: `wants[${index}].resource` });
    }
  }
  return undefined;
}

function enqueue(state: State, wait: Wait, waitMs: number | undefined, cause: Cause): Decision {
  const blockers = blockersOf(state, { session: wait.session, wants: wait.wants, wait }, blockersTold);
  if (waitMs === 0 && !plants.tryWaits) return refuse("busy", `${wait.wants.map((want) => want.resource).join(", ")}: ${obstacle(blockers[0])}.`, { blockers });
  if ((state.bySession.get(wait.session)?.waits.size ?? 0) >= limits.waitsPerSession) {
    return refuse("limit", `A session waits for at most ${limits.waitsPerSession} requests at a time; cancel some.`);
  }
  const over = overQuota(state, wait, "waits", 1);
  if (over !== undefined) return over;
  return { events: [{ type: "lock.queued", wait, blockers, cause }] };
}

/** Gives a lock back, or once back when it was taken several times. */
export function release(state: State, session: Session, command: Command<"lock.release">, cause: Cause): Decision {
  const lock = ownedLock(state, session, command);
  if ("error" in lock) return lock;
  const { fence, resource } = lock;
  const holder = { fence, resource, session: session.session, agent: session.agent };
  if (lock.holds > 1 && !plants.releasedAtOnce) return { events: [{ type: "lock.counted", ...holder, holds: lock.holds - 1, cause }] };
  return {
    events: [
      ...(command.wrote && lock.level === "optimistic" ? writeVersion(state, lock, cause) : []),
      ...dequeueUpgrades(state, lock),
      { type: "lock.released", ...holder, why: "released", cause },
    ],
  };
}

/** First writer wins: a version that rose since it was read means that somebody else was first. */
function writeVersion(state: State, lock: Lock, cause: Cause): EventBody[] {
  const { fence, resource, session, agent } = lock;
  const holder = { fence, resource, session, agent };
  const base = lock.version ?? "0";
  const current = versionOf(state, resource);
  if (compareFences(current, base) > 0 && !plants.writersBoth) {
    let winner: string | undefined;
    state.index.versions.some(resource, (version) => {
      if (version.version === current) winner = version.agent;
      return winner !== undefined;
    });
    return [{ type: "version.conflicted", ...holder, base, current, winner: winner ?? agent, cause }];
  }
  const advanced: EventBody = { type: "version.advanced", ...holder, version: nextFence(state.lastFence), base, cause };
  if (state.versions.size < limits.versions) return [advanced];
  // The older half goes; its newest version becomes the floor, so a late writer of any of them still loses.
  const oldest = [...state.versions.values()].slice(0, limits.versions / 2);
  const floor = oldest.reduce((high, one) => (compareFences(one.version, high) > 0 ? one.version : high), state.versionFloor);
  return [{ type: "version.folded", floor, resources: oldest.map((one) => one.resource) }, advanced];
}

/** Takes a request out of the queue. A request that is not there any more was granted or ended: that is told apart. */
export function cancel(state: State, session: Session, command: Command<"lock.cancel">, cause: Cause): Decision {
  for (const request of state.bySession.get(session.session)?.waits ?? []) {
    const wait = state.waits.get(request);
    if (wait?.command !== command.acquire) continue;
    return { events: [{ type: "lock.dequeued", session: wait.session, agent: wait.agent, request, command: wait.command, why: "cancelled", cause }] };
  }
  return refuse("notFound", `No request ${command.acquire} of yours waits; if it was granted meanwhile, release its lock.`, { field: "acquire" });
}

/** Turns a shared lock exclusive, under a new fence: at once, or when the other holders are gone. */
export function upgrade(state: State, session: Session, command: Command<"lock.upgrade">, nowMs: number, cause: Cause): Decision {
  const lock = ownedLock(state, session, command);
  if ("error" in lock) return lock;
  if (lock.level !== "sequenced") return refuse("unsupported", `A lock of level ${lock.level} keeps nobody out; there is nothing to upgrade.`);
  if (lock.mode === "exclusive") return { result: { status: "fenced", fence: lock.fence } };
  const rival = findUpgrade(state, lock);
  if (rival !== undefined) {
    return refuse(
      "conflict",
      `${rival.agent} holds it shared too and waits to upgrade; each would wait for the other. Release yours and acquire it exclusively.`,
      {
        blockers: blockersOfWait(state, rival, blockersTold),
      },
    );
  }
  const wait: Wait = {
    request: state.lastRequest + 1,
    session: session.session,
    agent: session.agent,
    command: command.id,
    wants: [{ resource: lock.resource, mode: "exclusive", weight: 1 }],
    priority: 0,
    rank: nowMs,
    queuedMs: nowMs,
    ...(command.waitMs !== undefined && { deadlineMs: nowMs + command.waitMs }),
    reason: lock.reason,
    upgradeOf: lock.fence,
  };
  if (!isBlocked(state, { session: wait.session, wants: wait.wants, wait })) return { events: [upgradeOf(state, wait, nowMs, false, cause)] };
  return enqueue(state, wait, command.waitMs, cause);
}

/** The event by which an upgrade comes through. */
export function upgradeOf(state: State, wait: Wait, nowMs: number, waited: boolean, cause?: Cause): EventBody {
  const resource = wait.wants[0]?.resource ?? "";
  return {
    type: "lock.upgraded",
    fence: wait.upgradeOf ?? "",
    resource,
    session: wait.session,
    agent: wait.agent,
    newFence: nextFence(state.lastFence),
    command: wait.command,
    waitedMs: nowMs - wait.queuedMs,
    ...(waited && { request: wait.request }),
    ...(cause !== undefined && { cause }),
  };
}

function findUpgrade(state: State, lock: Lock): Wait | undefined {
  let found: Wait | undefined;
  state.index.waits.some(lock.resource, (wait) => {
    if (wait.upgradeOf === undefined) return false;
    found = wait;
    return true;
  });
  return found;
}

/** Turns an exclusive lock shared; its fence stays. */
export function downgrade(state: State, session: Session, command: Command<"lock.downgrade">, cause: Cause): Decision {
  const lock = ownedLock(state, session, command);
  if ("error" in lock) return lock;
  if (lock.mode === "shared") return done;
  if (plants.downgradeRefused || (lock.level === "sequenced" && settingsOf(state, lock.resource).capacity > 1)) {
    return refuse("unsupported", `${lock.resource} is a semaphore; its units cannot be shared.`, { field: "resource" });
  }
  const { fence, resource } = lock;
  return { events: [{ type: "lock.downgraded", fence, resource, session: session.session, agent: session.agent, cause }] };
}

/** Hands a lock over to another agent that is here, under a new fence. Nobody in the queue is overtaken: it never was free. */
export function transfer(state: State, session: Session, command: Command<"lock.transfer">, cause: Cause): Decision {
  const lock = ownedLock(state, session, command);
  if ("error" in lock) return lock;
  const to = state.sessions.get(state.agents.get(command.to) ?? "");
  if (to === undefined) return refuse("notFound", `${command.to} is not here; only an agent with a live session can take a lock over.`, { field: "to" });
  if (to.session === session.session) return refuse("invalid", "The lock is yours already.", { field: "to" });
  const want = { resource: lock.resource, mode: lock.mode, weight: lock.weight };
  if (ownLock(state, to.session, lock.resource, () => settingsOf(state, lock.resource).capacity === 1) !== undefined) {
    return refuse("conflict", `${to.agent} holds ${lock.resource} already.`, { field: "to" });
  }
  if (
    lock.level === "sequenced" &&
    !plants.transferUnchecked &&
    state.index.locks.some(lock.resource, (other) => other !== lock && lockBlocks(other, to.session, want, settingsOf(state, lock.resource).capacity))
  ) {
    return refuse("conflict", `${to.agent} cannot take ${lock.resource}: another lock, perhaps one of your own above or below it, is in the way.`, {
      field: "to",
    });
  }
  const over = to.principal === session.principal ? undefined : overQuota(state, to, "locks", 1);
  if (over !== undefined) return over;
  const { fence, resource } = lock;
  return {
    events: [
      ...dequeueUpgrades(state, lock),
      {
        type: "lock.transferred",
        fence,
        resource,
        session: session.session,
        agent: session.agent,
        newFence: nextFence(state.lastFence),
        to: to.session,
        toAgent: to.agent,
        cause,
      },
    ],
  };
}

/** Requests to upgrade a lock that ends have nothing to wait for any more. */
export function dequeueUpgrades(state: State, lock: Lock): EventBody[] {
  const events: EventBody[] = [];
  if (lock.mode !== "shared") return events;
  for (const request of state.bySession.get(lock.session)?.waits ?? []) {
    const wait = state.waits.get(request);
    if (wait?.upgradeOf !== lock.fence) continue;
    events.push({ type: "lock.dequeued", session: wait.session, agent: wait.agent, request, command: wait.command, why: "released" });
  }
  return events;
}

/** The lock that a session names, if it is its own, by its current fence. Anything else changes nothing and says so. */
function ownedLock(state: State, session: Session, named: { type: string; resource: string; fence: string }): Lock | Refusal {
  const lock = state.locks.get(named.fence);
  if (
    lock !== undefined &&
    lock.resource === named.resource &&
    (lock.session === session.session || plants.strangerReleases) &&
    lock.coolingUntilMs === undefined
  )
    return lock;
  if (lock !== undefined && lock.resource === named.resource && lock.coolingUntilMs === undefined) return falseClaim(session, named, lock);
  const current = state.index.locks.at(named.resource)[0];
  if (lock?.coolingUntilMs !== undefined && lock.session === session.session) {
    return refuse("notHolder", `Your lock on ${named.resource} (fence ${named.fence}) was taken away; it is in its lock-delay.`, { field: "fence" });
  }
  if (current !== undefined && current.coolingUntilMs === undefined) {
    return refuse(
      "notHolder",
      `${named.resource} is held by ${current.agent} with fence ${current.fence}, not by you with ${named.fence}. Stop writing to it.`,
      { field: "fence" },
    );
  }
  return refuse("notHolder", `You do not hold ${named.resource} with fence ${named.fence}; it was released, revoked or never yours.`, { field: "fence" });
}

/** Another's lock under its present fence: no mistake that a lost race explains. Refused like any other, and written down. */
function falseClaim(session: Session, named: { type: string }, lock: Lock): Refusal {
  const { resource, fence, agent: holder } = lock;
  return {
    ...refuse("notHolder", `${resource} with fence ${fence} is held by ${holder}, not by you. The claim is written down.`, { field: "fence" }),
    ...(plants.claimUnwritten
      ? {}
      : { noted: [{ type: "claim.refused", session: session.session, agent: session.agent, command: named.type, resource, fence, holder }] }),
  };
}

function obstacle(blocker: Blocker | undefined): string {
  if (blocker?.kind === "frozen") return `frozen by ${blocker.by} (${blocker.reason})`;
  return blocker?.kind === "lockDelay" ? "in the lock-delay after a holder that did not give it back" : "taken";
}
