import type { Event, EventBody, Lock, Wait } from "../../shared/model/index.ts";
import { emptyState, evolve, nextFence, type State } from "../../shared/state/index.ts";

export interface SteadyOptions {
  readonly agents: number;
  readonly resources: number;
  readonly startMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** A fleet of a given size that makes exactly as many events as it is asked for: the load of the drawing benchmark. */
export class SteadySource {
  readonly state: State = emptyState("bench");
  readonly #random: () => number;
  readonly #paths: string[];
  readonly #agents: string[];
  #nowMs: number;
  #out: Event[] = [];

  constructor({ agents, resources, startMs, random }: SteadyOptions) {
    this.#random = random;
    this.#nowMs = startMs;
    const perFolder = Math.max(8, Math.round(Math.sqrt(resources)));
    this.#paths = Array.from({ length: resources }, (_, index) => `repo/part${Math.floor(index / perFolder)}/file${index % perFolder}.ts`);
    this.#agents = Array.from({ length: agents }, (_, index) => `w${index + 1}`);
    for (const agent of this.#agents)
      this.#put({ type: "session.joined", session: `s-${agent}`, agent, principal: "bench", roles: ["worker"], labels: {}, ttlMs: 15_000, resumeHash: "" });
    for (const agent of this.#agents) this.#act(agent);
    this.take();
  }

  /** Goes on until `count` events have come about. */
  run(count: number, nowMs: number): Event[] {
    this.#nowMs = nowMs;
    while (this.#out.length < count) this.#act(this.#agents[Math.floor(this.#random() * this.#agents.length)] as string);
    return this.take();
  }

  take(): Event[] {
    const events = this.#out;
    this.#out = [];
    return events;
  }

  /** Gives back what it holds, else asks for something; who waits says how far it is. */
  #act(agent: string): void {
    const session = `s-${agent}`;
    const has = this.state.bySession.get(session);
    if (has === undefined) return;
    const [fence] = has.locks;
    if (fence !== undefined) {
      this.#release(this.state.locks.get(fence) as Lock);
      return;
    }
    if (has.waits.size > 0) {
      this.#put({ type: "session.declared", session, agent, state: "working", doing: "waits for its turn", progress: this.state.position });
      return;
    }
    const resource = this.#paths[Math.floor(this.#random() ** 1.3 * this.#paths.length)] as string;
    if (this.state.index.locks.at(resource).length === 0) {
      this.#grant(agent, resource);
      return;
    }
    const request = this.state.lastRequest + 1;
    const wait: Wait = {
      request,
      session,
      agent,
      command: `c${request}`,
      wants: [{ resource, mode: "exclusive", weight: 1 }],
      priority: 0,
      rank: this.#nowMs,
      queuedMs: this.#nowMs,
      reason: "Next task",
    };
    this.#put({ type: "lock.queued", wait, blockers: [] });
  }

  #release(lock: Lock): void {
    this.#put({ type: "lock.released", fence: lock.fence, resource: lock.resource, session: lock.session, agent: lock.agent, why: "released" });
    const next = this.state.index.waits.at(lock.resource)[0];
    if (next !== undefined) this.#grant(next.agent, lock.resource, next);
  }

  #grant(agent: string, resource: string, wait?: Wait): void {
    const command = wait?.command ?? `c${this.state.position}`;
    const lock: Lock = {
      fence: nextFence(this.state.lastFence),
      resource,
      mode: "exclusive",
      weight: 1,
      level: "sequenced",
      guarded: false,
      session: `s-${agent}`,
      agent,
      command,
      reason: "Next task",
      grantedMs: this.#nowMs,
      waitedMs: wait === undefined ? 0 : this.#nowMs - wait.queuedMs,
      holds: 1,
    };
    this.#put({ type: "lock.granted", session: lock.session, agent, command, locks: [lock], ...(wait === undefined ? {} : { request: wait.request }) });
  }

  #put(body: EventBody): void {
    const event = { ...body, position: this.state.position + 1, atMs: this.#nowMs } as Event;
    evolve(this.state, event);
    this.#out.push(event);
  }
}
