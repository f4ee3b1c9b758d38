import { type EventOf, type Lock, limits } from "../model/index.ts";
import { type State, settingsOf } from "../state/index.ts";
import { excludes, lockBlocks } from "./conflicts.ts";
import { type Liveness, type LivenessOptions, livenessDefaults, livenessOf } from "./liveness.ts";
import { formatDuration, plural } from "./words.ts";

/** Something that waits for the operator, not merely something that is busy. */
export interface Need {
  /** The same as long as it is the same need. */
  readonly id: string;
  readonly kind: "stuckHolder" | "lostHolder" | "frozenWaiters" | "overLimit" | "refusedWrites" | "vacantGroup";
  /** What to look at. */
  readonly subject: { readonly kind: "agent" | "resource" | "group"; readonly id: string };
  readonly agent: string | undefined;
  /** The lock that is in the way, by its fence. */
  readonly fence: string | undefined;
  readonly title: string;
  /** Why we think so, signal by signal. */
  readonly because: readonly string[];
  readonly sinceMs: number;
  /** How many agents it keeps waiting. */
  readonly waiting: number;
}

export interface AttentionOptions {
  /** A wait shorter than this is nothing to look at. */
  readonly waitMs?: number;
  /** Nor is a group that nobody leads for a shorter time than this. */
  readonly vacantMs?: number;
  readonly liveness?: LivenessOptions;
  readonly renewedMs?: (session: string) => number | undefined;
  readonly usualHold?: (resource: string) => LivenessOptions["usualHold"];
  /** Who gave up waiting for a lock that is still held, by its fence: it is stuck all the same when nobody waits just now. */
  readonly gaveUp?: ReadonlyMap<string, ReadonlySet<string>>;
  /** What guards reported in the last minutes, oldest first. */
  readonly refusals?: readonly EventOf<"guard.refused">[];
  /** How long a refused write stays worth a look. */
  readonly refusalMs?: number;
}

const defaults = { waitMs: 10_000, vacantMs: 10_000, refusalMs: 300_000 };
/** Bounds of one look, whatever the size of the fleet: the oldest waits matter most. */
const waitsAtMost = 2_000;
const holdersAtMost = 100;
const needsAtMost = 200;
const nearLimit = 0.9;

/** What needs the operator now, the worst first. Reads the state only; cost follows the locks and the waits there are. */
export function attention(state: State, nowMs: number, options: AttentionOptions = {}): Need[] {
  const waiting = waitersByLock(state, nowMs, options.waitMs ?? defaults.waitMs);
  const needs = [
    ...stuck(state, nowMs, waiting, options),
    ...lost(state, nowMs, waiting, options),
    ...frozen(state),
    ...overLimit(state, nowMs, waiting),
    ...refusedWrites(nowMs, options),
    ...vacant(state, nowMs, options.vacantMs ?? defaults.vacantMs),
  ];
  return needs.sort((left, right) => right.waiting - left.waiting || left.sinceMs - right.sinceMs).slice(0, needsAtMost);
}

/** Who waits for which lock, by fence: holders only, as whoever waits behind a waiter waits for the same holder. */
export function waitersByLock(state: State, nowMs: number, waitMs: number): Map<string, Set<string>> {
  const waiting = new Map<string, Set<string>>();
  // Many wait for the same: what is held there is looked up once.
  const heldBy = new Map<string, readonly Lock[]>();
  let seen = 0;
  for (const wait of state.waits.values()) {
    if (nowMs - wait.queuedMs < waitMs) continue;
    if (++seen > waitsAtMost) break;
    for (const want of wait.wants) {
      const held = heldBy.get(want.resource) ?? heldOn(state, want.resource);
      heldBy.set(want.resource, held);
      for (const lock of held) {
        // As if of one unit: a full semaphore has no one holder in the way, all of them are.
        if (!lockBlocks(lock, wait.session, want, 1)) continue;
        const agents = waiting.get(lock.fence);
        if (agents === undefined) waiting.set(lock.fence, new Set([wait.agent]));
        else agents.add(wait.agent);
      }
    }
  }
  return waiting;
}

function heldOn(state: State, resource: string): Lock[] {
  const held: Lock[] = [];
  state.index.locks.some(resource, (lock) => {
    if (lock.coolingUntilMs === undefined && excludes(lock)) held.push(lock);
    return held.length >= holdersAtMost;
  });
  return held;
}

/** The usual hold is read from the whole log: only asked for once everything else speaks against the holder. */
function livenessOfHolder(state: State, lock: Lock, nowMs: number, options: AttentionOptions): Liveness | undefined {
  const session = state.sessions.get(lock.session);
  if (session === undefined) return undefined;
  const known = { ...options.liveness, renewedMs: options.renewedMs?.(lock.session) };
  const liveness = livenessOf(state, session, nowMs, known, lock);
  const usualHold = liveness.verdict === "alive" ? undefined : options.usualHold?.(lock.resource);
  return usualHold === undefined ? liveness : livenessOf(state, session, nowMs, { ...known, usualHold }, lock);
}

function stuck(state: State, nowMs: number, waiting: Map<string, Set<string>>, options: AttentionOptions): Need[] {
  const needs: Need[] = [];
  const { quietMs, silentHoldMs } = { ...livenessDefaults, ...options.liveness };
  for (const fence of new Set([...waiting.keys(), ...(options.gaveUp?.keys() ?? [])])) {
    const lock = state.locks.get(fence);
    // Most locks are held too shortly for any suspicion: they need no look at all.
    if (lock === undefined || nowMs - lock.grantedMs < Math.min(quietMs, silentHoldMs)) continue;
    const liveness = livenessOfHolder(state, lock, nowMs, options);
    if (liveness?.verdict !== "suspected") continue;
    const agents = waiting.get(fence) ?? new Set();
    const gaveUp = whoGaveUp(state, fence, options);
    if (agents.size + gaveUp.length === 0) continue;
    needs.push({
      id: `stuck ${fence}`,
      kind: "stuckHolder",
      subject: { kind: "resource", id: lock.resource },
      agent: lock.agent,
      fence,
      title: `${lock.agent} holds ${lock.resource} for ${formatDuration(nowMs - lock.grantedMs)} and shows no progress.`,
      because: [...liveness.signals.map(({ words }) => words), ...behind(agents.size, gaveUp)],
      sinceMs: lock.grantedMs,
      waiting: agents.size,
    });
  }
  return needs;
}

/** Agents that waited for a lock in vain and do not wait again. */
function whoGaveUp(state: State, fence: string, options: AttentionOptions): string[] {
  return [...(options.gaveUp?.get(fence) ?? [])].filter((agent) => (state.bySession.get(state.agents.get(agent) ?? "")?.waits.size ?? 0) === 0);
}

function behind(waiting: number, gaveUp: readonly string[]): string[] {
  const words = waiting > 0 ? [`${plural(waiting, "agent waits", "agents wait")} behind it`] : [];
  if (gaveUp.length > 0) words.push(`${gaveUp.slice(0, 3).join(", ")}${gaveUp.length > 3 ? ` and ${gaveUp.length - 3} more` : ""} gave up waiting for it`);
  return words;
}

function lost(state: State, nowMs: number, waiting: Map<string, Set<string>>, options: AttentionOptions): Need[] {
  const needs: Need[] = [];
  for (const session of state.sessions.values()) {
    if (session.connected || needs.length >= needsAtMost) continue;
    const fences = [...(state.bySession.get(session.session)?.locks ?? [])];
    const lock = state.locks.get(fences.find((fence) => waiting.has(fence)) ?? fences[0] ?? "");
    const liveness = lock && livenessOfHolder(state, lock, nowMs, options);
    if (lock === undefined || liveness?.verdict !== "lost") continue;
    const behind = new Set(fences.flatMap((fence) => [...(waiting.get(fence) ?? [])]));
    needs.push({
      id: `lost ${session.session}`,
      kind: "lostHolder",
      subject: behind.size > 0 ? { kind: "resource", id: lock.resource } : { kind: "agent", id: session.agent },
      agent: session.agent,
      fence: lock.fence,
      title: `${session.agent} is not connected and holds ${fences.length === 1 ? lock.resource : plural(fences.length, "lock")}.`,
      because: [
        ...liveness.signals.map(({ words }) => words),
        behind.size > 0 ? `${plural(behind.size, "agent waits", "agents wait")} behind it` : "nobody waits behind it",
        `its lease of ${formatDuration(session.ttlMs)} ends by itself unless it comes back`,
      ],
      sinceMs: session.connectedMs,
      waiting: behind.size,
    });
  }
  return needs;
}

function frozen(state: State): Need[] {
  const needs: Need[] = [];
  for (const freeze of state.freezes.values()) {
    const agents = new Set<string>();
    state.index.waits.some(freeze.resource, (wait) => agents.add(wait.agent).size >= waitsAtMost);
    if (agents.size === 0) continue;
    needs.push({
      id: `frozen ${freeze.resource}`,
      kind: "frozenWaiters",
      subject: { kind: "resource", id: freeze.resource },
      agent: undefined,
      fence: undefined,
      title: `${freeze.resource} is frozen and ${plural(agents.size, "agent waits", "agents wait")} for it.`,
      because: [`frozen by ${freeze.by}: ${freeze.reason}`, "nobody is granted it until it is thawed"],
      sinceMs: freeze.atMs,
      waiting: agents.size,
    });
  }
  return needs;
}

function overLimit(state: State, nowMs: number, waiting: Map<string, Set<string>>): Need[] {
  const needs: Need[] = [];
  for (const lock of state.locks.values()) {
    if (lock.coolingUntilMs !== undefined || needs.length >= needsAtMost) continue;
    const { maxHoldMs } = settingsOf(state, lock.resource);
    const untilMs = Math.min(lock.holdUntilMs ?? Number.POSITIVE_INFINITY, maxHoldMs === undefined ? Number.POSITIVE_INFINITY : lock.grantedMs + maxHoldMs);
    // The engine takes such a lock back by itself; only when it did not is there something to look at.
    if (nowMs - untilMs < 2_000) continue;
    needs.push({
      id: `hold ${lock.fence}`,
      kind: "overLimit",
      subject: { kind: "resource", id: lock.resource },
      agent: lock.agent,
      fence: lock.fence,
      title: `${lock.agent} holds ${lock.resource} ${formatDuration(nowMs - untilMs)} longer than it may.`,
      because: [`allowed until ${formatDuration(untilMs - lock.grantedMs)} after its grant`, `held for ${formatDuration(nowMs - lock.grantedMs)}`],
      sinceMs: untilMs,
      waiting: waiting.get(lock.fence)?.size ?? 0,
    });
  }
  for (const session of state.sessions.values()) {
    const has = state.bySession.get(session.session);
    if (has === undefined || needs.length >= needsAtMost) continue;
    const counts = [
      ["locks", has.locks.size, limits.locksPerSession],
      ["waits", has.waits.size, limits.waitsPerSession],
      ["intents", has.intents.size, limits.intentsPerSession],
    ] as const;
    for (const [what, count, most] of counts) {
      if (count < most * nearLimit) continue;
      needs.push({
        id: `limit ${what} ${session.session}`,
        kind: "overLimit",
        subject: { kind: "agent", id: session.agent },
        agent: session.agent,
        fence: undefined,
        title: `${session.agent} has ${count} of ${most} ${what} that one session may have.`,
        because: ["at the limit further requests are refused", "an agent that never gives back looks like this"],
        sinceMs: session.joinedMs,
        waiting: 0,
      });
    }
  }
  return needs;
}

/** Groups that somebody would lead, and nobody does: waiting for an operator, frozen, or without a majority. */
function vacant(state: State, nowMs: number, vacantMs: number): Need[] {
  const needs: Need[] = [];
  for (const { group, settings, candidates, leader, vacantMs: sinceMs, coolingUntilMs, frozen, ballot } of state.elections.values()) {
    if (leader !== undefined || sinceMs === undefined || candidates.length === 0 || nowMs - sinceMs < vacantMs) continue;
    // A delay that somebody set up is no trouble.
    if (coolingUntilMs !== undefined && coolingUntilMs <= sinceMs + settings.delayMs) continue;
    if (needs.length >= needsAtMost) break;
    const why =
      frozen !== undefined
        ? `frozen by ${frozen.by}: ${frozen.reason}`
        : settings.policy === "operator"
          ? "an operator appoints here"
          : ballot !== undefined
            ? `the ballot on ${ballot.agent} has ${ballot.yes.length} of ${ballot.need} that are needed`
            : coolingUntilMs !== undefined
              ? "it cools down after a leader that was lost, or after a vote that nobody won"
              : "not enough of its members are here";
    needs.push({
      id: `vacant ${group}`,
      kind: "vacantGroup",
      subject: { kind: "group", id: group },
      agent: undefined,
      fence: undefined,
      title: `Nobody leads ${group} for ${formatDuration(nowMs - sinceMs)}.`,
      because: [
        why,
        `${plural(candidates.length, "agent campaigns", "agents campaign")}: ${candidates
          .slice(0, 3)
          .map(({ agent }) => agent)
          .join(", ")}`,
      ],
      sinceMs,
      waiting: candidates.length,
    });
  }
  return needs;
}

function refusedWrites(nowMs: number, { refusals = [], refusalMs = defaults.refusalMs }: AttentionOptions): Need[] {
  const groups = new Map<string, { first: EventOf<"guard.refused">; last: EventOf<"guard.refused">; count: number }>();
  for (const event of refusals) {
    if (nowMs - event.atMs > refusalMs) continue;
    const key = `${event.agent} ${event.resource}`;
    const group = groups.get(key);
    groups.set(key, { first: group?.first ?? event, last: event, count: (group?.count ?? 0) + 1 });
  }
  return [...groups].map(([key, { first, last, count }]) => ({
    id: `refused ${key}`,
    kind: "refusedWrites",
    subject: { kind: "resource", id: last.resource },
    agent: last.agent,
    fence: undefined,
    title: `${last.agent} writes to ${last.resource} with a lock it no longer has.`,
    because: [
      `the guard refused fence ${last.fence}; the highest it has seen is ${last.highest}`,
      `${plural(count, "refusal")}, the last ${formatDuration(nowMs - last.atMs)} ago`,
      "nothing was written",
    ],
    sinceMs: first.atMs,
    waiting: 0,
  }));
}
