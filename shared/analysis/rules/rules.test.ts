import { describe, expect, test } from "vitest";
import type { Event, Lock, Wait } from "../../model/index.ts";
import { emptyState, evolve, toSnapshot } from "../../state/index.ts";
import { type CheckerFactory, checkers, type Fact, Monitor, type Step } from "./index.ts";
import { covers, overlaps } from "./match.ts";

/** Builds streams of steps, good and bad, and tells which rules they break. */
class Stream {
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

const actor = { principal: "dana", role: "operator" };
const joined = (agent: string, session = `s-${agent}`) => ({
  type: "session.joined",
  session,
  agent,
  principal: "p",
  roles: [],
  labels: {},
  ttlMs: 1_000,
  resumeHash: "h",
});
const who = (agent: string) => ({ session: `s-${agent}`, agent });

function lock(agent: string, fence: string, resource: string, more: Partial<Lock> = {}): Lock {
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

const granted = (agent: string, locks: readonly Lock[], more: object = {}) => ({
  type: "lock.granted",
  ...who(agent),
  command: locks[0]?.command ?? "c",
  locks,
  ...more,
});
const released = (agent: string, fence: string, resource: string, more: object = {}) => ({
  type: "lock.released",
  ...who(agent),
  fence,
  resource,
  why: "released",
  ...more,
});

function queued(agent: string, request: number, resource: string, more: Partial<Wait> = {}, blockers: object[] = []): Record<string, unknown> {
  const wants = [{ resource, mode: "exclusive", weight: 1 }];
  const wait = { request, ...who(agent), command: `w${request}`, wants, priority: 0, rank: 1_000, queuedMs: 1_000, reason: "", ...more };
  return { type: "lock.queued", wait, blockers };
}

const heldBy = (agent: string, fence: string, resource: string) => ({ kind: "holder", agent, resource, mode: "exclusive", fence, sinceMs: 1_000 });
const asks = (agent: string, command: object) =>
  ({ from: "agent", session: `s-${agent}`, command: { id: "x", ...command } }) as unknown as Partial<Step["command"]>;
const intent = (agent: string, id: string, more: object = {}) => ({
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
const contended = () =>
  new Stream()
    .join("a", "b", "c")
    .grant("a", "1", "k")
    .step(undefined, queued("b", 1, "k", {}, [heldBy("a", "1", "k")]));

test("a good stream breaks nothing", () => {
  const stream = contended();
  stream.nowMs = 1_500;
  stream.step(
    asks("a", { type: "lock.release", resource: "k", fence: "1" }),
    released("a", "1", "k", { cause: { sender: "s-a", id: "x" } }),
    granted("b", [lock("b", "2", "k")], { request: 1, command: "w1" }),
  );
  stream.fact({ kind: "notified", session: "s-b", notices: [{ type: "granted", command: "w1" }], durable: 99 });
  stream.step(undefined, released("b", "2", "k", { why: "expired", coolingUntilMs: 6_500 }), {
    type: "session.ended",
    ...who("b"),
    why: "expelled",
    actor,
    reason: "r",
  });
  expect(stream.broken).toEqual([]);
});

const want = (resource: string) => ({ resource, mode: "exclusive", weight: 1 });
const step = (agent: string, request: number, resource: string, on: string, kind = "lock") => ({
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
function deadlock(more: object = {}): Record<string, unknown> {
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
const givesWay = (agent: string, request: number, more: object = {}) => ({
  type: "lock.dequeued",
  ...who(agent),
  request,
  command: `w${request}`,
  why: "victim",
  deadlock: "d1",
  ...more,
});
const resolved = (how = "aborted") => ({ type: "deadlock.resolved", deadlock: "d1", how, lastedMs: 0 });
/** a holds x and waits for y, b holds y; `last` are the events by which b comes to wait for x. The first is the older one. */
function ring(last: readonly Record<string, unknown>[], settings: object = {}, order: readonly ("a" | "b")[] = ["a", "b"]): Stream {
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

const fault = (more: object = {}) => ({
  type: "fault.began",
  fault: { fault: "f1", kind: "pause", target: "a", strength: 1, delayMs: 0, sinceMs: 1_000, untilMs: 2_000, seed: 7, by: "dana", reason: "r", ...more },
});
const schedule = (more: object = {}) => ({
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

test("a deadlock that is found and resolved breaks nothing", () => {
  const stream = ring([deadlock(), givesWay("b", 2), resolved()]);
  expect(stream.broken).toEqual([]);
});

const bad: readonly (readonly [rule: string, what: string, make: () => Stream])[] = [
  ["LK-1", "two exclusive holders", () => new Stream().join("a", "b").grant("a", "1", "repo").grant("b", "2", "repo/src")],
  [
    "LK-1",
    "an upgrade beside another holder",
    () =>
      new Stream()
        .join("a", "b")
        .grant("a", "1", "k", { mode: "shared" })
        .grant("b", "2", "k", { mode: "shared" })
        .step(undefined, { type: "lock.upgraded", ...who("a"), fence: "1", resource: "k", newFence: "3", command: "u", waitedMs: 0 }),
  ],
  [
    "LK-1",
    "a transfer into a conflict",
    () =>
      new Stream()
        .join("a", "b")
        .grant("a", "1", "repo")
        .grant("a", "2", "repo/src")
        .step(undefined, { type: "lock.transferred", ...who("a"), fence: "2", resource: "repo/src", newFence: "3", to: "s-b", toAgent: "b" }),
  ],
  [
    "LK-1",
    "a grant during the lock-delay",
    () =>
      new Stream()
        .join("a", "b")
        .grant("a", "1", "k")
        .step(undefined, released("a", "1", "k", { why: "overheld", coolingUntilMs: 6_000 }))
        .grant("b", "2", "k"),
  ],
  [
    "LK-2",
    "a shared parent over an exclusive child",
    () => new Stream().join("a", "b").grant("a", "1", "repo/src").grant("b", "2", "repo", { mode: "shared" }),
  ],
  ["LK-3", "a unit too many", () => new Stream().join("a", "b").configure("gpu", { capacity: 2 }).grant("a", "1", "gpu", { weight: 2 }).grant("b", "2", "gpu")],
  ["LK-3", "a semaphore taken shared", () => new Stream().join("a").configure("gpu", { capacity: 2 }).grant("a", "1", "gpu", { mode: "shared" })],
  [
    "LK-5",
    "a fence given twice",
    () =>
      new Stream()
        .join("a")
        .grant("a", "2", "k")
        .step(undefined, released("a", "2", "k"))
        .grant("a", "2", "k"),
  ],
  [
    "LK-5",
    "a transfer without a new fence",
    () =>
      new Stream()
        .join("a", "b")
        .grant("a", "2", "k")
        .step(undefined, { type: "lock.transferred", ...who("a"), fence: "2", resource: "k", newFence: "1", to: "s-b", toAgent: "b" }),
  ],
  [
    "LK-6",
    "a guard that lets an old fence in",
    () => new Stream().fact({ kind: "wrote", resource: "k", fence: "10", accepted: true }).fact({ kind: "wrote", resource: "k", fence: "9", accepted: true }),
  ],
  ["LK-6", "a guard that keeps its holder out", () => new Stream().fact({ kind: "wrote", resource: "k", fence: "10", accepted: false })],
  [
    "LK-7",
    "a stranger's release",
    () =>
      new Stream()
        .join("a", "b")
        .grant("a", "1", "k")
        .step(asks("b", { type: "lock.release", resource: "k", fence: "1" }), released("a", "1", "k")),
  ],
  [
    "LK-8",
    "half a request",
    () =>
      new Stream().join("a").step(
        asks("a", {
          type: "lock.acquire",
          wants: [
            { resource: "k", mode: "exclusive", weight: 1 },
            { resource: "l", mode: "exclusive", weight: 1 },
          ],
        }),
        granted("a", [lock("a", "1", "k")]),
      ),
  ],
  [
    "LK-9",
    "one release of two",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k", { holds: 2 })
        .step(undefined, released("a", "1", "k")),
  ],
  [
    "LK-10",
    "an upgrade of what is exclusive",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k")
        .step(undefined, { type: "lock.upgraded", ...who("a"), fence: "1", resource: "k", newFence: "2", command: "u", waitedMs: 0 }),
  ],
  [
    "LK-11",
    "a downgrade of what is shared",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k", { mode: "shared" })
        .step(undefined, { type: "lock.downgraded", ...who("a"), fence: "1", resource: "k" }),
  ],
  [
    "LK-12",
    "a transfer to somebody who is not there",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k")
        .step(undefined, { type: "lock.transferred", ...who("a"), fence: "1", resource: "k", newFence: "2", to: "s-b", toAgent: "b" }),
  ],
  [
    "LK-17",
    "a cancel of somebody else's request",
    () =>
      contended().step(asks("c", { type: "lock.cancel", acquire: "w1" }), { type: "lock.dequeued", ...who("b"), request: 1, command: "w1", why: "cancelled" }),
  ],
  ["SE-4", "a heartbeat that writes", () => new Stream().join("a").fact({ kind: "renewed", session: "s-a", atMs: 1_500, events: 1 })],
  [
    "IN-5",
    "a check that announces",
    () => new Stream().join("a").step(asks("a", { type: "intent.check", uses: [], startsInMs: 0, lastsMs: 1 }), intent("a", "i1")),
  ],
  [
    "LK-21",
    "a free resource that is refused",
    () => new Stream().join("a").step(asks("a", { type: "lock.acquire", priority: 0, wants: [{ resource: "k", mode: "exclusive", weight: 1 }] })),
  ],
  [
    "LK-7",
    "a holder who cannot let go",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k")
        .step(asks("a", { type: "lock.release", resource: "k", fence: "1" })),
  ],
  [
    "LK-11",
    "a holder who cannot downgrade",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k")
        .step(asks("a", { type: "lock.downgrade", resource: "k", fence: "1" })),
  ],
  ["LK-17", "a waiter who cannot give up", () => contended().step(asks("b", { type: "lock.cancel", acquire: "w1" }))],
  [
    "LK-13",
    "no lock-delay after an expiry",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k")
        .step(undefined, released("a", "1", "k", { why: "expired" })),
  ],
  [
    "LK-13",
    "a lock-delay behind a guard",
    () =>
      new Stream()
        .join("a")
        .configure("k", { guarded: true })
        .grant("a", "1", "k", { guarded: true })
        .step(undefined, released("a", "1", "k", { why: "forced", actor, reason: "r", coolingUntilMs: 6_000 })),
  ],
  [
    "LK-13",
    "a lock-delay without end",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k")
        .step(undefined, released("a", "1", "k", { why: "overheld", coolingUntilMs: 6_000 }))
        .fact({ kind: "awake", atMs: 6_001 }),
  ],
  [
    "LK-14",
    "a hold beyond its limit",
    () =>
      new Stream()
        .join("a")
        .configure("k", { maxHoldMs: 500 })
        .step(asks("a", { type: "lock.acquire", wants: [{ resource: "k", mode: "exclusive", weight: 1 }] }), granted("a", [lock("a", "1", "k")])),
  ],
  [
    "LK-14",
    "overheld too early",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k", { holdUntilMs: 5_000 })
        .step(undefined, released("a", "1", "k", { why: "overheld", coolingUntilMs: 6_000 })),
  ],
  [
    "LK-15",
    "a try in the queue",
    () =>
      new Stream()
        .join("a", "b")
        .grant("a", "1", "k")
        .step(asks("b", { type: "lock.acquire", wants: [], waitMs: 0 }), queued("b", 1, "k", { deadlineMs: 1_000 }, [heldBy("a", "1", "k")])),
  ],
  [
    "LK-16",
    "a grant after the deadline",
    () => {
      const stream = new Stream()
        .join("a", "b")
        .grant("a", "1", "k")
        .step(undefined, queued("b", 1, "k", { deadlineMs: 1_200 }, [heldBy("a", "1", "k")]));
      stream.nowMs = 1_300;
      return stream.step(undefined, released("a", "1", "k"), granted("b", [lock("b", "2", "k")], { request: 1, command: "w1" }));
    },
  ],
  [
    "LK-16",
    "a wait past its deadline",
    () =>
      new Stream()
        .join("a", "b")
        .grant("a", "1", "k")
        .step(undefined, queued("b", 1, "k", { deadlineMs: 1_200 }, [heldBy("a", "1", "k")]))
        .fact({ kind: "awake", atMs: 1_201 }),
  ],
  [
    "LK-18",
    "barging",
    () =>
      contended()
        .step(undefined, released("a", "1", "k"))
        .step(asks("c", { type: "lock.acquire", priority: 0, wants: [{ resource: "k", mode: "exclusive", weight: 1 }] }), granted("c", [lock("c", "2", "k")])),
  ],
  [
    "LK-19",
    "a rank without its priority",
    () =>
      new Stream()
        .join("a", "b")
        .grant("a", "1", "k")
        .step(undefined, queued("b", 1, "k", { priority: 2 }, [heldBy("a", "1", "k")])),
  ],
  [
    "LK-20",
    "an overtaking that is not told",
    () => {
      const stream = contended().step(undefined, queued("c", 2, "k", { priority: 2, rank: -19_000 }, [heldBy("a", "1", "k")]));
      return stream.step(undefined, released("a", "1", "k"), granted("c", [lock("c", "2", "k")], { request: 2, command: "w2" }));
    },
  ],
  ["LK-21", "a waiter forgotten", () => contended().step(undefined, released("a", "1", "k"))],
  ["LK-22", "a waiter without end", () => contended().fact({ kind: "settled", atMs: 99_000 })],
  ["LK-23", "a release of nothing", () => new Stream().join("a").step(undefined, released("a", "7", "k"))],
  [
    "LK-23",
    "a lock that ends twice",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k")
        .step(undefined, released("a", "1", "k", { why: "overheld", coolingUntilMs: 6_000 }))
        .step(undefined, released("a", "1", "k")),
  ],
  [
    "LK-24",
    "a blocker that is none",
    () =>
      new Stream()
        .join("a", "b")
        .grant("a", "1", "k")
        .step(undefined, queued("b", 1, "k", {}, [heldBy("a", "3", "k")])),
  ],
  [
    "LK-24",
    "a refused try without its blocker",
    () =>
      new Stream()
        .join("a", "b")
        .grant("a", "1", "k")
        .step(asks("b", { type: "lock.acquire", priority: 0, waitMs: 0, wants: [{ resource: "k", mode: "exclusive", weight: 1 }] }))
        .fact({
          kind: "answered",
          sender: "s-b",
          answer: { id: "x", ok: false, error: { code: "busy", message: "", blockers: [] } },
          decidedAt: 0,
          durable: 9,
        }),
  ],
  ["SE-1", "two sessions of an agent", () => new Stream().join("a").step(undefined, joined("a", "s-2"))],
  [
    "SE-2",
    "an expiry too early",
    () => {
      const stream = new Stream().join("a").fact({ kind: "renewed", session: "s-a", atMs: 1_500, events: 0 });
      stream.nowMs = 2_400;
      return stream.step(undefined, { type: "session.ended", ...who("a"), why: "expired" });
    },
  ],
  ["SE-3", "a session that outlives its lease", () => new Stream().join("a").fact({ kind: "awake", atMs: 2_001 })],
  [
    "SE-5",
    "a lock that outlives its session",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k")
        .step(undefined, { type: "session.ended", ...who("a"), why: "left" }),
  ],
  [
    "SE-6",
    "a grant to the dead",
    () =>
      new Stream()
        .join("a")
        .step(undefined, { type: "session.ended", ...who("a"), why: "left" })
        .grant("a", "1", "k"),
  ],
  [
    "SE-7",
    "a client that is still certain",
    () => {
      const stream = new Stream().join("a").fact({ kind: "certain", session: "s-a", untilMs: 3_000 });
      stream.nowMs = 2_500;
      return stream.step(undefined, { type: "session.ended", ...who("a"), why: "expired" });
    },
  ],
  [
    "SE-8",
    "a command applied twice",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k", {}, { cause: { sender: "s-a", id: "c" } })
        .grant("a", "2", "l", {}, { cause: { sender: "s-a", id: "c" } }),
  ],
  [
    "SE-8",
    "two answers to one command",
    () => {
      const answered = (status: "done" | "fenced"): Fact => ({
        kind: "answered",
        sender: "s-a",
        answer: { id: "c", ok: true, result: status === "done" ? { status } : { status, fence: "2" } },
        decidedAt: 9,
        durable: 9,
      });
      return new Stream()
        .join("a")
        .grant("a", "1", "k", {}, { cause: { sender: "s-a", id: "c" } })
        .fact(answered("done"))
        .fact(answered("fenced"));
    },
  ],
  ["SE-9", "a word of the dead", () => new Stream().step(undefined, { type: "session.declared", ...who("a"), state: "idle", doing: "", progress: 0 })],
  [
    "SE-10",
    "progress that falls",
    () =>
      new Stream()
        .join("a")
        .step(undefined, { type: "session.declared", ...who("a"), state: "idle", doing: "", progress: 5 })
        .step(undefined, { type: "session.declared", ...who("a"), state: "idle", doing: "", progress: 4 }),
  ],
  [
    "SE-11",
    "a grant that nobody hears of",
    () =>
      contended()
        .step(undefined, released("a", "1", "k"), granted("b", [lock("b", "2", "k")], { request: 1, command: "w1" }))
        .fact({ kind: "awake", atMs: 1_000 }),
  ],
  [
    "SE-11",
    "a notice of nothing",
    () => new Stream().join("a").fact({ kind: "notified", session: "s-a", notices: [{ type: "revoked", fence: "1" }], durable: 9 }),
  ],
  [
    "IN-1",
    "two committed intents",
    () =>
      new Stream()
        .join("a", "b")
        .step(undefined, intent("a", "i1"))
        .step(undefined, intent("b", "i2"))
        .step(undefined, { type: "intent.committed", intent: "i1", ...who("a") })
        .step(undefined, { type: "intent.committed", intent: "i2", ...who("b") }),
  ],
  [
    "LK-23",
    "an intent that ends twice (IN-2)",
    () => {
      const ended = { type: "intent.ended", intent: "i1", ...who("a"), why: "withdrawn" };
      return new Stream().join("a").step(undefined, intent("a", "i1")).step(undefined, ended).step(undefined, ended);
    },
  ],
  [
    "IN-3",
    "an intent that expires early",
    () =>
      new Stream()
        .join("a")
        .step(undefined, intent("a", "i1"))
        .step(undefined, { type: "intent.ended", intent: "i1", ...who("a"), why: "expired" }),
  ],
  ["IN-3", "an intent without end", () => new Stream().join("a").step(undefined, intent("a", "i1")).fact({ kind: "awake", atMs: 2_001 })],
  ["IN-4", "an intent that is not told of another", () => new Stream().join("a", "b").step(undefined, intent("a", "i1")).step(undefined, intent("b", "i2"))],
  ["LE-1", "a record at level none", () => new Stream().join("a").configure("k", { level: "none" }).grant("a", "1", "k", { level: "none" })],
  [
    "LE-2",
    "an advisory request that waits",
    () =>
      new Stream()
        .join("a", "b")
        .configure("k", { level: "advisory" })
        .step(undefined, queued("b", 1, "k")),
  ],
  [
    "LE-3",
    "two writers of one version",
    () => {
      const wrote = (agent: string, fence: string, version: string) => ({ type: "version.advanced", ...who(agent), fence, resource: "d", version, base: "0" });
      return new Stream()
        .join("a", "b")
        .configure("d", { level: "optimistic" })
        .grant("a", "1", "d", { level: "optimistic", version: "0" })
        .grant("b", "2", "d", { level: "optimistic", version: "0" })
        .step(undefined, wrote("a", "1", "3"))
        .step(undefined, wrote("b", "2", "4"));
    },
  ],
  [
    "LE-4",
    "a floor below what it buries",
    () =>
      new Stream()
        .join("a")
        .configure("d", { level: "optimistic" })
        .grant("a", "1", "d", { level: "optimistic", version: "0" })
        .step(undefined, { type: "version.advanced", ...who("a"), fence: "1", resource: "d", version: "5", base: "0" })
        .step(undefined, { type: "version.folded", floor: "4", resources: ["d"] }),
  ],
  ["LE-5", "a lock that is not guarded as the rules say", () => new Stream().join("a").configure("k", { guarded: true }).grant("a", "1", "k")],
  [
    "OP-1",
    "an act without its actor",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k")
        .step(undefined, released("a", "1", "k", { why: "forced", coolingUntilMs: 6_000, reason: "r" })),
  ],
  [
    "OP-2",
    "another lock than the one named",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k")
        .step(
          { from: "operator", actor, command: { id: "o", type: "lock.forceRelease", resource: "k", fence: "9", reason: "r" } } as never,
          released("a", "1", "k", { why: "forced", coolingUntilMs: 6_000, actor, reason: "r" }),
        ),
  ],
  [
    "OP-3",
    "a grant on ice",
    () => new Stream().join("a").step(undefined, { type: "resource.frozen", resource: "repo", actor, reason: "r" }).grant("a", "1", "repo/src"),
  ],
  [
    "OP-5",
    "an act that is not what its preview said",
    () =>
      new Stream().fact({
        kind: "previewed",
        effect: { loses: [{ agent: "a", resource: "k", fence: "1", heldMs: 0 }], gains: [], dequeues: [], guards: [], keeps: [], lockDelayMs: 0 },
        events: [],
      }),
  ],
  [
    "OP-6",
    "an act by a viewer",
    () => new Stream().step(undefined, { type: "resource.frozen", resource: "k", actor: { principal: "v", role: "viewer" }, reason: "r" }),
  ],
  [
    "JR-1",
    "an answer before it is durable",
    () => new Stream().fact({ kind: "answered", sender: "s", answer: { id: "c", ok: true, result: { status: "done" } }, decidedAt: 2, durable: 1 }),
  ],
  ["JR-2", "a gap", () => new Stream().step(undefined, { ...joined("a"), position: 2 })],
  ["JR-2", "time that goes back", () => new Stream().join("a").step(undefined, { ...joined("b"), atMs: 999 })],
  [
    "JR-3",
    "a state that is not what the events say",
    () => {
      const stream = new Stream().join("a");
      const state = emptyState("x");
      for (const event of stream.events) evolve(state, event);
      return stream.fact({ kind: "state", snapshot: { ...toSnapshot(state), lastFence: "7" }, origin: "restart", senders: new Set() });
    },
  ],
  ["JR-5", "an append after a failed one", () => new Stream().fact({ kind: "appendFailed" }).fact({ kind: "appended", expected: 0, count: 1 })],
  [
    "JR-8",
    "an event published twice",
    () => {
      const stream = new Stream().join("a");
      const fact: Fact = { kind: "published", events: stream.events, durable: 9 };
      return stream.fact(fact).fact(fact);
    },
  ],
  ["WG-1", "a deadlock that nobody sees", () => ring([])],
  ["WG-1", "a deadlock that is none", () => contended().step(undefined, deadlock({ cycle: [step("b", 1, "k", "a"), step("a", 9, "k", "b")] }))],
  ["WG-1", "a deadlock resolved while it stands", () => ring([deadlock({ automatic: "off" }), resolved("other")], { automatic: "off" })],
  [
    "WG-1",
    "a deadlock that stands though somebody let go",
    () => ring([deadlock({ automatic: "off" })], { automatic: "off" }).step(undefined, { ...givesWay("a", 1), why: "cancelled" }),
  ],
  [
    "WG-2",
    "a declared wait that outlives its session",
    () =>
      new Stream()
        .join("a", "b")
        .step(undefined, {
          type: "wait.declared",
          wait: { declared: "w1", ...who("a"), kind: "message", on: ["b"], need: 1, what: "review", sinceMs: 1_000 },
        })
        .step(undefined, { type: "session.ended", ...who("a"), why: "left" }),
  ],
  [
    "WG-3",
    "a victim outside the cycle",
    () =>
      ring([
        { ...queued("c", 3, "y", { rank: 1_020, queuedMs: 1_020 }), blockers: [] },
        deadlock({ plan: { act: "abort", session: "s-c", agent: "c", why: "" } }),
        givesWay("c", 3),
        resolved(),
      ]),
  ],
  [
    "WG-4",
    "a reordering for nothing",
    () => contended().step(undefined, { type: "lock.reordered", ...who("b"), request: 1, rank: 9, before: 1, deadlock: "d9" }),
  ],
  ["WG-5", "the oldest gives way", () => ring([deadlock({ plan: { act: "abort", session: "s-a", agent: "a", why: "" } }), givesWay("a", 1), resolved()])],
  [
    "WG-6",
    "one that gives way for ever",
    () => {
      const stream = new Stream().join("a", "b", "c").grant("c", "1", "z");
      stream.nowMs += 10;
      stream.grant("a", "2", "x").grant("b", "3", "y");
      stream.step(undefined, queued("c", 1, "x", { rank: 1_010, queuedMs: 1_010 }, [heldBy("a", "2", "x")]));
      stream.step(undefined, queued("a", 2, "y", { rank: 1_010, queuedMs: 1_010 }, [heldBy("b", "3", "y")]));
      const cycle = [step("b", 9, "z", "c"), step("c", 1, "x", "a"), step("a", 2, "y", "b")];
      for (let round = 0; round < 4; round++) {
        const asks = queued("b", 9, "z", { rank: 1_010, queuedMs: 1_010 }, [heldBy("c", "1", "z")]);
        stream.step(undefined, asks, deadlock({ cycle, resource: "z" }), givesWay("b", 9), resolved());
      }
      return stream;
    },
  ],
  ["WG-7", "an act in shadow", () => ring([deadlock({ automatic: "shadow" }), givesWay("b", 2), resolved()], { automatic: "shadow" })],
  ["WG-7", "a deadlock left standing", () => ring([deadlock()])],
  ["WG-7", "an order that is not kept", () => new Stream().join("a").configure("**", { policy: "ordered" }).grant("a", "1", "y").grant("a", "2", "x")],
  [
    "WG-8",
    "a holder that does not inherit",
    () => {
      const stream = new Stream().join("a", "b", "c").configure("**", { inherit: true }).grant("a", "1", "x").grant("b", "2", "y");
      stream.step(undefined, queued("a", 1, "y", {}, [heldBy("b", "2", "y")]));
      return stream.step(undefined, queued("c", 2, "x", { priority: 2, rank: -19_000 }, [heldBy("a", "1", "x")]));
    },
  ],
  [
    "OP-7",
    "a lock beyond the quota",
    () =>
      new Stream()
        .join("a", "b")
        .step(undefined, { type: "quota.set", principal: "p", locks: 1, waits: null, actor, reason: "r" })
        .grant("a", "1", "x")
        .grant("b", "2", "y"),
  ],
  ["FI-1", "a fault at nobody", () => new Stream().step(undefined, fault())],
  ["FI-1", "a fault without end", () => new Stream().join("a").step(undefined, fault()).fact({ kind: "awake", atMs: 2_001 })],
  [
    "FI-2",
    "a fault that outlives stop all",
    () =>
      new Stream()
        .join("a")
        .step(undefined, fault())
        .step({ from: "operator", actor, command: { id: "o", type: "fault.stopAll", reason: "r" } } as never),
  ],
  [
    "FI-3",
    "a schedule that strikes as it likes",
    () =>
      new Stream()
        .join("a", "b")
        .step(undefined, schedule())
        .step(undefined, fault({ schedule: "c1", seed: 8 })),
  ],
  [
    "FI-4",
    "a schedule that strikes the sick",
    () =>
      new Stream()
        .join("a")
        .step(undefined, schedule({ halt: { agents: 2 } }))
        .step(undefined, fault({ schedule: "c1" })),
  ],
  [
    "FI-5",
    "a lie that nobody writes down",
    () =>
      new Stream()
        .join("a", "b")
        .grant("a", "1", "k")
        .step(asks("b", { type: "lock.release", resource: "k", fence: "1" })),
  ],
  [
    "FI-5",
    "a truth that is called a lie",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k")
        .step(undefined, { type: "claim.refused", ...who("a"), command: "x", resource: "k", fence: "1", holder: "a" }),
  ],
  ["LK-22", "a healthy agent that gets nothing", () => new Stream().fact({ kind: "starved", agent: "a", rounds: 0, sinceMs: 0, atMs: 90_000 })],
  [
    "JR-10",
    "answers of somebody who left",
    () =>
      new Stream().fact({ kind: "state", snapshot: { ...toSnapshot(emptyState("x")), answers: [["s-gone", []]] }, origin: "live state", senders: new Set() }),
  ],
  [
    "JR-10",
    "a lock that never leaves",
    () => new Stream().fact({ kind: "drained", snapshot: { ...toSnapshot(emptyState("x")), locks: [lock("a", "1", "k")] } }),
  ],
];

test.each(bad)("%s shows %s", (rule, _, make) => {
  expect(make().broken).toContain(rule);
});

test("every checker catches some bad stream", () => {
  const silent = Object.entries(checkers).filter(
    ([name, create]) => !bad.some(([, , make]) => make().monitor.breaches.some((breach) => breach.checker === name) && create !== undefined),
  );
  expect(silent.map(([name]) => name)).toEqual([]);
});

describe("match", () => {
  test.each([
    ["repo", "repo/src", true],
    ["repo/src", "repo/srcs", false],
    ["repo/*/x", "repo/a", true],
    ["repo/**/*.test.ts", "repo/src/a.test.ts", true],
    ["repo/**/*.test.ts", "repo/src/a.ts", false],
    ["**/a.ts/*", "repo/src/a.ts", true],
    ["a*c", "*bc", true],
    ["a*", "b*", false],
  ])("LK-4 %s and %s: %s", (a, b, expected) => {
    expect([overlaps(a, b), overlaps(b, a)]).toEqual([expected, expected]);
  });

  test("LE-5 a glob is covered by its text", () => {
    expect([covers("repo/*.ts", "repo/a.ts"), covers("repo/*.ts", "repo/a*"), covers("repo/**", "repo/src/*.ts"), covers("repo/?", "repo/*")]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});
