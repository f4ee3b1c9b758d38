import type { Lock, Session } from "../model/index.ts";
import type { State } from "../state/index.ts";
import { formatDuration } from "./words.ts";

/**
 * Is an agent alive and getting on? No single sign can tell: a stuck agent renews its lease for ever, and a long build
 * is silent because it is long. So every signal is shown, and one sign of progress outweighs all suspicion.
 */
export interface Signal {
  readonly name: "connection" | "heartbeat" | "progress" | "declared" | "locks" | "hold";
  /** `alive` speaks for it, `silent` against it; `unknown` says nothing either way. */
  readonly says: "alive" | "silent" | "unknown";
  /** True for a sign that work gets done: being there is none. */
  readonly progress: boolean;
  readonly words: string;
}

/** `lost`: no connection. `suspected`: there, but no sign of progress for longer than is usual for it. */
export interface Liveness {
  readonly verdict: "alive" | "suspected" | "lost";
  readonly signals: readonly Signal[];
  /** The sign of progress that cleared it. */
  readonly veto: Signal | undefined;
}

export interface LivenessOptions {
  /** No sign of progress for this long makes a suspect, at least. */
  readonly quietMs?: number;
  /** A suspect only when it is also quiet this many times longer than it usually is between two steps. */
  readonly timesUsual?: number;
  /** Without any report of progress ever, only a hold this long counts. */
  readonly silentHoldMs?: number;
  /** How long a lost connection may be on its way back. */
  readonly graceMs?: number;
  /** Last heartbeat, where it was asked for: heartbeats are not in the state. */
  readonly renewedMs?: number;
  /** How long the lock in question is usually held. */
  readonly usualHold?: { readonly medianMs: number; readonly p95Ms: number };
}

export const livenessDefaults = { quietMs: 30_000, timesUsual: 4, silentHoldMs: 120_000, graceMs: 5_000 };

/** So many steps make a habit. */
const stepsAtLeast = 3;

/** Judges the holder of `lock`, or an agent as such when there is no lock in question. */
export function livenessOf(state: State, session: Session, nowMs: number, options: LivenessOptions = {}, lock?: Lock): Liveness {
  const { quietMs, timesUsual, silentHoldMs, graceMs } = { ...livenessDefaults, ...options };
  const ago = (atMs: number) => formatDuration(nowMs - atMs);
  const usualStepMs = session.progress > 0 ? (session.progressMs - session.joinedMs) / session.progress : undefined;
  // After one or two steps nobody can say how long one usually takes.
  const leastMs = usualStepMs !== undefined && session.progress < stepsAtLeast ? Math.max(quietMs, silentHoldMs) : quietMs;
  const limitMs = Math.max(leastMs, (usualStepMs ?? 0) * timesUsual);
  const recent = (atMs: number) => nowMs - atMs < limitMs;

  const connection: Signal = session.connected
    ? { name: "connection", says: "alive", progress: false, words: `connected for ${ago(session.connectedMs)}` }
    : { name: "connection", says: "silent", progress: false, words: `connection lost ${ago(session.connectedMs)} ago` };
  const signals: Signal[] = [connection];

  const { renewedMs } = options;
  if (renewedMs !== undefined) {
    signals.push({
      name: "heartbeat",
      says: nowMs - renewedMs < session.ttlMs / 2 ? "alive" : "silent",
      progress: false,
      words: `heartbeat ${ago(renewedMs)} ago`,
    });
  }

  const progress: Signal =
    usualStepMs === undefined
      ? { name: "progress", says: "unknown", progress: false, words: "has never reported progress" }
      : {
          name: "progress",
          says: recent(session.progressMs) ? "alive" : "silent",
          progress: true,
          words: `last progress ${ago(session.progressMs)} ago, usually every ${formatDuration(usualStepMs)}`,
        };
  signals.push(progress);

  if (session.declaredMs > session.joinedMs) {
    const says = recent(session.declaredMs) ? "alive" : session.state === "working" ? "silent" : "unknown";
    signals.push({
      name: "declared",
      says,
      progress: true,
      words: `has said “${session.doing === "" ? session.state : session.doing}” for ${ago(session.declaredMs)}`,
    });
  }

  const newest = newestGrant(state, session, lock);
  if (newest !== undefined) {
    signals.push({
      name: "locks",
      says: recent(newest.grantedMs) ? "alive" : "unknown",
      progress: true,
      words: `took ${newest.resource} ${ago(newest.grantedMs)} ago`,
    });
  }

  let held: "short" | "long" | undefined;
  if (lock !== undefined) {
    const { usualHold } = options;
    const longMs = usualStepMs === undefined ? silentHoldMs : Math.max(quietMs, usualHold?.p95Ms ?? 0);
    held = nowMs - lock.grantedMs >= longMs ? "long" : "short";
    const usual = usualHold === undefined ? "" : `, usually ${formatDuration(usualHold.medianMs)} (95% within ${formatDuration(usualHold.p95Ms)})`;
    signals.push({ name: "hold", says: held === "long" ? "silent" : "unknown", progress: false, words: `held for ${ago(lock.grantedMs)}${usual}` });
  }

  const veto = signals.find((signal) => signal.progress && signal.says === "alive");
  if (!session.connected && nowMs - session.connectedMs >= graceMs) return { verdict: "lost", signals, veto: undefined };
  if (veto !== undefined || held === "short") return { verdict: "alive", signals, veto };
  // Somebody who has nothing and says it is idle owes no progress.
  const owesProgress = held === "long" || (session.state === "working" && progress.says === "silent");
  return { verdict: owesProgress ? "suspected" : "alive", signals, veto };
}

/** The last lock it took beside the one in question: who takes locks is at work. */
function newestGrant(state: State, session: Session, except: Lock | undefined): Lock | undefined {
  let newest: Lock | undefined;
  for (const fence of state.bySession.get(session.session)?.locks ?? []) {
    const lock = state.locks.get(fence);
    if (lock !== undefined && lock !== except && (newest === undefined || lock.grantedMs > newest.grantedMs)) newest = lock;
  }
  return newest;
}
