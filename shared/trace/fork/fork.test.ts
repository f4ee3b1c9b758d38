import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TestSpace } from "../../engine/testing/space.ts";
import type { EngineCommand, Event } from "../../model/index.ts";
import { emptyState, evolve } from "../../state/index.ts";
import { type OpenTrace, traceOf } from "../seek/reader.ts";
import { type Journal, journalOf, openedAfter } from "../testing/journals.ts";
import { type Forked, type ForkOptions, forkTrace } from "./fork.ts";

/** A recording made by hand: each call is a decision of its own, at its own time. */
class Recording extends TestSpace {
  trace(): OpenTrace {
    return traceOf({ engine: "test", space: "test", name: "by hand", base: "0".repeat(64) }, undefined, this.decisions);
  }

  after(ms: number): this {
    this.nowMs += ms;
    return this;
  }
}

function fork(trace: OpenTrace, options: Partial<ForkOptions> = {}): Forked {
  const run = forkTrace(trace, { at: 0, change: { change: "nothing" }, agents: "recorded", seed: 1, engine: "test", ...options });
  for (;;) {
    const { done, value } = run.next();
    if (done === true) return value;
  }
}

const eventsOf = ({ open }: Forked): Event[] => open.trace.events(open.trace.from, open.trace.to);
/** What happened, without numbers that say nothing. The recordings made here have no detectors to find anything. */
const bare = (events: readonly Event[]) => events.filter(({ type }) => !type.startsWith("finding.")).map(({ position: _, cause: __, ...event }) => event);

/** Two that want both files in opposite orders; the younger gives way and comes back. */
function opposite(): Recording {
  const space = new Recording();
  for (const agent of ["w1", "w2"]) space.join(agent);
  space.configure("**", { automatic: "live", policy: "detect", victim: "youngest" });
  space.after(1_000).acquire("w1", "a", { id: "1a" });
  space.after(100).acquire("w2", "b", { id: "2b" });
  space.after(1_000).acquire("w1", "b", { id: "1b" });
  space.after(100).acquire("w2", "a", { id: "2a" });
  const victim = space.events.find((event) => event.type === "lock.dequeued");
  expect(victim).toMatchObject({ agent: "w2", why: "victim" });
  space.after(200).release("w2", "b");
  space.after(1_000).release("w1", "b");
  space.after(100).release("w1", "a");
  space.after(500).acquire("w2", "a", { id: "2a'" });
  space.after(100).acquire("w2", "b", { id: "2b'" });
  space.after(700).release("w2", "b");
  space.after(100).release("w2", "a");
  return space;
}

/** Two candidates; the first leads, is deposed, and asserts its old term; the second proclaims in its own and is confirmed to lead. */
function elected(): Recording {
  const space = new Recording();
  for (const agent of ["w1", "w2", "w3"]) space.join(agent);
  space.operator({
    type: "election.configure",
    group: "g",
    settings: { policy: "quorum", members: ["w1", "w2", "w3"], confirmMs: 2_000 } as never,
    reason: "r",
  });
  space.after(1_000).agent("w1", { type: "election.campaign", group: "g" });
  space.after(100).agent("w2", { type: "election.campaign", group: "g" });
  space.acquire("w3", "a");
  const ballot = () => space.state.elections.get("g")?.ballot?.ballot ?? "0";
  space.after(100).agent("w2", { type: "election.vote", group: "g", ballot: ballot(), yes: true });
  const term = space.state.elections.get("g")?.leader?.term ?? "0";
  space.after(1_000).operator({ type: "election.depose", group: "g", term, reason: "slow" });
  space.after(100).agent("w1", { type: "election.vote", group: "g", ballot: ballot(), yes: true });
  space.after(100).agent("w1", { type: "election.assert", group: "g", term });
  space.after(100).agent("w2", { type: "election.proclaim", group: "g", term: space.state.elections.get("g")?.leader?.term ?? "0", value: "here" });
  expect(space.events.map(({ type }) => type)).toEqual(expect.arrayContaining(["leader.refused", "leader.proclaimed"]));
  return space;
}

describe("a fork with an election", () => {
  test("EL-3: candidates campaign, vote and lead again, also where terms are other numbers, and a false claim stays one", () => {
    const recording = elected();
    expect(bare(eventsOf(fork(recording.trace())))).toEqual(bare(recording.events));
    const changed = eventsOf(fork(recording.trace(), { change: { change: "pace", agent: "w3", factor: 100 } }));
    const terms = (events: readonly Event[]) => events.flatMap((event) => (event.type === "leader.elected" ? [event.leader.term] : []));
    expect([terms(recording.events), terms(changed)]).toEqual([
      ["1", "3"],
      ["1", "2"],
    ]);
    const told = changed.flatMap((event) => (event.type === "leader.elected" ? [event.leader.agent] : event.type.startsWith("leader.") ? [event.type] : []));
    expect(told).toEqual(["w1", "leader.ended", "w2", "leader.refused", "leader.proclaimed"]);
  });
});

describe("a fork with nothing changed", () => {
  test("comes out as the recording did", () => {
    const recording = opposite();
    expect(bare(eventsOf(fork(recording.trace())))).toEqual(bare(recording.events));
  });

  test("from the middle comes out as the rest did", () => {
    const recording = opposite();
    const trace = recording.trace();
    for (let at = 0; at <= trace.trace.to; at++) {
      const forked = fork(trace, { at });
      expect(forked.at).toBeLessThanOrEqual(at);
      expect(bare(eventsOf(forked)), `from ${at}`).toEqual(bare(recording.events.slice(forked.at)));
    }
  });
});

test("whatever was recorded, a fork with nothing changed comes out the same, from anywhere", () => {
  const agents = ["w1", "w2", "w3"];
  const act = fc.record({
    agent: fc.constantFrom(...agents),
    does: fc.constantFrom("acquire", "acquire", "acquire", "release", "release", "try", "declare", "upgrade"),
    resource: fc.constantFrom("a", "a/b", "c", "d"),
    mode: fc.constantFrom("shared", "exclusive"),
    afterMs: fc.integer({ min: 1, max: 3_000 }),
    waitMs: fc.option(fc.integer({ min: 1, max: 5_000 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), fc.double({ min: 0, max: 1, noNaN: true }), (acts, share) => {
      const recording = new Recording();
      for (const agent of agents) recording.join(agent, { ttlMs: 3_600_000 });
      for (const { agent, does, resource, mode, afterMs, waitMs } of acts) {
        const untilMs = recording.nowMs + afterMs;
        for (let dueMs = recording.state.timers.nextMs(); dueMs !== undefined && dueMs <= untilMs; dueMs = recording.state.timers.nextMs())
          recording.pass(dueMs - recording.nowMs);
        recording.nowMs = untilMs;
        const held = [...(recording.state.bySession.get(`s-${agent}`)?.locks ?? [])].flatMap((fence) => recording.state.locks.get(fence) ?? []);
        const own = held.find((lock) => lock.coolingUntilMs === undefined);
        if (does === "acquire") recording.acquire(agent, resource, { mode, ...(waitMs !== undefined && { waitMs }) });
        else if (does === "try") recording.acquire(agent, resource, { mode, waitMs: 0 });
        else if (does === "declare") recording.agent(agent, { type: "session.declare", state: "working", doing: resource });
        else if (own !== undefined && does === "release") recording.release(agent, own.resource, own.fence);
        else if (own !== undefined) recording.agent(agent, { type: "lock.upgrade", resource: own.resource, fence: own.fence, waitMs: 1_000 });
      }
      const trace = recording.trace();
      const at = Math.round(share * trace.trace.to);
      const forked = fork(trace, { at });
      const rest = bare(recording.events.slice(forked.at));
      expect(bare(eventsOf(forked)).slice(0, rest.length)).toEqual(rest);
    }),
    { numRuns: 150 },
  );
});

/** How many events of a journal come before anything that no fork repeats: a server that is late, two at one moment, a guard's report. */
function repeatable({ events, commands }: Journal): number {
  const state = emptyState("sim");
  const byPosition = new Map(commands.map(({ at, command }) => [at, command]));
  let last: EngineCommand | undefined;
  for (const [index, event] of events.entries()) {
    const command = byPosition.get(event.position);
    if (command !== undefined) {
      const dueMs = state.timers.nextMs();
      const tied = last !== undefined && last.nowMs === command.nowMs && (last.from === "agent" || command.from === "agent");
      // Of two at one moment the earlier may be the later one in the fork.
      if (tied) return events.findIndex(({ atMs }) => atMs === event.atMs);
      if ((dueMs !== undefined && command.nowMs > dueMs) || (command.from === "agent" && command.command.type === "guard.report")) return index;
      last = command;
    }
    evolve(state, event);
  }
  return events.length;
}

test("what the simulator's agents did comes out the same: intents, semaphores, upgrades, transfers, waits, operators' acts, short leases", {
  timeout: 60_000,
}, () => {
  let compared = 0;
  const kinds = new Set<string>();
  for (let seed = 1; seed <= 24; seed++) {
    const journal = journalOf(seed);
    const count = repeatable(journal);
    const forked = bare(eventsOf(fork(openedAfter(journal))));
    const recorded = bare(journal.events.slice(0, count));
    expect(forked.slice(0, recorded.length), `seed ${seed}`).toEqual(recorded);
    for (const { type } of recorded) kinds.add(type);
    compared += recorded.length;
  }
  expect(compared).toBeGreaterThan(800);
  expect([...kinds]).toEqual(
    expect.arrayContaining(["intent.announced", "lock.upgraded", "lock.transferred", "wait.declared", "lock.dequeued", "claim.refused", "resource.configured"]),
  );
});

test("who joins with a short lease keeps it as long as it lived", () => {
  const recording = new Recording();
  recording.join("w1", { ttlMs: 1_000 });
  for (let round = 0; round < 5; round++) recording.after(700).agent("w1", { type: "session.declare", state: "working", doing: `${round}` });
  expect(eventsOf(fork(recording.trace())).filter((event) => event.type === "session.ended" && event.atMs < recording.nowMs)).toEqual([]);
});

test("who gave up waiting goes on after it", () => {
  const recording = new Recording();
  for (const agent of ["w1", "w2"]) recording.join(agent, { ttlMs: 3_600_000 });
  recording.after(100).acquire("w1", "a");
  recording.after(100).acquire("w2", "a", { id: "asked" });
  recording.after(100).agent("w2", { type: "lock.cancel", acquire: "asked" });
  recording.after(100).acquire("w2", "b");
  expect(bare(eventsOf(fork(recording.trace())))).toEqual(bare(recording.events));
});

test("what if the queue were ordered by name: no deadlock, everybody gets what they wanted", () => {
  const forked = fork(opposite().trace(), { at: 3, change: { change: "settings", pattern: "**", settings: { policy: "woundWait" } } });
  const events = eventsOf(forked);
  expect(events.filter((event) => event.type === "deadlock.detected")).toEqual([]);
  expect(forked.open.seeker.at(forked.open.trace.to).locks.size).toBe(0);
  expect(events.filter((event) => event.type === "lock.granted").map((event) => event.agent)).toEqual(expect.arrayContaining(["w1", "w2"]));
});

test("who waits longer does what comes after it later", () => {
  const recording = new Recording();
  for (const agent of ["w1", "w2"]) recording.join(agent);
  recording.after(1_000).acquire("w1", "a");
  recording.after(1_000).acquire("w2", "a");
  recording.after(1_000).release("w1", "a");
  recording.after(300).release("w2", "a");
  const slower = eventsOf(fork(recording.trace(), { change: { change: "pace", agent: "w1", factor: 2 } }));
  const at = (events: readonly Event[], type: string, agent: string) =>
    events.find((event) => event.type === type && "agent" in event && event.agent === agent)?.atMs;
  expect(at(slower, "lock.granted", "w1")).toBe(3_000);
  expect(at(slower, "lock.released", "w1")).toBe(7_000);
  expect(at(slower, "lock.granted", "w2")).toBe(7_000);
  expect(at(slower, "lock.released", "w2")).toBe(7_300);
});

test("a lock that is released at once goes to who waits", () => {
  const recording = new Recording();
  for (const agent of ["w1", "w2"]) recording.join(agent);
  recording.configure("**", { lockDelayMs: 0 });
  recording.after(1_000).acquire("w1", "a");
  recording.after(1_000).acquire("w2", "a");
  recording.after(60_000).release("w1", "a");
  const forked = fork(recording.trace(), { at: recording.state.position - 2, change: { change: "release", resource: "a", fence: "1" } });
  const grant = eventsOf(forked).find((event) => event.type === "lock.granted");
  expect(grant).toMatchObject({ agent: "w2", atMs: 3_000 });
  expect(forked.fared.skipped).toBe(1);
});

test("without a fault, whom it paused goes on", () => {
  const recording = new Recording();
  for (const agent of ["w1"]) recording.join(agent);
  recording.after(1_000).acquire("w1", "a");
  recording.after(500).operator({ type: "fault.inject", kind: "pause", target: "w1", strength: 1, delayMs: 0, durationMs: 10_000, seed: 1, reason: "drill" });
  recording.pass(10_000);
  recording.after(500).release("w1", "a");
  const events = eventsOf(fork(recording.trace(), { change: { change: "withoutFault", fault: "f1" } }));
  expect(events.some((event) => event.type === "fault.began")).toBe(false);
  expect(events.find((event) => event.type === "lock.released")?.atMs).toBe(3_000);
});

test("simulated agents go on with work like theirs; the same seed does the same", () => {
  const trace = opposite().trace();
  const run = (seed: number) => bare(eventsOf(fork(trace, { agents: "simulated", seed })));
  expect(run(1)).toEqual(run(1));
  expect(run(1).filter((event) => event.type === "lock.granted").length).toBeGreaterThan(1);
});

test("a fork says that it is one, what it keeps and what it assumes", () => {
  const { open } = fork(opposite().trace(), { at: 4, change: { change: "settings", pattern: "**", settings: { policy: "waitDie" } } });
  expect(open.trace.header.whatIf).toMatchObject({ of: { space: "test", at: 4 }, change: "** has policy waitDie" });
  expect(open.trace.header.whatIf?.keeps.length).toBeGreaterThan(0);
  expect(open.trace.header.whatIf?.assumes.length).toBeGreaterThan(0);
});
