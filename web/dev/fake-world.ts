import { blockersOfWait, isBlocked } from "../../shared/analysis/blockers.ts";
import type { Event, EventBody, Lock, Wait } from "../../shared/model/index.ts";
import { emptyState, evolve, nextFence, type State, settingsOf } from "../../shared/state/index.ts";

/** A made-up fleet, for tests and pictures without a server. It plays fair: only what is not blocked is granted. */

const operator = { principal: "dana", role: "operator" } as const;
const files = ["engine/locks.ts", "engine/queues.ts", "gateway/parse.ts", "trace/seek.ts", "host/batch.ts", "web/rows.ts", "cli/serve.ts", "journal/append.ts"];
const areas = ["repo/src", "repo/test", "repo/docs", "site/pages", "infra/deploy"];

const impatientMs = 20_000;

interface Worker {
  readonly agent: string;
  readonly session: string;
  nextMs: number;
  progress: number;
  /** Stuck ones hold what they have and do nothing. */
  stuck: boolean;
  /** The others give up a long wait and do something else. */
  patient: boolean;
}

/** Mulberry32: small, seeded, good enough for pictures. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface FakeOptions {
  readonly agents: number;
  /** Resources beside the pools; about one for each agent when left out. */
  readonly resources?: number;
  readonly seed?: number;
  readonly startMs: number;
}

export class FakeFleet {
  readonly state: State = emptyState("main");
  readonly #random: () => number;
  readonly #workers: Worker[] = [];
  readonly #paths: string[];
  #out: Event[] = [];
  #commands = 0;

  constructor({ agents, resources = Math.max(8, agents), seed = 1, startMs }: FakeOptions) {
    this.#random = seeded(seed);
    this.#paths = Array.from({ length: resources }, (_, index) => {
      const area = areas[Math.floor(index / files.length) % areas.length];
      const round = Math.floor(index / (files.length * areas.length));
      return `${area}/${round === 0 ? "" : `part${round}/`}${files[index % files.length]}`;
    });
    this.#configure(startMs, "gpu/h200-pool", { capacity: 4 });
    this.#configure(startMs, "budget/tokens", { capacity: 1_000 });
    this.#configure(startMs, "repo/.git", { guarded: true });
    this.#configure(startMs, "repo/docs", { level: "advisory" });
    for (let index = 1; index <= agents; index++) this.#join(`w${index}`, startMs + index * 20);
  }

  /** Lets time go by; returns what happened. */
  run(untilMs: number): Event[] {
    for (let atMs = Math.max(this.state.atMs, 0) + 100; atMs <= untilMs; atMs += 100)
      for (const worker of this.#workers) if (worker.nextMs <= atMs && !worker.stuck) this.#act(worker, atMs);
    return this.take();
  }

  /** The events since the last call. */
  take(): Event[] {
    const events = this.#out;
    this.#out = [];
    return events;
  }

  /** What an operator comes for: a stuck holder with waiters, a lost one, a freeze, a refused write, a forced release. */
  trouble(atMs: number): void {
    const [stuck, lost, ...others] = this.#workers;
    if (stuck === undefined || lost === undefined || others.length < 4) return;
    this.#give(stuck, atMs);
    this.#give(lost, atMs);
    const hot = this.#paths[0] as string;
    for (const lock of [...this.state.locks.values()].filter(({ resource }) => resource === hot || resource === this.#paths[1]))
      this.#release(lock, atMs, "released");
    this.#grant(stuck, hot, atMs, undefined);
    this.#grant(lost, this.#paths[1] as string, atMs, undefined);
    stuck.stuck = true;
    lost.stuck = true;
    for (const worker of others.slice(0, 2)) {
      worker.patient = true;
      this.#give(worker, atMs + 200);
      this.#want(worker, hot, atMs + 200);
    }
    this.#put(atMs + 300, { type: "session.disconnected", session: lost.session, agent: lost.agent });
    this.#put(atMs + 400, { type: "resource.frozen", resource: "infra/deploy", actor: operator, reason: "Release train leaves at noon" });
    this.#put(atMs + 500, { type: "guard.refused", session: lost.session, agent: lost.agent, resource: hot, fence: "3", highest: "9" });
  }

  /** Ends a lock as an operator does; the next waiter gets it. */
  force(fence: string, reason: string, atMs: number): boolean {
    const lock = this.state.locks.get(fence);
    if (lock === undefined || lock.coolingUntilMs !== undefined) return false;
    this.#put(atMs, {
      type: "lock.released",
      fence,
      resource: lock.resource,
      session: lock.session,
      agent: lock.agent,
      why: "forced",
      actor: operator,
      reason,
    });
    const worker = this.#workers.find(({ session }) => session === lock.session);
    if (worker !== undefined) worker.stuck = false;
    this.#settle(lock.resource, atMs);
    return true;
  }

  /** Puts in any event that comes next. */
  put(atMs: number, body: EventBody): void {
    this.#put(atMs, body);
  }

  #configure(atMs: number, pattern: string, settings: { capacity?: number; guarded?: boolean; level?: "advisory" }): void {
    this.#put(atMs, { type: "resource.configured", pattern, settings, actor: operator, reason: "Fleet set-up" });
  }

  #join(agent: string, atMs: number): void {
    const session = `s-${agent}`;
    this.#put(atMs, {
      type: "session.joined",
      session,
      agent,
      principal: "fleet",
      roles: ["worker"],
      labels: { team: agent.length % 2 === 0 ? "blue" : "red" },
      ttlMs: 15_000,
      resumeHash: "",
    });
    this.#workers.push({ agent, session, nextMs: atMs + this.#random() * 8_000, progress: 0, stuck: false, patient: false });
  }

  #act(worker: Worker, atMs: number): void {
    const has = this.state.bySession.get(worker.session);
    if (has === undefined) return;
    const [request] = has.waits;
    const wait = request === undefined ? undefined : this.state.waits.get(request);
    if (wait !== undefined) {
      if (!worker.patient && atMs - wait.queuedMs > impatientMs) this.#give(worker, atMs);
      return;
    }
    worker.nextMs = atMs + 1_000 + this.#random() * 12_000;
    if (has.locks.size > 0) {
      this.#give(worker, atMs);
      worker.progress += 1;
      this.#put(atMs, { type: "session.declared", session: worker.session, agent: worker.agent, state: "idle", doing: "", progress: worker.progress });
      return;
    }
    const dice = this.#random();
    if (dice < 0.08) this.#announce(worker, this.#pick(), atMs);
    else this.#want(worker, dice < 0.16 ? "gpu/h200-pool" : dice < 0.24 ? "budget/tokens" : dice < 0.3 ? "repo/.git/index" : this.#pick(), atMs);
  }

  /** Some paths are wanted far more than others. */
  #pick(): string {
    return this.#paths[Math.floor(this.#random() ** 2 * this.#paths.length)] as string;
  }

  #announce(worker: Worker, resource: string, atMs: number): void {
    const startMs = atMs + 5_000 + Math.floor(this.#random() * 40_000);
    const intent = {
      intent: `i${this.state.lastIntent + 1}`,
      session: worker.session,
      agent: worker.agent,
      uses: [{ resource, mode: "exclusive" as const, weight: 1 }],
      startMs,
      endMs: startMs + 30_000,
      reason: "Refactor after review",
      announcedMs: atMs,
      committed: false,
    };
    this.#put(atMs, { type: "intent.announced", intent, conflicts: [] });
    for (const old of this.state.intents.values())
      if (old.endMs < atMs) this.#put(atMs, { type: "intent.ended", intent: old.intent, session: old.session, agent: old.agent, why: "expired" });
  }

  #want(worker: Worker, resource: string, atMs: number): void {
    const weight = resource === "budget/tokens" ? 100 + Math.floor(this.#random() * 300) : 1;
    const mode = this.#random() < 0.15 && settingsOf(this.state, resource).capacity === 1 ? ("shared" as const) : ("exclusive" as const);
    const wants = [{ resource, mode, weight }];
    this.#put(atMs, {
      type: "session.declared",
      session: worker.session,
      agent: worker.agent,
      state: "working",
      doing: `edits ${resource}`,
      progress: worker.progress,
    });
    if (!isBlocked(this.state, { session: worker.session, wants })) {
      this.#grant(worker, resource, atMs, undefined, mode, weight);
      return;
    }
    const wait: Wait = {
      request: this.state.lastRequest + 1,
      session: worker.session,
      agent: worker.agent,
      command: `c${++this.#commands}`,
      wants,
      priority: 0,
      rank: atMs,
      queuedMs: atMs,
      reason: "Next task",
    };
    this.#put(atMs, { type: "lock.queued", wait, blockers: blockersOfWait(this.state, wait, 3) });
  }

  #grant(
    worker: Pick<Worker, "session" | "agent">,
    resource: string,
    atMs: number,
    wait: Wait | undefined,
    mode: Lock["mode"] = "exclusive",
    weight = 1,
  ): void {
    const { level, guarded } = settingsOf(this.state, resource);
    const fence = nextFence(this.state.lastFence);
    const lock: Lock = {
      fence,
      resource,
      mode,
      weight,
      level,
      guarded,
      session: worker.session,
      agent: worker.agent,
      command: wait?.command ?? `c${++this.#commands}`,
      reason: "Next task",
      grantedMs: atMs,
      waitedMs: wait === undefined ? 0 : atMs - wait.queuedMs,
      holds: 1,
    };
    this.#put(atMs, { type: "lock.granted", session: worker.session, agent: worker.agent, command: lock.command, request: wait?.request, locks: [lock] });
    const full = this.#workers.find(({ session }) => session === worker.session);
    if (full !== undefined) full.nextMs = atMs + 1_500 + this.#random() ** 3 * 30_000;
  }

  #give(worker: Worker, atMs: number): void {
    for (const fence of [...(this.state.bySession.get(worker.session)?.locks ?? [])]) {
      const lock = this.state.locks.get(fence);
      if (lock !== undefined) this.#release(lock, atMs, "released");
    }
    for (const request of [...(this.state.bySession.get(worker.session)?.waits ?? [])]) {
      this.#put(atMs, {
        type: "lock.dequeued",
        session: worker.session,
        agent: worker.agent,
        request,
        command: this.state.waits.get(request)?.command ?? "",
        why: "cancelled",
      });
    }
  }

  #release(lock: Lock, atMs: number, why: "released"): void {
    this.#put(atMs, { type: "lock.released", fence: lock.fence, resource: lock.resource, session: lock.session, agent: lock.agent, why });
    this.#settle(lock.resource, atMs);
  }

  #settle(resource: string, atMs: number): void {
    for (const wait of [...this.state.index.waits.at(resource)]) {
      const want = wait.wants[0];
      if (want !== undefined && !isBlocked(this.state, { session: wait.session, wants: wait.wants, wait }))
        this.#grant(wait, want.resource, atMs, wait, want.mode, want.weight);
    }
  }

  #put(atMs: number, body: EventBody): void {
    const event = { ...body, position: this.state.position + 1, atMs: Math.max(atMs, this.state.atMs) } as Event;
    evolve(this.state, event);
    this.#out.push(event);
  }
}

export interface FakeWorld {
  readonly state: State;
  readonly events: Event[];
  readonly nowMs: number;
}

/** A fleet that has been at work for a while, with its trouble: its state and everything that led to it. */
export function fakeWorld({
  agents = 24,
  resources,
  seed,
  nowMs = 1_750_000_000_000,
  spanMs = 600_000,
}: Partial<FakeOptions> & { nowMs?: number; spanMs?: number } = {}): FakeWorld {
  const fleet = new FakeFleet({ agents, resources, seed, startMs: nowMs - spanMs });
  const before = fleet.run(nowMs - 252_000);
  fleet.trouble(nowMs - 252_000);
  const events = [...before, ...fleet.take(), ...fleet.run(nowMs)];
  return { state: fleet.state, events, nowMs };
}
