import { expect, test } from "vitest";
import type { Ballot, Candidate, Leader } from "../../model/index.ts";
import { defaultElectionSettings, rendezvousLeader } from "../../model/index.ts";
import { actor, asks, type Bad, Stream, silentAmong, who } from "./testing/streams.ts";

const group = "g";
const acted = { actor, reason: "r" };

const candidate = (agent: string, more: Partial<Candidate> = {}): Candidate => ({
  ...who(agent),
  priority: 0,
  weight: 1,
  value: "",
  enteredMs: 1_000,
  ...more,
});
const entered = (agent: string, more: Partial<Candidate> = {}) => ({ type: "candidate.entered", group, candidate: candidate(agent, more) });
const left = (agent: string, why = "resigned") => ({ type: "candidate.left", group, ...who(agent), why });
const leader = (agent: string, term: string, more: Partial<Leader> = {}): Leader => {
  const how = { sinceMs: 1_000, value: "", why: "vacant", because: "" } as const;
  return { ...who(agent), term, ...how, ...more };
};
const elected = (agent: string, term: string, more: Partial<Leader> = {}, event: object = {}) => ({
  type: "leader.elected",
  group,
  leader: leader(agent, term, more),
  ...event,
});
const after = (agent: string, term: string, why: string) => ({ after: { ...who(agent), term, why, ledMs: 0 } });
const ended = (agent: string, term: string, why = "resigned", more: object = {}) => ({
  type: "leader.ended",
  group,
  ...who(agent),
  term,
  why,
  ledMs: 0,
  ...more,
});
const ballotOf = (agent: string, number: string, electorate: string[], more: Partial<Ballot> = {}): Ballot => {
  const votes = { need: Math.floor(electorate.length / 2) + 1, yes: electorate.includes(agent) ? [agent] : [], no: [] };
  return { ...who(agent), ballot: number, electorate, ...votes, sinceMs: 1_000, untilMs: 3_000, ...more };
};
const opened = (agent: string, number: string, electorate: string[], more: Partial<Ballot> = {}) => ({
  type: "ballot.opened",
  group,
  ballot: ballotOf(agent, number, electorate, more),
});
const voted = (agent: string, number: string, yes = true) => ({ type: "ballot.voted", group, ...who(agent), ballot: number, yes });
const closed = (agent: string, number: string, why: string) => ({ type: "ballot.closed", group, ...who(agent), ballot: number, why });
const configured = (settings: object) => ({ type: "election.configured", group, settings: { ...defaultElectionSettings, ...settings }, ...acted });
const said = (from: string, to: string, body: string) => ({ type: "message.sent", group, ...who(from), to, kind: "k", body });
const heard = (session: string, from: string, body: string) =>
  ({ kind: "notified", session, notices: [{ type: "message", group, from, kind: "k", body }], durable: 1 }) as const;
const byOperator = (command: object) => ({ from: "operator", actor, command: { id: "o", group, reason: "r", ...command } }) as never;

/** a, b and c are here; a leads, b campaigns too. */
const led = (settings: object = {}) =>
  new Stream().join("a", "b", "c").step(undefined, configured(settings)).step(undefined, entered("a"), elected("a", "1")).step(undefined, entered("b"));

/** a, b and c vote, and a ballot on a is open. */
const asked = () =>
  new Stream()
    .join("a", "b", "c")
    .step(undefined, configured({ policy: "quorum", members: ["a", "b", "c"] }))
    .step(undefined, { type: "group.observed", group, ...who("b") })
    .step(undefined, entered("a"), opened("a", "1", ["a", "b", "c"]));

/** Whom the hash does not name. */
const other = () =>
  rendezvousLeader(
    { group, windowMs: 10_000 },
    [
      { agent: "a", weight: 1 },
      { agent: "b", weight: 1 },
    ],
    1_000,
  ) === "a"
    ? "b"
    : "a";

const bad: Bad = [
  ["EL-1", "a leader beside another", () => led().step(undefined, elected("b", "2"))],
  ["EL-1", "the end of somebody who does not lead", () => led().step(undefined, ended("b", "1"))],
  ["EL-2", "a term that was there before", () => led().step(undefined, ended("a", "1"), elected("b", "1"))],
  ["EL-2", "a term below a lock's fence", () => new Stream().join("a").grant("a", "7", "k").step(undefined, entered("a"), elected("a", "6"))],
  ["EL-2", "a ballot with a number of before", () => asked().step(undefined, closed("a", "1", "timeout"), opened("a", "1", ["a", "b", "c"]))],
  ["EL-3", "a proclamation under an old term", () => led().step(undefined, { type: "leader.proclaimed", group, ...who("a"), term: "0", value: "" })],
  ["EL-3", "an old term that nobody refuses", () => led().step(asks("b", { type: "election.assert", group, term: "1" }))],
  [
    "EL-3",
    "a leader that is refused",
    () => led().step(undefined, { type: "leader.refused", group, ...who("a"), command: "election.assert", term: "1", leader: "a", current: "1" }),
  ],
  ["EL-4", "a leader that does not campaign", () => led().step(undefined, ended("a", "1"), elected("c", "2"))],
  [
    "EL-4",
    "a candidate without its role",
    () =>
      new Stream()
        .join("a")
        .step(undefined, configured({ roles: ["merger"] }))
        .step(undefined, entered("a")),
  ],
  ["EL-4", "a latecomer before whoever campaigns longest", () => led().step(undefined, entered("c"), ended("a", "1"), left("a"), elected("c", "2"))],
  [
    "EL-4",
    "a lower priority before a higher one",
    () =>
      new Stream()
        .join("a", "b")
        .step(undefined, configured({ policy: "priority", delayMs: 0 }))
        .step(undefined, entered("a"), entered("b", { priority: 3 }), elected("a", "1")),
  ],
  ["EL-5", "a leader that outlives its session", () => led().step(undefined, left("a", "expired"), { type: "session.ended", ...who("a"), why: "expired" })],
  [
    "EL-5",
    "a live one that loses its place with another's session",
    () => led().step(undefined, left("b", "expired"), { type: "session.ended", ...who("c"), why: "expired" }),
  ],
  ["EL-6", "a group that nobody leads", () => led().step(undefined, ended("a", "1"), left("a"))],
  [
    "EL-6",
    "members enough, and no ballot",
    () =>
      new Stream()
        .join("a", "b")
        .step(undefined, configured({ policy: "quorum", members: ["a", "b"] }))
        .step(undefined, entered("a"))
        .step(undefined, { type: "group.observed", group, ...who("b") }),
  ],
  ["EL-7", "a higher priority that stands by", () => led({ policy: "priority", preempt: true }).step(undefined, entered("b", { priority: 1 }))],
  ["EL-7", "somebody pre-empted where nobody is", () => led().step(undefined, elected("b", "2", { why: "preempted" }, after("a", "1", "preempted")))],
  [
    "EL-8",
    "a leader that the hash does not name",
    () => {
      const agent = other();
      const how = { why: "window", turnMs: 10_000 } as const;
      return led().step(undefined, configured({ policy: "rendezvous", windowMs: 10_000 }), elected(agent, "2", how, after("a", "1", "window")));
    },
  ],
  [
    "EL-8",
    "a window that is slept through",
    () =>
      led()
        .step(undefined, configured({ policy: "rendezvous", windowMs: 10_000 }), { type: "leader.kept", group, term: "1", turnMs: 10_000 })
        .fact({ kind: "awake", atMs: 10_001 }),
  ],
  [
    "EL-9",
    "a hand-over to somebody else",
    () =>
      led().step(
        asks("a", { type: "election.handOver", group, term: "1", to: "b" }),
        entered("c"),
        elected("c", "2", { why: "handedOver" }, after("a", "1", "handedOver")),
      ),
  ],
  [
    "EL-9",
    "a moment without leader",
    () => led().step(asks("a", { type: "election.handOver", group, term: "1", to: "b" }), ended("a", "1"), elected("b", "2")),
  ],
  ["EL-10", "an end without its delay", () => led({ delayMs: 500 }).step(undefined, ended("a", "1", "deposed", acted))],
  [
    "EL-10",
    "a successor within the delay",
    () => led({ delayMs: 500 }).step(undefined, ended("a", "1", "deposed", { ...acted, coolingUntilMs: 1_500 }), elected("b", "2")),
  ],
  [
    "EL-10",
    "a delay that never ends",
    () =>
      led({ delayMs: 500 })
        .step(undefined, ended("a", "1", "deposed", { ...acted, coolingUntilMs: 1_500 }))
        .fact({ kind: "awake", atMs: 1_501 }),
  ],
  ["EL-11", "a leader that half of the members confirm", () => asked().step(undefined, elected("a", "1", { why: "confirmed" }, { confirmedBy: ["a"] }))],
  ["EL-11", "a word that counts twice", () => asked().step(undefined, voted("a", "1"))],
  ["EL-11", "a stranger's vote", () => asked().join("d").step(undefined, voted("d", "1"))],
  ["EL-11", "a ballot that too few are enough for", () => asked().step(undefined, closed("a", "1", "timeout"), opened("a", "2", ["a", "b", "c"], { need: 1 }))],
  ["EL-11", "a ballot closed too early", () => asked().step(undefined, closed("a", "1", "timeout"))],
  ["EL-11", "a ballot that nobody closes", () => asked().fact({ kind: "awake", atMs: 3_001 })],
  [
    "EL-12",
    "a deposition of another term",
    () => led().step(byOperator({ type: "election.depose", term: "9" }), ended("a", "1", "deposed", acted), elected("b", "2")),
  ],
  [
    "EL-12",
    "somebody deposed who comes back at once",
    () => led().step(byOperator({ type: "election.depose", term: "1" }), ended("a", "1", "deposed", acted), elected("a", "2")),
  ],
  [
    "EL-13",
    "somebody blocked who campaigns",
    () =>
      led()
        .step(undefined, { type: "candidate.blocked", group, agent: "c", ...acted })
        .step(undefined, entered("c")),
  ],
  ["EL-13", "somebody blocked who leads on", () => led().step(undefined, { type: "candidate.blocked", group, agent: "a", ...acted })],
  [
    "EL-14",
    "a leader elected on ice",
    () =>
      led()
        .step(undefined, { type: "election.frozen", group, ...acted })
        .step(undefined, ended("a", "1"), left("a"), elected("b", "2")),
  ],
  ["EL-14", "a leader that a freeze ends", () => led().step(undefined, { type: "election.frozen", group, ...acted }, ended("a", "1"))],
  ["EL-15", "candidates that are not told", () => led().fact({ kind: "awake", atMs: 2_000 })],
  [
    "EL-15",
    "a change that did not happen",
    () => new Stream().join("a").fact({ kind: "notified", session: "s-a", notices: [{ type: "leader", group, leader: null }], durable: 1 }),
  ],
  [
    "EL-16",
    "a client that leads on without a lease",
    () => led().fact({ kind: "certain", session: "s-a", untilMs: 2_000 }).fact({ kind: "leads", session: "s-a", agent: "a", group, term: "1", atMs: 2_000 }),
  ],
  ["EL-18", "a message to nobody", () => new Stream().join("a").step(undefined, said("a", "z", "1"))],
  [
    "EL-18",
    "messages out of order",
    () =>
      new Stream()
        .join("a", "b")
        .step(undefined, said("a", "b", "1"), said("a", "b", "2"))
        .fact(heard("s-b", "a", "2")),
  ],
  [
    "EL-18",
    "a message told twice",
    () =>
      new Stream()
        .join("a", "b")
        .step(undefined, said("a", "b", "1"))
        .fact(heard("s-b", "a", "1"))
        .fact(heard("s-b", "a", "1")),
  ],
  [
    "EL-18",
    "a message told to another",
    () =>
      new Stream()
        .join("a", "b", "c")
        .step(undefined, said("a", "b", "1"))
        .fact(heard("s-c", "a", "1")),
  ],
  [
    "EL-18",
    "a message that is not told",
    () =>
      new Stream()
        .join("a", "b")
        .step(undefined, said("a", "b", "1"))
        .fact({ kind: "awake", atMs: 2_000 }),
  ],
  ["EL-19", "a calm without a leader", () => led().step(undefined, ended("a", "1")).fact({ kind: "calm", atMs: 9_000 })],
  [
    "EL-19",
    "a leader that goes for nothing",
    () =>
      led()
        .fact({ kind: "calm", atMs: 9_000 })
        .step(undefined, elected("b", "2", { why: "vacant" }, after("a", "1", "preempted"))),
  ],
  [
    "JR-10",
    "a group that is left over",
    () =>
      new Stream().fact({
        kind: "drained",
        snapshot: {
          ...drained,
          elections: [{ group, blocked: [], candidates: [], settings: defaultElectionSettings, lastTerm: "1", terms: 1, coolingUntilMs: 5 }],
        } as never,
      }),
  ],
  ["OP-1", "a deposition without who", () => led().step(undefined, ended("a", "1", "deposed"), elected("b", "2"))],
  [
    "OP-5",
    "another leader than the preview said",
    () =>
      new Stream().fact({
        kind: "previewed",
        effect: { loses: [], gains: [], dequeues: [], guards: [], keeps: [], leads: [{ group, from: "a", to: "b", afterMs: 0 }], lockDelayMs: 0 },
        events: [{ position: 1, atMs: 1, ...ended("a", "1") } as never],
      }),
  ],
];

const drained = { sessions: [], locks: [], waits: [], intents: [], declared: [], deadlocks: [], work: [], faults: [], schedules: [], observers: [], nodes: [] };

test.each(bad)("%s shows %s", (rule, _, make) => {
  expect(make().broken).toContain(rule);
});

test("its checkers catch some bad stream each", () => {
  expect(silentAmong(["leaders", "terms", "candidates", "vacancies", "ballots", "messages"], bad)).toEqual([]);
});

test("EL-1, EL-6, EL-9, EL-10, EL-11: an election that keeps every rule breaks none", () => {
  const quiet = asked()
    .step(
      asks("b", { type: "election.vote", group, ballot: "1", yes: true }),
      voted("b", "1"),
      elected("a", "1", { why: "confirmed" }, { confirmedBy: ["a", "b"] }),
    )
    .step(undefined, configured({ policy: "firstCome", delayMs: 500 }))
    .step(undefined, entered("b"))
    .step(asks("a", { type: "election.handOver", group, term: "1", to: "b" }), elected("b", "2", { why: "handedOver" }, after("a", "1", "handedOver")))
    .step(undefined, ended("b", "2", "expired", { coolingUntilMs: 1_500 }), left("b", "expired"), { type: "session.ended", ...who("b"), why: "expired" });
  quiet.nowMs = 1_500;
  quiet.step(undefined, { type: "leader.delayEnded", group }, elected("a", "3"));
  // The lease of b has its own rules.
  expect(quiet.broken.filter((rule) => rule.startsWith("EL-"))).toEqual([]);
});
