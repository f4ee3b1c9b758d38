import type { Event, EventBody, Lock, Wait } from "../../shared/model/index.ts";
import { emptyState, evolve, type State } from "../../shared/state/index.ts";

/** What to do, and numbers that pick with whom and where. */
export type Choice = readonly [what: number, who: number, where: number, how: number];

const paths = ["repo", "repo/src", "repo/src/app.ts", "repo/src/b.ts", "repo/src/*.ts", "gpu/pool", "budget/tokens", "docs/**"];
const people = ["w1", "w2", "w3", "w4", "w5"];

/** Events as an engine could put them out, folded as they come. It keeps no rule of locking: pictures must hold for any state. */
export class Journey {
  readonly state: State = emptyState("main");
  #nowMs = 1_000_000;
  #count = 0;

  step([what, who, where, how]: Choice): Event[] {
    this.#nowMs += how % 700;
    const agent = people[who % people.length] ?? "w1";
    const path = paths[where % paths.length] ?? "repo";
    const lock = nth([...this.state.locks.values()], who);
    const wait = nth([...this.state.waits.values()], who);
    const intent = nth([...this.state.intents.values()], who);
    if (!this.state.agents.has(agent)) return this.join(agent);
    if (what < 18) return this.queue(agent, path, how);
    if (what < 36) return this.grant(agent, path, how);
    if (what < 42) return wait === undefined ? [] : this.grant(wait.agent, wait.wants[0]?.resource ?? path, how, wait.request);
    if (what < 56)
      return lock === undefined
        ? []
        : this.#put({ ...named(lock), type: "lock.released", why: "expired", ...(how % 3 === 0 ? { coolingUntilMs: this.#nowMs + 5_000 } : {}) });
    if (what < 60) return lock === undefined ? [] : this.#put({ type: "lock.delayEnded", fence: lock.fence, resource: lock.resource });
    if (what < 64)
      return lock === undefined
        ? []
        : this.#put({
            ...named(lock),
            type: "lock.upgraded",
            command: "c",
            newFence: this.#fence(),
            waitedMs: 0,
            ...(wait === undefined ? {} : { request: wait.request }),
          });
    if (what < 67) return lock === undefined ? [] : this.#put({ ...named(lock), type: "lock.downgraded" });
    if (what < 70)
      return lock === undefined ? [] : this.#put({ ...named(lock), type: "lock.transferred", newFence: this.#fence(), to: `s-${agent}`, toAgent: agent });
    if (what < 74)
      return wait === undefined
        ? []
        : this.#put({ type: "lock.dequeued", session: wait.session, agent: wait.agent, request: wait.request, command: "c", why: "cancelled" });
    if (what < 82) return this.announce(agent, path);
    if (what < 86)
      return intent === undefined
        ? []
        : this.#put({ type: "intent.ended", intent: intent.intent, session: intent.session, agent: intent.agent, why: "fulfilled" });
    if (what < 88)
      return intent === undefined ? [] : this.#put({ type: "intent.committed", intent: intent.intent, session: intent.session, agent: intent.agent });
    if (what < 91)
      return this.#put({
        type: "resource.configured",
        pattern: path,
        settings: how % 2 === 0 ? null : { capacity: 4, level: how % 3 === 0 ? "advisory" : "sequenced" },
        actor,
        reason: "test",
      });
    if (what < 94) return this.#put({ type: this.state.freezes.has(path) ? "resource.thawed" : "resource.frozen", resource: path, actor, reason: "test" });
    if (what < 97) return this.#put({ type: "session.declared", session: `s-${agent}`, agent, state: "working", doing: "", progress: how });
    return this.leave(agent);
  }

  join(agent: string): Event[] {
    return this.#put({ type: "session.joined", session: `s-${agent}`, agent, principal: "p", roles: [], labels: {}, ttlMs: 15_000, resumeHash: "" });
  }

  /** The session's end, with the ends of all it has as events of their own. */
  leave(agent: string): Event[] {
    const session = this.state.agents.get(agent);
    const has = session === undefined ? undefined : this.state.bySession.get(session);
    if (session === undefined || has === undefined) return [];
    const locks = [...has.locks].flatMap((fence) => this.state.locks.get(fence) ?? []);
    const waits = [...has.waits];
    const intents = [...has.intents];
    return [
      ...waits.flatMap((request) => this.#put({ type: "lock.dequeued", session, agent, request, command: "c", why: "left" })),
      ...intents.flatMap((intent) => this.#put({ type: "intent.ended", intent, session, agent, why: "sessionEnded" })),
      ...locks.flatMap((lock) => this.#put({ ...named(lock), type: "lock.released", why: "left" })),
      ...this.#put({ type: "session.ended", session, agent, why: "left" }),
    ];
  }

  grant(agent: string, resource: string, how = 0, request?: number): Event[] {
    const lock: Lock = {
      fence: this.#fence(),
      resource,
      mode: how % 4 === 1 ? "shared" : "exclusive",
      weight: 1 + (how % 2),
      level: how % 5 === 1 ? "advisory" : "sequenced",
      guarded: false,
      session: `s-${agent}`,
      agent,
      command: "c",
      reason: "",
      grantedMs: this.#nowMs,
      waitedMs: 0,
      holds: 1,
    };
    return this.#put({ type: "lock.granted", session: lock.session, agent, command: "c", locks: [lock], ...(request === undefined ? {} : { request }) });
  }

  release(resource: string): Event[] {
    return [...this.state.locks.values()]
      .filter((lock) => lock.resource === resource)
      .flatMap((lock) => this.#put({ ...named(lock), type: "lock.released", why: "released" }));
  }

  queue(agent: string, resource: string, how = 0): Event[] {
    const second = paths[how % paths.length] ?? "repo";
    const wants = [resource, ...(how % 3 === 1 && second !== resource ? [second] : [])].map((path) => ({
      resource: path,
      mode: "exclusive" as const,
      weight: 1,
    }));
    const request = this.state.lastRequest + 1;
    const wait: Wait = {
      request,
      session: `s-${agent}`,
      agent,
      command: `c${request}`,
      wants,
      priority: 0,
      rank: this.#nowMs - (how % 5) * 1_000,
      queuedMs: this.#nowMs,
      reason: "",
    };
    return this.#put({ type: "lock.queued", wait, blockers: [] });
  }

  announce(agent: string, resource: string): Event[] {
    const intent = {
      intent: `i${this.state.lastIntent + 1}`,
      session: `s-${agent}`,
      agent,
      uses: [{ resource, mode: "exclusive" as const, weight: 1 }],
      startMs: this.#nowMs + 1_000,
      endMs: this.#nowMs + 9_000,
      reason: "test",
      announcedMs: this.#nowMs,
      committed: false,
    };
    return this.#put({ type: "intent.announced", intent, conflicts: [] });
  }

  #fence(): string {
    this.#count += 1;
    return String(this.#count);
  }

  #put(body: EventBody): Event[] {
    const event = { ...body, position: this.state.position + 1, atMs: this.#nowMs } as Event;
    evolve(this.state, event);
    return [event];
  }
}

const actor = { principal: "dana", role: "operator" as const };
const named = ({ fence, resource, session, agent }: Lock) => ({ fence, resource, session, agent });
const nth = <T>(list: readonly T[], index: number): T | undefined => list[index % Math.max(1, list.length)];
