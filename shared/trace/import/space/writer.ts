import { type Blocker, type DeadlockRecord, type Event, type EventBody, type Leader, type Lock, limits, type Wait } from "../../../model/index.ts";
import { clip } from "../json/read.ts";
import type { Act } from "./acts.ts";
import { Names } from "./names.ts";

const nsPerMs = 1_000_000n;
const latestMs = BigInt(Number.MAX_SAFE_INTEGER);
/** Blockers that an event names. */
const toldAtMost = 3;
const leaseMs = 60_000;

export interface Written {
  readonly events: Event[];
  /** By act, in the order in which they were given: position of the event made of it, 0 when there is none. */
  readonly positions: readonly number[];
  readonly names: Names;
}

/**
 * Writes acts as the events of a space: in the order of their times, those of one time in the order in which they were
 * given. Agents join with their first act. Every act leads to an event that a state can take: a release of what is not
 * held, for instance, to none.
 */
export function writeSpace(acts: readonly Act[]): Written {
  const order = acts.map((_, index) => index).sort((a, b) => compare(acts[a]!.ns, acts[b]!.ns) || a - b);
  const writer = new SpaceWriter();
  const positions: number[] = new Array<number>(acts.length).fill(0);
  for (const index of order) positions[index] = writer.write(acts[index]!);
  return { events: writer.events, positions, names: writer.names };
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

function msOf(ns: bigint): number {
  const ms = ns / nsPerMs;
  return Number(ms < 0n ? 0n : ms > latestMs ? latestMs : ms);
}

class SpaceWriter {
  readonly events: Event[] = [];
  readonly names = new Names();
  readonly #sessions = new Map<string, string>();
  readonly #locks = new Map<string, Lock>();
  readonly #waits = new Map<string, Wait>();
  /** By resource: who holds it, for the blockers of a wait and for upgrades. */
  readonly #held = new Map<string, Set<Lock>>();
  readonly #leads = new Map<string, { readonly group: string; readonly leader: Leader }>();
  readonly #deadlocks = new Map<string, { readonly id: string; readonly sinceMs: number }>();
  #fence = 0;
  #request = 0;
  #deadlock = 0;
  #atMs = 0;

  /** Position of the event made of it. */
  write(act: Act): number {
    this.#atMs = msOf(act.ns);
    const before = this.events.length;
    this.#play(act);
    return this.events.length === before ? 0 : this.events.length;
  }

  #emit(body: EventBody): void {
    this.events.push({ position: this.events.length + 1, atMs: this.#atMs, ...body });
  }

  #play(act: Act): void {
    switch (act.kind) {
      case "declare":
        return this.#emit({ type: "session.declared", ...this.#who(act.agent), state: act.state, doing: clip(act.doing), progress: act.progress ?? 0 });
      case "hold":
        return this.#hold(act);
      case "release":
        return this.#release(act.key);
      case "wait":
        return this.#wait(act);
      case "giveUp": {
        const wait = this.#waits.get(act.key);
        if (wait === undefined) return;
        this.#waits.delete(act.key);
        const { session, agent, request, command } = wait;
        return this.#emit({ type: "lock.dequeued", session, agent, request, command, why: act.why });
      }
      case "lead": {
        const who = this.#who(act.agent);
        const { key, group, term, why, because } = act;
        const leader = { ...who, term, why, because: clip(because, limits.reasonLength), sinceMs: this.#atMs, value: "" };
        this.#leads.set(key, { group, leader });
        return this.#emit({ type: "leader.elected", group, leader });
      }
      case "leadEnd": {
        const lead = this.#leads.get(act.key);
        if (lead === undefined) return;
        this.#leads.delete(act.key);
        const { session, agent, term, sinceMs } = lead.leader;
        return this.#emit({ type: "leader.ended", group: lead.group, session, agent, term, why: act.why, ledMs: this.#atMs - sinceMs });
      }
      case "deadlock":
        return this.#deadlocked(act);
      case "resolved": {
        const found = this.#deadlocks.get(act.key);
        if (found === undefined) return;
        this.#deadlocks.delete(act.key);
        return this.#emit({ type: "deadlock.resolved", deadlock: found.id, how: "other", lastedMs: this.#atMs - found.sinceMs });
      }
    }
  }

  #who(name: string): { session: string; agent: string } {
    const agent = this.names.idOf(name);
    const known = this.#sessions.get(agent);
    if (known !== undefined) return { session: known, agent };
    const session = `s${this.#sessions.size + 1}`;
    this.#sessions.set(agent, session);
    const labels: Record<string, string> = name === agent ? {} : { name: clip(name, 256) };
    this.#emit({ type: "session.joined", session, agent, principal: agent, roles: [], labels, ttlMs: leaseMs, resumeHash: "" });
    return { session, agent };
  }

  #hold({ key, agent: name, resource, mode, level, reason }: Extract<Act, { kind: "hold" }>): void {
    const who = this.#who(name);
    if (this.#locks.has(key)) return;
    const wait = this.#waits.get(key);
    this.#waits.delete(key);
    this.#fence += 1;
    const command = wait?.command ?? `grant-${this.#fence}`;
    const waitedMs = wait === undefined ? 0 : this.#atMs - wait.queuedMs;
    const lock: Lock = {
      ...{ fence: String(this.#fence), resource, mode, weight: 1, level, guarded: false, ...who, command, reason: clip(reason) },
      ...{ grantedMs: this.#atMs, waitedMs, holds: 1 },
    };
    this.#locks.set(key, lock);
    const held = this.#held.get(resource) ?? new Set();
    this.#held.set(resource, held.add(lock));
    this.#emit({ type: "lock.granted", ...who, command, ...(wait !== undefined && { request: wait.request }), locks: [lock] });
  }

  #release(key: string): void {
    const lock = this.#locks.get(key);
    if (lock === undefined) return;
    this.#locks.delete(key);
    const held = this.#held.get(lock.resource);
    held?.delete(lock);
    if (held?.size === 0) this.#held.delete(lock.resource);
    const { fence, resource, session, agent } = lock;
    this.#emit({ type: "lock.released", fence, resource, session, agent, why: "released" });
  }

  #wait({ key, agent: name, resource, mode, reason }: Extract<Act, { kind: "wait" }>): void {
    const who = this.#who(name);
    if (this.#waits.has(key) || this.#locks.has(key)) return;
    this.#request += 1;
    let upgradeOf: string | undefined;
    const blockers: Blocker[] = [];
    for (const lock of this.#held.get(resource) ?? []) {
      if (lock.session === who.session) upgradeOf = lock.fence;
      else if (blockers.length < toldAtMost && (mode === "exclusive" || lock.mode === "exclusive"))
        blockers.push({ kind: "holder", agent: lock.agent, resource, mode: lock.mode, fence: lock.fence, sinceMs: lock.grantedMs });
    }
    const wait: Wait = {
      ...{ request: this.#request, ...who, command: `wait-${this.#request}`, wants: [{ resource, mode, weight: 1 }], priority: 0, rank: this.#atMs },
      ...{ queuedMs: this.#atMs, reason: clip(reason), ...(upgradeOf !== undefined && { upgradeOf }) },
    };
    this.#waits.set(key, wait);
    this.#emit({ type: "lock.queued", wait, blockers });
  }

  #deadlocked({ key, waits: keys, victim }: Extract<Act, { kind: "deadlock" }>): void {
    const waits = keys.flatMap((one) => this.#waits.get(one) ?? []);
    if (waits.length === 0 || waits.length < keys.length) return;
    this.#deadlock += 1;
    const id = `d${this.#deadlock}`;
    this.#deadlocks.set(key, { id, sinceMs: this.#atMs });
    const cycle = waits.map((wait, index) => {
      const next = waits[(index + 1) % waits.length]!;
      const { session, agent, request, queuedMs } = wait;
      return { session, agent, kind: "lock" as const, resource: wait.wants[0]!.resource, request, on: next.session, onAgent: next.agent, sinceMs: queuedMs };
    });
    const loser = victim === null ? undefined : waits.find((wait) => wait.agent === this.names.idOf(victim));
    const plan: DeadlockRecord["plan"] =
      loser === undefined
        ? { act: "none", why: "The file does not say who gave way." }
        : { act: "abort", session: loser.session, agent: loser.agent, request: loser.request, why: "The file says that it gave way." };
    const found: DeadlockRecord = {
      ...{ deadlock: id, cycle, members: waits.slice(0, 100).map((wait) => wait.agent), resource: cycle[0]!.resource, sinceMs: this.#atMs },
      ...{ policy: "manual", victim: "youngest", automatic: "off", candidates: [], plan },
    };
    this.#emit({ type: "deadlock.detected", found });
  }
}
