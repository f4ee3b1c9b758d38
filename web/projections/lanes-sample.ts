import type { Actor, Event, EventBody, EventOf, Lock, Wait } from "../../shared/model/index.ts";

/** A made-up fleet whose history is well formed: for tests and benchmarks of the timeline. */
export interface SampleOptions {
  readonly agents: number;
  readonly resources: number;
  readonly seed: number;
  readonly startMs?: number;
  /** Mean time between two events; a function is asked before each. */
  readonly paceMs?: number | (() => number);
  /** Every so many events the fleet rests for this long. */
  readonly restEvery?: number;
  readonly restMs?: number;
  /** Also faults, deadlocks and findings. The rest of the history stays as it is without them. */
  readonly trouble?: boolean;
}

const actor: Actor = { principal: "dana", role: "operator" };

/** Events without end; take as many as needed. The same options give the same events. */
export function* sampleEvents(options: SampleOptions): Generator<Event, never> {
  const random = randomFrom(options.seed);
  const { paceMs = 200 } = options;
  let atMs = options.startMs ?? 1_700_000_000_000;
  let position = 0;
  const fleet = new SampleFleet(options, random);
  const trouble = options.trouble ? new SampleTrouble(fleet, randomFrom(options.seed ^ 0x5eed)) : undefined;
  for (;;) {
    for (const body of [...(trouble?.step(atMs) ?? []), ...fleet.step(atMs)]) {
      position++;
      yield { ...body, position, atMs } as Event;
      if (options.restEvery !== undefined && position % options.restEvery === 0) atMs += options.restMs ?? 0;
    }
    atMs += Math.floor(-Math.log(1 - random()) * (typeof paceMs === "number" ? paceMs : paceMs()));
  }
}

export function takeEvents(events: Generator<Event, never>, count: number): Event[] {
  const taken: Event[] = [];
  while (taken.length < count) taken.push(events.next().value);
  return taken;
}

class SampleFleet {
  readonly #random: () => number;
  readonly #resources: readonly string[];
  readonly #idle: string[];
  readonly #joined = new Set<string>();
  readonly #away = new Set<string>();
  readonly #frozen = new Set<string>();
  readonly #intents: { readonly intent: string; readonly agent: string }[] = [];
  readonly #locks = new Map<string, Lock[]>();
  readonly #queues = new Map<string, Wait[]>();
  readonly #cooling: { readonly fence: string; readonly resource: string }[] = [];
  #fence = 1_000;
  #request = 0;
  #intent = 0;

  constructor(options: SampleOptions, random: () => number) {
    this.#random = random;
    this.#idle = Array.from({ length: options.agents }, (_, index) => `w${index + 1}`);
    this.#resources = Array.from({ length: options.resources }, (_, index) => `repo/src/part${index % 7}/file${index}.ts`);
  }

  step(atMs: number): EventBody[] {
    const dice = this.#random();
    const agent = this.#pick(this.#idle);
    if (!this.#joined.has(agent)) return this.#join(agent);
    if (this.#away.has(agent)) return this.#back(agent);
    if (dice < 0.02) return this.#leave(agent, dice < 0.006, atMs);
    if (dice < 0.03) return this.#goAway(agent);
    if (dice < 0.04) return this.#freezeOrThaw();
    if (dice < 0.1) return this.#plan(agent, atMs);
    if (dice < 0.13) return this.#endPlan();
    if (dice < 0.15) return this.#turn(atMs);
    if (dice < 0.16) return this.#force(atMs);
    if (dice < 0.18) return this.#endCooling();
    if (dice < 0.2) return this.#giveUp();
    if (dice < 0.21) return this.#refuse(agent);
    return dice < 0.6 ? this.#acquire(agent, atMs) : this.#release(atMs);
  }

  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T;
  }

  #join(agent: string): EventBody[] {
    this.#joined.add(agent);
    return [{ type: "session.joined", session: `s-${agent}`, agent, principal: "fleet", roles: [], labels: {}, ttlMs: 10_000, resumeHash: "h" }];
  }

  #leave(agent: string, badly: boolean, atMs: number): EventBody[] {
    this.#joined.delete(agent);
    const session = `s-${agent}`;
    const why = badly ? "expired" : "left";
    const bodies: EventBody[] = [];
    for (const [resource, queue] of this.#queues) {
      for (const wait of queue.filter((one) => one.agent === agent))
        bodies.push({ type: "lock.dequeued", session, agent, request: wait.request, command: wait.command, why });
      this.#queues.set(
        resource,
        queue.filter((one) => one.agent !== agent),
      );
    }
    for (const lock of [...this.#locks.values()].flat()) if (lock.agent === agent) bodies.push(...this.#endLock(lock, why, atMs));
    for (const { intent } of this.#intents.filter((one) => one.agent === agent)) bodies.push(this.#endIntent(intent, agent, "sessionEnded"));
    bodies.push({ type: "session.ended", session, agent, why });
    return bodies;
  }

  #goAway(agent: string): EventBody[] {
    this.#away.add(agent);
    return [{ type: "session.disconnected", session: `s-${agent}`, agent }];
  }

  #back(agent: string): EventBody[] {
    this.#away.delete(agent);
    return [{ type: "session.connected", session: `s-${agent}`, agent }];
  }

  #freezeOrThaw(): EventBody[] {
    const resource = this.#pick(this.#resources);
    const reason = "the build is red";
    if (this.#frozen.delete(resource)) return [{ type: "resource.thawed", resource, actor, reason }];
    this.#frozen.add(resource);
    return [{ type: "resource.frozen", resource, actor, reason }];
  }

  #plan(agent: string, atMs: number): EventBody[] {
    const intent = `i${++this.#intent}`;
    this.#intents.push({ intent, agent });
    const startMs = atMs + Math.floor(this.#random() * 20_000);
    const endMs = startMs + 1 + Math.floor(this.#random() * 30_000);
    const uses = [{ resource: this.#pick(this.#resources), mode: "exclusive" as const, weight: 1 }];
    return [
      {
        type: "intent.announced",
        intent: { intent, session: `s-${agent}`, agent, uses, startMs, endMs, reason: "next edit", announcedMs: atMs, committed: false },
        conflicts: [],
      },
    ];
  }

  #endPlan(): EventBody[] {
    const plan = this.#intents[0];
    return plan === undefined ? [] : [this.#endIntent(plan.intent, plan.agent, this.#random() < 0.5 ? "fulfilled" : "withdrawn")];
  }

  #endIntent(intent: string, agent: string, why: "fulfilled" | "withdrawn" | "sessionEnded"): EventBody {
    this.#intents.splice(
      this.#intents.findIndex((one) => one.intent === intent),
      1,
    );
    return { type: "intent.ended", intent, session: `s-${agent}`, agent, why };
  }

  #acquire(agent: string, atMs: number): EventBody[] {
    const resource = this.#pick(this.#resources);
    const mode = this.#random() < 0.2 ? ("shared" as const) : ("exclusive" as const);
    const held = this.#locks.get(resource) ?? [];
    if (held.some((lock) => lock.agent === agent)) return [];
    if (held.length === 0 || (mode === "shared" && held.every((lock) => lock.mode === "shared"))) return [this.#grant(agent, resource, mode, atMs, 0)];
    const wants = [{ resource, mode, weight: 1 }];
    const wait: Wait = {
      request: ++this.#request,
      session: `s-${agent}`,
      agent,
      command: `c${this.#request}`,
      wants,
      priority: 0,
      rank: atMs,
      queuedMs: atMs,
      reason: "edit",
    };
    this.#queues.set(resource, [...(this.#queues.get(resource) ?? []), wait]);
    return [{ type: "lock.queued", wait, blockers: [] }];
  }

  #grant(agent: string, resource: string, mode: "shared" | "exclusive", atMs: number, waitedMs: number, request?: number): EventBody {
    const level = resource.includes("part6") ? ("advisory" as const) : ("sequenced" as const);
    const lock: Lock = {
      fence: `${++this.#fence}`,
      resource,
      mode,
      weight: 1,
      level,
      guarded: true,
      session: `s-${agent}`,
      agent,
      command: `c${this.#fence}`,
      reason: "",
      grantedMs: atMs,
      waitedMs,
      holds: 1,
    };
    this.#locks.set(resource, [...(this.#locks.get(resource) ?? []), lock]);
    return { type: "lock.granted", session: lock.session, agent, command: lock.command, locks: [lock], ...(request === undefined ? {} : { request }) };
  }

  #release(atMs: number): EventBody[] {
    const resource = this.#pick(this.#resources);
    const lock = this.#locks.get(resource)?.[0];
    return lock === undefined ? [] : this.#endLock(lock, "released", atMs);
  }

  #force(atMs: number): EventBody[] {
    const lock = this.#locks.get(this.#pick(this.#resources))?.[0];
    return lock === undefined ? [] : this.#endLock(lock, "forced", atMs);
  }

  #endLock(lock: Lock, why: "released" | "left" | "expired" | "forced", atMs: number): EventBody[] {
    const { fence, resource, session, agent } = lock;
    const rest = (this.#locks.get(resource) ?? []).filter((one) => one !== lock);
    this.#locks.set(resource, rest);
    const bodies: EventBody[] = [];
    if (why === "forced") {
      this.#cooling.push({ fence, resource });
      bodies.push({ type: "lock.released", fence, resource, session, agent, why, coolingUntilMs: atMs + 5_000, actor, reason: "it was stuck" });
    } else bodies.push({ type: "lock.released", fence, resource, session, agent, why });
    const next = this.#queues.get(resource)?.[0];
    if (rest.length > 0 || next === undefined) return bodies;
    this.#queues.set(resource, (this.#queues.get(resource) ?? []).slice(1));
    bodies.push(this.#grant(next.agent, resource, next.wants[0]?.mode ?? "exclusive", atMs, atMs - next.queuedMs, next.request));
    return bodies;
  }

  #endCooling(): EventBody[] {
    const cooled = this.#cooling.shift();
    return cooled === undefined ? [] : [{ type: "lock.delayEnded", ...cooled }];
  }

  #giveUp(): EventBody[] {
    const resource = this.#pick(this.#resources);
    const [wait, ...rest] = this.#queues.get(resource) ?? [];
    if (wait === undefined) return [];
    this.#queues.set(resource, rest);
    return [{ type: "lock.dequeued", session: wait.session, agent: wait.agent, request: wait.request, command: wait.command, why: "deadline" }];
  }

  #refuse(agent: string): EventBody[] {
    const resource = this.#pick(this.#resources);
    return [{ type: "guard.refused", session: `s-${agent}`, agent, resource, fence: "7", highest: `${this.#fence}` }];
  }

  /** Some of those who wait. */
  waiting(): Wait[] {
    return [...this.#queues.values()].flat();
  }

  get agents(): readonly string[] {
    return this.#idle;
  }

  /** One that waited gives way. */
  giveWay(wait: Wait, deadlock: string): EventBody {
    for (const [resource, queue] of this.#queues)
      this.#queues.set(
        resource,
        queue.filter((one) => one !== wait),
      );
    return { type: "lock.dequeued", session: wait.session, agent: wait.agent, request: wait.request, command: wait.command, why: "victim", deadlock };
  }

  /** Upgrades, downgrades and hand-overs. */
  #turn(atMs: number): EventBody[] {
    const resource = this.#pick(this.#resources);
    const held = this.#locks.get(resource) ?? [];
    const lock = held[0];
    if (lock === undefined || held.length !== 1 || lock.level === "advisory") return [];
    const { fence, session, agent } = lock;
    if (lock.mode === "exclusive" && this.#random() < 0.5) {
      this.#locks.set(resource, [{ ...lock, mode: "shared" }]);
      return [{ type: "lock.downgraded", fence, resource, session, agent }];
    }
    const newFence = `${++this.#fence}`;
    if (lock.mode === "shared") {
      this.#locks.set(resource, [{ ...lock, mode: "exclusive", fence: newFence }]);
      return [{ type: "lock.upgraded", fence, resource, session, agent, newFence, command: lock.command, waitedMs: 0 }];
    }
    const toAgent = this.#pick([...this.#joined]);
    this.#locks.set(resource, [{ ...lock, agent: toAgent, session: `s-${toAgent}`, fence: newFence, grantedMs: atMs }]);
    return [{ type: "lock.transferred", fence, resource, session, agent, newFence, to: `s-${toAgent}`, toAgent }];
  }
}

/** Faults, deadlocks and findings in a made-up fleet. */
class SampleTrouble {
  readonly #fleet: SampleFleet;
  readonly #random: () => number;
  readonly #faults: Pick<EventOf<"fault.ended">, "fault" | "kind" | "target">[] = [];
  readonly #deadlocks: string[] = [];
  readonly #findings: string[] = [];
  #count = 0;

  constructor(fleet: SampleFleet, random: () => number) {
    this.#fleet = fleet;
    this.#random = random;
  }

  step(atMs: number): EventBody[] {
    const dice = this.#random();
    if (dice < 0.02) return [this.#begin(atMs)];
    if (dice < 0.04) return this.#heal();
    if (dice < 0.055) return this.#deadlock(atMs);
    if (dice < 0.07) return this.#resolve();
    if (dice < 0.08) return this.#find(atMs);
    return [];
  }

  #begin(atMs: number): EventBody {
    const agent = this.#fleet.agents[Math.floor(this.#random() * this.#fleet.agents.length)] as string;
    const target = this.#random() < 0.3 ? "w*" : agent;
    const fault = `f${++this.#count}`;
    const kind = this.#random() < 0.5 ? ("pause" as const) : ("drop" as const);
    this.#faults.push({ fault, kind, target });
    return {
      type: "fault.began",
      fault: { fault, kind, target, strength: 1, delayMs: 1_000, sinceMs: atMs, untilMs: atMs + 60_000, seed: 1, by: "dana", reason: "to see" },
    };
  }

  #heal(): EventBody[] {
    const [ended] = this.#faults.splice(Math.floor(this.#random() * this.#faults.length), 1);
    if (ended === undefined) return [];
    return [this.#random() < 0.5 ? { type: "fault.ended", ...ended, why: "healed" } : { type: "fault.ended", ...ended, why: "stopped" }];
  }

  #deadlock(atMs: number): EventBody[] {
    const [one, other] = this.#fleet.waiting();
    if (one === undefined || other === undefined || one.agent === other.agent) return [];
    const deadlock = `d${++this.#count}`;
    const step = (wait: Wait, on: Wait) => ({
      session: wait.session,
      agent: wait.agent,
      kind: "lock" as const,
      resource: wait.wants[0]?.resource ?? "",
      request: wait.request,
      on: on.session,
      onAgent: on.agent,
      sinceMs: wait.queuedMs,
    });
    const cycle = [step(one, other), step(other, one)];
    const plan = { act: "abort" as const, session: one.session, agent: one.agent, request: one.request, why: "youngest" };
    const members = [one.agent, other.agent];
    const rule = { policy: "detect" as const, victim: "youngest" as const, automatic: "live" as const };
    const detected: EventBody = { type: "deadlock.detected", found: { deadlock, cycle, members, resource: "", sinceMs: atMs, ...rule, candidates: [], plan } };
    if (this.#random() < 0.5) {
      this.#deadlocks.push(deadlock);
      return [detected];
    }
    return [detected, this.#fleet.giveWay(one, deadlock), { type: "deadlock.resolved", deadlock, how: "aborted", lastedMs: 0 }];
  }

  #resolve(): EventBody[] {
    const deadlock = this.#deadlocks.shift();
    return deadlock === undefined ? [] : [{ type: "deadlock.resolved", deadlock, how: "other", lastedMs: 1 }];
  }

  #find(atMs: number): EventBody[] {
    const raised = this.#findings.shift();
    if (raised !== undefined) return [{ type: "finding.cleared", finding: raised, kind: "starvation", lastedMs: 1 }];
    const agent = this.#fleet.agents[0] as string;
    const finding = `starvation ${agent}`;
    this.#findings.push(finding);
    return [
      {
        type: "finding.raised",
        found: { finding, kind: "starvation", agents: [agent], resources: ["repo/src/part0/file0.ts"], because: ["it waits"], sinceMs: atMs },
      },
    ];
  }
}

/** Mulberry32: small, seeded, good enough for samples. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
