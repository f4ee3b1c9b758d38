import { expect, test } from "vitest";
import { type Bad, Stream, silentAmong, who } from "./testing/streams.ts";

const group = "g";
const leader = (agent: string, term: string, sinceMs: number) => ({ ...who(agent), term, sinceMs, value: "", why: "vacant", because: "" });
const raised = (agent: string, other: string) => ({
  type: "finding.raised",
  found: { finding: `splitBrain ${agent}`, kind: "splitBrain", agents: [agent, other], resources: [group], because: [], sinceMs: 1_000 },
});
const cleared = (agent: string) => ({ type: "finding.cleared", finding: `splitBrain ${agent}`, kind: "splitBrain", lastedMs: 0 });

/** Agents a, b and c; a led in term 1, b leads in term 2 since time 10,000. Steps go on from there. */
class Split extends Stream {
  static led(): Split {
    const stream = new Split().join("a", "b", "c") as Split;
    stream.step(undefined, { type: "leader.elected", group, leader: leader("a", "1", 1_000) });
    stream.nowMs = 10_000;
    const after = { ...who("a"), term: "1", why: "deposed", ledMs: 9_000 };
    stream.step(undefined, { type: "leader.elected", group, leader: leader("b", "2", 10_000), after });
    return stream;
  }

  at(ms: number, ...bodies: readonly Record<string, unknown>[]): this {
    this.nowMs = 10_000 + ms;
    return bodies.length === 0 ? this : this.step(undefined, ...bodies);
  }

  says(agent: string, term: string): this {
    return this.step(undefined, { type: "leader.refused", group, ...who(agent), command: "election.assert", term, leader: "b", current: "2" });
  }

  tells(agent: string, role: string, term: number): this {
    const view = { protocol: "raft", role, term, leader: null, votedFor: null, votes: [], members: [], because: "" };
    return this.step(undefined, { type: "node.told", group, ...who(agent), view });
  }

  /** The host was awake at all of these seconds from now on. */
  awake(seconds: number): this {
    for (let second = 1; second <= seconds; second++) this.fact({ kind: "awake", atMs: this.nowMs + second * 1_000 });
    return this;
  }

  get split(): string[] {
    return this.monitor.breaches.filter(({ rule }) => rule === "EL-17").map(({ message }) => message);
  }
}

const wrote = (agent: string, fence: string) => ({ type: "guard.refused", ...who(agent), resource: "dist", fence, highest: "2" });

const bad: Bad = [
  ["EL-17", "a word under an old term that nobody reports", () => Split.led().at(2_000).says("a", "1").awake(6)],
  ["EL-17", "a write under an old term that nobody reports", () => Split.led().at(2_000, wrote("a", "1")).awake(6)],
  ["EL-17", "a word under another's term that nobody reports", () => Split.led().at(2_000).says("c", "2").awake(6)],
  ["EL-17", "a report of somebody who did nothing", () => Split.led().at(2_000, raised("a", "b"))],
  ["EL-17", "a report of what was under way", () => Split.led().at(900).says("a", "1").at(1_500, raised("a", "b"))],
  [
    "EL-17",
    "a report of what arrives when its agent is back",
    () =>
      Split.led()
        .at(5_000, { type: "session.connected", ...who("a") })
        .says("a", "1")
        .at(5_500, raised("a", "b")),
  ],
  ["EL-17", "a report beside somebody who does not lead", () => Split.led().at(2_000).says("a", "1").at(2_500, raised("a", "c"))],
  ["EL-17", "a suspicion that outlasts ten silent seconds", () => Split.led().at(2_000).says("a", "1").at(3_000, raised("a", "b")).awake(16)],
  [
    "EL-17",
    "a suspicion of somebody who stepped down",
    () =>
      Split.led()
        .at(2_000)
        .says("a", "1")
        .at(3_000, raised("a", "b"), { type: "candidate.left", group, ...who("a"), why: "resigned" })
        .awake(6),
  ],
  ["EL-17", "a suspicion that is taken back too soon", () => Split.led().at(2_000).says("a", "1").at(3_000, raised("a", "b")).at(5_000, cleared("a"))],
  [
    "EL-17",
    "two nodes that lead in one term, and nobody reports it",
    () => Split.led().tells("a", "leader", 3).at(1_000).tells("b", "leader", 3).at(1_500).tells("a", "leader", 3).awake(6),
  ],
  [
    "EL-17",
    "a node of an older term that goes on, and nobody reports it",
    () => Split.led().tells("a", "leader", 3).tells("b", "leader", 4).at(6_000).tells("a", "leader", 3).awake(6),
  ],
  [
    "EL-17",
    "a node that could not have heard of the newer one yet",
    () => Split.led().tells("a", "leader", 3).tells("b", "leader", 4).at(3_000, raised("a", "b")),
  ],
];

test.each(bad)("%s shows %s", (_rule, _what, make) => {
  expect((make() as Split).split).not.toEqual([]);
});

test.each([
  [
    "a word is reported, and cleared after ten silent seconds",
    () => Split.led().at(2_000).says("a", "1").at(3_000, raised("a", "b")).awake(9).at(12_000, cleared("a")).awake(9),
  ],
  ["a write is, whoever reports it", () => Split.led().at(2_000, wrote("c", "1")).at(3_000, raised("a", "b")).awake(8)],
  ["what was under way is not", () => Split.led().at(900).says("a", "1").awake(20)],
  [
    "nobody is who is gone",
    () =>
      Split.led()
        .at(2_000)
        .says("a", "1")
        .at(2_500, { type: "session.ended", ...who("a"), why: "left" })
        .awake(20),
  ],
  [
    "the bound begins anew with every time that somebody acts so (seed 2017)",
    () =>
      Split.led()
        .at(2_000)
        .says("a", "1")
        .awake(1)
        .at(3_500, { type: "candidate.left", group, ...who("a"), why: "resigned" })
        .awake(1)
        .at(9_000)
        .says("a", "1")
        .awake(1),
  ],
  ["a host that stands still is late", () => Split.led().at(2_000).says("a", "1").fact({ kind: "stalled", untilMs: 30_000 }).awake(8)],
  ["one that begins anew does not know", () => Split.led().at(2_000).says("a", "1").fact({ kind: "started", position: 9, atMs: 12_000 }).awake(8)],
  ["nodes of one term are, at once", () => Split.led().tells("a", "leader", 3).at(1_000).tells("b", "leader", 3).at(1_100, raised("a", "b")).awake(20)],
  [
    "an older node is after five seconds",
    () =>
      Split.led()
        .tells("a", "leader", 3)
        .tells("b", "leader", 4)
        .at(7_000, raised("a", "b"))
        .at(9_000)
        .tells("a", "follower", 4)
        .at(9_500, cleared("a"))
        .awake(9),
  ],
  ["an older node that stands still is not", () => Split.led().tells("a", "leader", 3).tells("b", "leader", 4).awake(20)],
])("EL-17 %s", (_what, make) => {
  expect((make() as Split).split).toEqual([]);
});

test("its checker catches some bad stream each", () => {
  expect(silentAmong(["split-brains"], bad)).toEqual([]);
});
