import type { Event, EventOf, Finding, Wait } from "../../model/index.ts";
import type { State } from "../../state/index.ts";
import { waitBlocks } from "../conflicts.ts";
import { formatDuration } from "../words.ts";
import { type Detector, type Failure, findingId, keepWithin } from "./detector.ts";

/** A waiter that others went past so often, and that waits so long. */
const overtakenAtLeast = 8;
const waitedMs = 30_000;
/** A want that failed so often in a row, while others got it as often, over so long. */
const failedAtLeast = 8;
const othersAtLeast = 8;
const failingMs = 20_000;
/** It gave up for good when it did not try for this long, or for so many of its usual pauses. */
const overAfterMs = 10_000;
const overAfterTries = 3;
const wantsAtMost = 5_000;
const waitersPerGrant = 200;

interface Want {
  readonly session: string;
  readonly agent: string;
  readonly resource: string;
  readonly sinceMs: number;
  lastMs: number;
  failed: number;
  /** How often others were granted it meanwhile. */
  others: number;
}

/**
 * Starvation: others get on, one does not. Either it waits and is overtaken again and again, or it tries and fails again and
 * again at what others are granted. A queue that is long but moves is none: nobody in it is overtaken. Neither is standing
 * back by order: when a livelock is ended everyone of it is counted anew, from the end of its own back-off on. Memory: the
 * waiters that were overtaken, at most 5,000 wants that failed, and as many who were told to stand back.
 */
export class StarvationDetector implements Detector {
  readonly #overtaken = new Map<number, number>();
  /** Oldest first. */
  readonly #wants = new Set<Want>();
  /** By resource, then by session. */
  readonly #byResource = new Map<string, Map<string, Want>>();
  /** Those of them that failed often while others got it as often. */
  readonly #ripe = new Set<Want>();
  /** By session: until when it was told to stand back, kept for as long afterwards as a wait has to last to count. */
  readonly #standsBackUntilMs = new Map<string, number>();
  /** When wants that nobody tries for any more were last forgotten. */
  #sweptMs = 0;

  get size(): number {
    return this.#overtaken.size + this.#wants.size + this.#byResource.size + this.#standsBackUntilMs.size;
  }

  feed(event: Event, state: State): void {
    switch (event.type) {
      case "lock.granted":
        if (event.request !== undefined) this.#overtaken.delete(event.request);
        if (event.overtook !== undefined) this.#countOvertaken(event, state);
        if (this.#byResource.size > 0) for (const lock of event.locks) if (lock.level === "sequenced") this.#got(event.session, lock.resource);
        return;
      case "lock.dequeued":
        this.#overtaken.delete(event.request);
        return;
      case "lock.upgraded":
        if (event.request !== undefined) this.#overtaken.delete(event.request);
        return;
      case "version.advanced":
        return this.#got(event.session, event.resource);
      case "livelock.resolved":
        this.#countAnew(state.agents.get(event.agent), event.atMs, state);
        for (const { session, ms } of event.backOff) this.#countAnew(session, event.atMs + ms, state);
        return;
      case "session.ended":
        this.#standsBackUntilMs.delete(event.session);
        if (this.#wants.size === 0) return;
        for (const want of this.#wants) if (want.session === event.session) this.#forget(want);
        return;
      default:
        return;
    }
  }

  failed({ session, agent, resources, atMs }: Failure): void {
    if (atMs < this.#countsFromMs(session)) return;
    for (const resource of resources.slice(0, 4)) {
      const same = this.#byResource.get(resource) ?? new Map<string, Want>();
      const known = same.get(session);
      if (known !== undefined) {
        known.failed += 1;
        known.lastMs = atMs;
        this.#ripen(known);
        continue;
      }
      const want = { session, agent, resource, sinceMs: atMs, lastMs: atMs, failed: 1, others: 0 };
      this.#byResource.set(resource, same.set(session, want));
      this.#wants.add(want);
      for (const oldest of this.#wants) {
        if (this.#wants.size <= wantsAtMost) break;
        this.#forget(oldest);
      }
    }
  }

  findings(state: State, nowMs: number): Finding[] {
    const findings: Finding[] = [];
    for (const [request, times] of this.#overtaken) {
      const wait = state.waits.get(request);
      if (wait === undefined) this.#overtaken.delete(request);
      else if (times >= overtakenAtLeast && nowMs - this.#waitsSinceMs(wait) >= waitedMs) findings.push(overtaken(wait, times, nowMs));
    }
    const sweeps = nowMs - this.#sweptMs >= overAfterMs;
    if (sweeps) this.#sweptMs = nowMs;
    for (const want of sweeps ? this.#wants : this.#ripe) {
      const usualMs = (want.lastMs - want.sinceMs) / Math.max(1, want.failed - 1);
      if (nowMs - want.lastMs > Math.max(overAfterMs, overAfterTries * usualMs)) this.#forget(want);
    }
    if (sweeps) for (const [session, untilMs] of this.#standsBackUntilMs) if (nowMs - untilMs >= waitedMs) this.#standsBackUntilMs.delete(session);
    for (const want of this.#ripe) if (nowMs - want.sinceMs >= failingMs) findings.push(failing(want, nowMs));
    return findings;
  }

  /** What happened to a session before was a livelock's doing, and until then the order to stand back is. */
  #countAnew(session: string | undefined, fromMs: number, state: State): void {
    if (session === undefined) return;
    for (const want of this.#wants) if (want.session === session) this.#forget(want);
    for (const request of state.bySession.get(session)?.waits ?? []) this.#overtaken.delete(request);
    this.#standsBackUntilMs.delete(session);
    this.#standsBackUntilMs.set(session, fromMs);
    keepWithin(this.#standsBackUntilMs, wantsAtMost);
  }

  #countsFromMs(session: string): number {
    return this.#standsBackUntilMs.get(session) ?? 0;
  }

  #waitsSinceMs(wait: Wait): number {
    return Math.max(wait.queuedMs, this.#countsFromMs(wait.session));
  }

  #ripen(want: Want): void {
    if (want.failed >= failedAtLeast && want.others >= othersAtLeast) this.#ripe.add(want);
  }

  #countOvertaken(event: EventOf<"lock.granted">, state: State): void {
    const passed = new Set<number>();
    for (const lock of event.locks) {
      state.index.waits.some(lock.resource, (wait) => {
        const earlier = event.request === undefined || wait.request < event.request;
        const counts = earlier && wait.session !== event.session && event.atMs >= this.#countsFromMs(wait.session);
        if (counts && waitBlocks(state, wait, lock)) passed.add(wait.request);
        return passed.size >= waitersPerGrant;
      });
    }
    for (const request of passed) this.#overtaken.set(request, (this.#overtaken.get(request) ?? 0) + 1);
    keepWithin(this.#overtaken, wantsAtMost);
  }

  #got(session: string, resource: string): void {
    for (const want of this.#byResource.get(resource)?.values() ?? []) {
      if (want.session === session) {
        this.#forget(want);
        continue;
      }
      want.others += 1;
      this.#ripen(want);
    }
  }

  #forget(want: Want): void {
    this.#wants.delete(want);
    this.#ripe.delete(want);
    const same = this.#byResource.get(want.resource);
    same?.delete(want.session);
    if (same?.size === 0) this.#byResource.delete(want.resource);
  }
}

function overtaken(wait: Wait, times: number, nowMs: number): Finding {
  const resources = wait.wants.map((want) => want.resource);
  return {
    finding: findingId("starvation", [wait.agent, ...resources]),
    kind: "starvation",
    agents: [wait.agent],
    resources,
    because: [
      `${wait.agent} waits for ${formatDuration(nowMs - wait.queuedMs)}`,
      `${times} requests that came later went before it`,
      `its priority is ${wait.priority}; waiting is worth more with a smaller aging step`,
    ],
    sinceMs: wait.queuedMs,
    plan: { act: "raise", agent: wait.agent, resource: resources[0], why: "A smaller aging step lets waiting outweigh priority sooner." },
  };
}

function failing(want: Want, nowMs: number): Finding {
  const { agent, resource } = want;
  return {
    finding: findingId("starvation", [agent, resource]),
    kind: "starvation",
    agents: [agent],
    resources: [resource],
    because: [
      `${agent} failed ${want.failed} times in a row to get ${resource}, for ${formatDuration(nowMs - want.sinceMs)}`,
      `others got it ${want.others} times meanwhile`,
      "it tries and gives up, so it has no place in the queue",
    ],
    sinceMs: want.sinceMs,
    plan: { act: "raise", agent, resource, why: "A request that waits keeps its place in the queue; one that tries has none." },
  };
}
