import type { Event, Lock, Wait } from "../../../model/index.ts";
import { type CheckerFactory, checkers, type Fact, Monitor, type Step } from "../index.ts";

/** Builds streams of steps, good and bad, and tells which rules they break. */
export class Stream {
  readonly monitor: Monitor;
  readonly events: Event[] = [];
  nowMs = 1_000;

  constructor(only?: Record<string, CheckerFactory>) {
    this.monitor = new Monitor(only ?? checkers);
    this.monitor.fact({ kind: "started", position: 0, atMs: 0 });
  }

  step(command: Partial<Step["command"]> | undefined, ...bodies: readonly Record<string, unknown>[]): this {
    const events = bodies.map((body, index) => ({ position: this.events.length + index + 1, atMs: this.nowMs, ...body }) as Event);
    this.events.push(...events);
    this.monitor.step({ command: command === undefined ? undefined : ({ nowMs: this.nowMs, ...command } as Step["command"]), events, atMs: this.nowMs });
    return this;
  }

  join(...agents: string[]): this {
    for (const agent of agents) this.step(undefined, joined(agent));
    return this;
  }

  grant(agent: string, fence: string, resource: string, more: Partial<Lock> = {}, event: object = {}): this {
    return this.step(undefined, granted(agent, [lock(agent, fence, resource, { grantedMs: this.nowMs, ...more })], event));
  }

  configure(pattern: string, settings: object): this {
    return this.step(undefined, { type: "resource.configured", pattern, settings, actor, reason: "test" });
  }

  fact(fact: Fact): this {
    this.monitor.fact(fact);
    return this;
  }

  get broken(): string[] {
    return [...new Set(this.monitor.breaches.map((breach) => breach.rule))];
  }
}

export const actor = { principal: "dana", role: "operator" };
export const joined = (agent: string, session = `s-${agent}`) => ({
  type: "session.joined",
  session,
  agent,
  principal: "p",
  roles: [],
  labels: {},
  ttlMs: 1_000,
  resumeHash: "h",
});
export const who = (agent: string) => ({ session: `s-${agent}`, agent });

export function lock(agent: string, fence: string, resource: string, more: Partial<Lock> = {}): Lock {
  const fixed = {
    mode: "exclusive",
    weight: 1,
    level: "sequenced",
    guarded: false,
    command: `c${fence}`,
    reason: "",
    grantedMs: 1_000,
    waitedMs: 0,
    holds: 1,
  } as const;
  return { ...fixed, fence, resource, ...who(agent), ...more };
}

export const granted = (agent: string, locks: readonly Lock[], more: object = {}) => ({
  type: "lock.granted",
  ...who(agent),
  command: locks[0]?.command ?? "c",
  locks,
  ...more,
});
export const released = (agent: string, fence: string, resource: string, more: object = {}) => ({
  type: "lock.released",
  ...who(agent),
  fence,
  resource,
  why: "released",
  ...more,
});

export function queued(agent: string, request: number, resource: string, more: Partial<Wait> = {}, blockers: object[] = []): Record<string, unknown> {
  const wants = [{ resource, mode: "exclusive", weight: 1 }];
  const wait = { request, ...who(agent), command: `w${request}`, wants, priority: 0, rank: 1_000, queuedMs: 1_000, reason: "", ...more };
  return { type: "lock.queued", wait, blockers };
}

export const heldBy = (agent: string, fence: string, resource: string) => ({ kind: "holder", agent, resource, mode: "exclusive", fence, sinceMs: 1_000 });
export const asks = (agent: string, command: object) =>
  ({ from: "agent", session: `s-${agent}`, command: { id: "x", ...command } }) as unknown as Partial<Step["command"]>;
export const intent = (agent: string, id: string, more: object = {}) => ({
  type: "intent.announced",
  intent: {
    intent: id,
    ...who(agent),
    uses: [{ resource: "k", mode: "exclusive", weight: 1 }],
    startMs: 1_000,
    endMs: 2_000,
    reason: "r",
    announcedMs: 1_000,
    committed: false,
    ...more,
  },
  conflicts: [],
});
/** `a` holds k, b waits for it. */
export const contended = () =>
  new Stream()
    .join("a", "b", "c")
    .grant("a", "1", "k")
    .step(undefined, queued("b", 1, "k", {}, [heldBy("a", "1", "k")]));

export const want = (resource: string) => ({ resource, mode: "exclusive", weight: 1 });
export const step = (agent: string, request: number, resource: string, on: string, kind = "lock") => ({
  session: `s-${agent}`,
  agent,
  kind,
  resource,
  request,
  on: `s-${on}`,
  onAgent: on,
  sinceMs: 1_000,
});

/** The record of a ring of a and b, a waiting with request 1 for y, b with 2 for x. */
export function deadlock(more: object = {}): Record<string, unknown> {
  const found = {
    deadlock: "d1",
    cycle: [step("b", 2, "x", "a"), step("a", 1, "y", "b")],
    members: ["a", "b"],
    resource: "x",
    sinceMs: 1_000,
    policy: "detect",
    automatic: "live",
    candidates: [],
    plan: { act: "abort", session: "s-b", agent: "b", request: 2, why: "" },
    ...more,
  };
  return { type: "deadlock.detected", found };
}
export const givesWay = (agent: string, request: number, more: object = {}) => ({
  type: "lock.dequeued",
  ...who(agent),
  request,
  command: `w${request}`,
  why: "victim",
  deadlock: "d1",
  ...more,
});
export const resolved = (how = "aborted") => ({ type: "deadlock.resolved", deadlock: "d1", how, lastedMs: 0 });
/** a holds x and waits for y, b holds y; `last` are the events by which b comes to wait for x. The first is the older one. */
export function ring(last: readonly Record<string, unknown>[], settings: object = {}, order: readonly ("a" | "b")[] = ["a", "b"]): Stream {
  const stream = new Stream().join("a", "b", "c").configure("**", settings);
  const [x, y] = order[0] === "a" ? ["1", "2"] : ["2", "1"];
  for (const agent of order) {
    stream.nowMs += 10;
    stream.grant(agent, agent === "a" ? x : y, agent === "a" ? "x" : "y");
  }
  const at = { rank: stream.nowMs, queuedMs: stream.nowMs };
  stream.step(undefined, queued("a", 1, "y", { wants: [want("y")] as never, ...at }, [heldBy("b", y, "y")]));
  return stream.step(undefined, queued("b", 2, "x", { wants: [want("x")] as never, ...at }, [heldBy("a", x, "x")]), ...last);
}

export const fault = (more: object = {}) => ({
  type: "fault.began",
  fault: { fault: "f1", kind: "pause", target: "a", strength: 1, delayMs: 0, sinceMs: 1_000, untilMs: 2_000, seed: 7, by: "dana", reason: "r", ...more },
});
export const schedule = (more: object = {}) => ({
  type: "schedule.set",
  schedule: {
    schedule: "c1",
    kind: "pause",
    target: "*",
    strength: 1,
    delayMs: 0,
    durationMs: 1_000,
    everyMs: 1_000,
    halt: {},
    seed: 7,
    runs: 0,
    nextMs: 2_000,
    by: "dana",
    reason: "r",
    ...more,
  },
  actor,
});

/** A rule, what goes against it in words, and a stream in which it does. */
export type Bad = readonly (readonly [rule: string, what: string, make: () => Stream])[];

/** Those of the checkers that none of the streams trips. */
export function silentAmong(names: readonly string[], bad: Bad): string[] {
  const tripped = new Set(bad.flatMap(([, , make]) => make().monitor.breaches.map((breach) => breach.checker)));
  return names.filter((name) => !tripped.has(name));
}
