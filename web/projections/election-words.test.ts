import { describe, expect, test } from "vitest";
import { TestSpace } from "../../shared/engine/testing/space.ts";
import { type ElectionSettingsInput, electionSettingsSchema } from "../../shared/model/index.ts";
import { ballotWords, electionSettingsWords, ordinal, silentIn, standingWords, whyWords } from "./election-words.ts";

const settings = (more: ElectionSettingsInput) => electionSettingsSchema.parse(more);

/** What is said of each candidate of a group with these settings, after `then`. */
function said(of: ElectionSettingsInput, candidates: Readonly<Record<string, number>>, then: (space: TestSpace) => void = () => undefined) {
  const space = new TestSpace();
  space.operator({ type: "election.configure", group: "g", settings: settings(of), reason: "a test" });
  for (const [agent, priority] of Object.entries(candidates)) {
    space.join(agent);
    space.agent(agent, { type: "election.campaign", group: "g", priority });
  }
  then(space);
  const election = space.state.elections.get("g");
  if (election === undefined) throw new Error("no group");
  return Object.fromEntries(election.candidates.map((one) => [one.agent, standingWords(election, one, space.state.atMs)]));
}

test("counts leaders as people do", () => {
  expect([1, 2, 3, 4, 11, 12, 13, 21, 101, 111, 412].map(ordinal)).toEqual([
    "1st",
    "2nd",
    "3rd",
    "4th",
    "11th",
    "12th",
    "13th",
    "21st",
    "101st",
    "111th",
    "412th",
  ]);
});

describe("why a candidate does not lead", () => {
  test("by priority, with and without pre-emption (EL-7)", () => {
    expect(said({ policy: "priority", preempt: true }, { w1: 1, w2: 5, w3: 1 })).toEqual({ w1: "below the 5 of w2", w2: "leads", w3: "below the 5 of w2" });
    expect(said({ policy: "priority" }, { w1: 1, w2: 5, w3: 1 })).toEqual({
      w1: "leads",
      w2: "above the 1 of w1; nobody is pre-empted",
      w3: "as much as w1; came later",
    });
  });

  test("who was deposed is told from who came later (EL-12)", () => {
    const words = said({}, { w1: 0, w2: 0 }, (space) =>
      space.operator({ type: "election.depose", group: "g", term: space.state.elections.get("g")?.leader?.term ?? "", reason: "a test" }),
    );
    expect(words).toEqual({ w1: "deposed 0 s ago: leads again only when nobody else can", w2: "leads" });
  });

  test("where an operator has not appointed anybody, and where the group is frozen", () => {
    expect(said({ policy: "operator" }, { w1: 0 })).toEqual({ w1: "waits for an operator" });
    expect(said({ policy: "operator" }, { w1: 0 }, (space) => space.operator({ type: "election.freeze", group: "g", reason: "a test" }))).toEqual({
      w1: "the group is frozen",
    });
  });

  test("a ballot names whom it is about and who is silent (EL-11)", () => {
    const space = new TestSpace();
    space.operator({ type: "election.configure", group: "g", settings: settings({ policy: "quorum", members: ["w1", "w2", "w3"] }), reason: "a test" });
    for (const agent of ["w1", "w2"]) space.join(agent);
    for (const agent of ["w1", "w2"]) space.agent(agent, { type: "election.observe", group: "g" });
    space.agent("w1", { type: "election.campaign", group: "g" });
    const election = space.state.elections.get("g");
    const ballot = election?.ballot;
    const [candidate] = election?.candidates ?? [];
    if (election === undefined || ballot === undefined || candidate === undefined) throw new Error("no ballot was opened");
    expect(standingWords(election, candidate, space.state.atMs)).toBe("put to the vote");
    expect(ballotWords(ballot)).toBe("1 yes of 2 needed, 3 members");
    expect(silentIn(ballot)).toEqual(["w2", "w3"]);
  });
});

test("settings are read aloud, and only those that count under their policy", () => {
  expect(electionSettingsWords(settings({}))).toBe("first come");
  expect(electionSettingsWords(settings({ policy: "quorum", members: ["w1", "w2", "w3"], windowMs: 5_000, preempt: true }))).toBe(
    "quorum, 3 members vote, a ballot is open 2 s",
  );
  expect(electionSettingsWords(settings({ policy: "rendezvous", windowMs: 60_000, delayMs: 3_000, roles: ["merger"], labels: { zone: "a" } }))).toBe(
    "rendezvous, a window lasts 1 min, 3 s of quiet after a leader that was lost, only merger, only with zone=a",
  );
});

test("why somebody leads is told in sentences, whatever reason a person gave", () => {
  expect(whyWords({ why: "vacant", because: "It was the only candidate." })).toBe("Nobody led. It was the only candidate.");
  expect(whyWords({ why: "appointed", because: "dana appointed it: it knows the branch" })).toBe("dana appointed it: it knows the branch.");
  expect(whyWords({ why: "appointed", because: "dana appointed it: why not?" })).toBe("dana appointed it: why not?");
});
