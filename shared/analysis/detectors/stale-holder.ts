import type { Event, Finding } from "../../model/index.ts";
import type { State } from "../../state/index.ts";
import { waitersByLock } from "../attention.ts";
import { type LivenessOptions, livenessDefaults, livenessOf } from "../liveness.ts";
import { formatDuration, plural } from "../words.ts";
import { type Detector, findingId, keepNewest, keepWithin } from "./detector.ts";

/** Somebody has to have waited this long behind it. */
const waitingMs = 10_000;
/** Nobody gets stuck within a second: looking is dear, so it is rare. */
const everyMs = 5_000;
const findingsAtMost = 100;
const holdsKept = 16;
const holdsAtLeast = 4;
const resourcesAtMost = 2_000;

/**
 * Somebody who holds what others wait for and does not get on, judged by several signals at once (`livenessOf`): one sign of
 * progress clears it, so a build of an hour that reports progress is not stale. Who waits itself is not stale, it is
 * waiting. Memory: the last 16 holds of at most 2,000 contended resources.
 */
export class StaleHolderDetector implements Detector {
  readonly #options: { readonly liveness?: LivenessOptions; readonly renewedMs?: (session: string) => number | undefined };
  readonly #since = new Map<string, number>();
  readonly #holds = new Map<string, number[]>();
  #lookedMs = 0;
  #findings: Finding[] = [];

  constructor(options: { readonly liveness?: LivenessOptions; readonly renewedMs?: (session: string) => number | undefined } = {}) {
    this.#options = options;
  }

  get size(): number {
    return this.#holds.size + this.#since.size;
  }

  /** Learns how long contended resources are usually held. */
  feed(event: Event, state: State): void {
    if (event.type === "lock.granted") {
      // Only what was waited for is contended: of most grants there is nothing to learn.
      if (event.request === undefined) return;
      for (const lock of event.locks) this.#since.set(lock.fence, event.atMs);
    } else if (event.type === "lock.released" && this.#since.size > 0) {
      const sinceMs = this.#since.get(event.fence);
      if (sinceMs === undefined) return;
      this.#since.delete(event.fence);
      if (event.why !== "released") return;
      const holds = this.#holds.get(event.resource) ?? [];
      keepNewest(holds, event.atMs - sinceMs, holdsKept);
      this.#holds.delete(event.resource);
      this.#holds.set(event.resource, holds);
      keepWithin(this.#holds, resourcesAtMost);
    } else if (event.type === "lock.upgraded" || event.type === "lock.transferred") {
      this.#since.delete(event.fence);
    }
    if (this.#since.size > 2 * state.locks.size + 100) for (const fence of this.#since.keys()) if (!state.locks.has(fence)) this.#since.delete(fence);
  }

  findings(state: State, nowMs: number): Finding[] {
    if (state.waits.size === 0) this.#findings = [];
    else if (nowMs - this.#lookedMs >= everyMs) {
      this.#lookedMs = nowMs;
      this.#findings = this.#look(state, nowMs);
    }
    return this.#findings;
  }

  #look(state: State, nowMs: number): Finding[] {
    const { quietMs, silentHoldMs } = { ...livenessDefaults, ...this.#options.liveness };
    const findings: Finding[] = [];
    for (const [fence, waiting] of waitersByLock(state, nowMs, waitingMs)) {
      const lock = state.locks.get(fence);
      const session = state.sessions.get(lock?.session ?? "");
      if (lock === undefined || session === undefined) continue;
      // Most locks are held too shortly for any suspicion: they need no look at all.
      if (session.connected && nowMs - lock.grantedMs < Math.min(quietMs, silentHoldMs)) continue;
      const own = state.bySession.get(session.session);
      if (own !== undefined && own.waits.size + own.declared.size > 0) continue;
      const usualHold = this.#usualHold(lock.resource);
      const options = { ...this.#options.liveness, renewedMs: this.#options.renewedMs?.(session.session), ...(usualHold && { usualHold }) };
      const { verdict, signals } = livenessOf(state, session, nowMs, options, lock);
      if (verdict === "alive") continue;
      if (findings.length >= findingsAtMost) break;
      findings.push({
        finding: findingId("staleHolder", [lock.agent, fence]),
        kind: "staleHolder",
        agents: [lock.agent],
        resources: [lock.resource],
        because: [...signals.map(({ words }) => words), `${plural(waiting.size, "agent waits", "agents wait")} behind it`],
        sinceMs: lock.grantedMs,
        plan: {
          act: "forceRelease",
          agent: lock.agent,
          resource: lock.resource,
          why: `Held for ${formatDuration(nowMs - lock.grantedMs)} without a sign of progress: a forced release lets the next one in.`,
        },
      });
    }
    return findings;
  }

  #usualHold(resource: string): { readonly medianMs: number; readonly p95Ms: number } | undefined {
    const holds = this.#holds.get(resource);
    if (holds === undefined || holds.length < holdsAtLeast) return undefined;
    const sorted = [...holds].sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
    return { medianMs: at(0.5), p95Ms: at(0.95) };
  }
}
