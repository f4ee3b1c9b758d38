import { describe, expect, test } from "vitest";
import { execute } from "../../engine/index.ts";
import { TestSpace } from "../../engine/testing/space.ts";
import { defaultElectionSettings, type Event, type Finding, type NodeView } from "../../model/index.ts";
import { SplitBrainDetector } from "./split-brain.ts";

const group = "repo/main";

/** Three that campaign in one group, a the first; the detector is fed with what happens. */
class Race {
  readonly space = new TestSpace();
  readonly #renewedMs = new Map<string, number>();
  readonly detector = new SplitBrainDetector({ renewedMs: (session) => this.#renewedMs.get(session) });
  #seen = 0;

  constructor() {
    for (const agent of ["a", "b", "c"]) {
      this.space.join(agent);
      this.space.agent(agent, { type: "election.campaign", group });
    }
  }

  get term(): string {
    return this.space.state.elections.get(group)?.leader?.term ?? "0";
  }

  depose(): string {
    const { term } = this;
    this.space.operator({ type: "election.depose", group, term, reason: "test" });
    return term;
  }

  says(agent: string, term: string): void {
    this.space.agent(agent, { type: "election.assert", group, term });
  }

  refused(reporter: string, fence: string): void {
    this.space.agent(reporter, { type: "guard.report", resource: "dist/app", fence, highest: this.term });
  }

  tell(agent: string, role: NodeView["role"], term: number, protocol = "raft"): void {
    const view = { protocol, role, term, leader: null, votedFor: null, votes: [], members: [], because: "test" };
    this.space.agent(agent, { type: "node.tell", group, view });
  }

  heartbeat(agent: string): void {
    this.#renewedMs.set(`s-${agent}`, this.space.nowMs);
  }

  connection(agent: string, type: "session.connect" | "session.disconnect"): void {
    const { events } = execute(this.space.state, { from: "system", nowMs: this.space.nowMs, command: { type, session: `s-${agent}` } });
    this.space.events.push(...events);
  }

  /** What is found so many ms later. */
  found(ms = 0): Finding[] {
    this.#feed();
    this.space.nowMs += ms;
    return this.detector.findings(this.space.state, this.space.nowMs);
  }

  #feed(): void {
    for (const event of this.space.events.slice(this.#seen)) this.detector.feed(event, this.space.state);
    this.#seen = this.space.events.length;
  }
}

describe("EL-17 an agent that acts under a term that is over", () => {
  test("is named with who leads, its group, the signals and what to do", () => {
    const race = new Race();
    const old = race.depose();
    race.space.nowMs += 4_000;
    race.refused("a", old);
    race.says("a", old);
    race.says("a", old);
    const [found, ...more] = race.found();
    expect(more).toEqual([]);
    expect(found).toMatchObject({ finding: `splitBrain a ${group}`, agents: ["a", "b"], resources: [group, "dist/app"] });
    expect(found?.because).toEqual([
      `it wrote to dist/app under term ${old}, which had ended 4 s before; the guard had seen ${race.term} and refused it`,
      `it said that it leads in term ${old}, which had ended 4 s before (2 times)`,
      `b leads in term ${race.term}, for 4 s when this was found`,
    ]);
    expect(found?.plan).toMatchObject({ act: "look", agent: "a", resource: group });
  });

  test("is not, within a second of the end of its term, nor of its coming back", () => {
    const race = new Race();
    const old = race.depose();
    race.space.nowMs += 1_000;
    race.refused("a", old);
    race.says("a", old);
    expect(race.found()).toEqual([]);
    race.space.events.push({ ...connected("a"), atMs: race.space.nowMs + 60_000 });
    race.found(60_900);
    race.says("a", old);
    expect(race.found()).toEqual([]);
    race.space.nowMs += 200;
    race.says("a", old);
    expect(race.found()).toHaveLength(1);
  });

  test("is found by its fence, whoever reports the write, and though it is not here any more", () => {
    const race = new Race();
    const old = race.term;
    race.space.agent("a", { type: "session.leave" });
    race.space.nowMs += 2_000;
    race.refused("c", old);
    expect(race.found()).toMatchObject([{ agents: ["a", "b"] }]);
  });

  test("is no second leader while nobody leads, nor by what it did before somebody did", () => {
    const race = new Race();
    race.space.operator({ type: "election.configure", group, settings: { ...defaultElectionSettings, delayMs: 5_000 }, reason: "test" });
    const old = race.depose();
    race.space.nowMs += 2_000;
    race.says("a", old);
    expect(race.found()).toEqual([]);
    race.space.pass(3_000);
    expect(race.term).not.toBe("0");
    expect(race.found(1_000)).toEqual([]);
    race.says("a", old);
    expect(race.found()).toMatchObject([{ agents: ["a", "b"] }]);
  });

  test.each(["999", "of b"])("a term that it never had needs no grace: %s", (which) => {
    const race = new Race();
    race.depose();
    race.says("c", which === "of b" ? race.term : which);
    expect(race.found()).toMatchObject([{ agents: ["c", "b"], because: [expect.stringContaining("which it never had"), expect.anything()] }]);
  });

  test("after a start a term that nobody remembers is taken for one long over", () => {
    const race = new Race();
    const old = race.depose();
    const detector = new SplitBrainDetector();
    const later = (atMs: number): Event => {
      race.space.nowMs = atMs;
      race.says("a", old);
      return race.space.events.at(-1) as Event;
    };
    detector.feed(later(60_000), race.space.state);
    expect(detector.findings(race.space.state, 60_000)).toEqual([]);
    detector.feed(later(62_000), race.space.state);
    expect(detector.findings(race.space.state, 62_000)).toMatchObject([{ agents: ["a", "b"] }]);
  });
});

describe("EL-17 it is cleared", () => {
  function reported(): Race {
    const race = new Race();
    const old = race.depose();
    race.space.nowMs += 2_000;
    race.says("a", old);
    expect(race.found()).toHaveLength(1);
    return race;
  }

  test("when nothing more is seen of it for 10 seconds", () => {
    const race = reported();
    expect(race.found(9_999)).toHaveLength(1);
    expect(race.found(1)).toEqual([]);
    expect(race.detector.isWary).toBe(false);
  });

  test.each([
    ["is gone", (race: Race) => race.space.agent("a", { type: "session.leave" })],
    ["steps down", (race: Race) => race.space.agent("a", { type: "election.resign", group })],
    ["leads itself", (race: Race) => race.space.operator({ type: "election.appoint", group, agent: "a", reason: "test" })],
  ])("when the older one %s", (_how, act) => {
    const race = reported();
    act(race);
    expect(race.found()).toEqual([]);
    expect(race.detector.isWary).toBe(false);
  });
});

test("EL-17 two that were elected at once, as a trace may show, are found; the plan is a new term", () => {
  const race = new Race();
  const { detector, space } = race;
  expect(race.found()).toEqual([]);
  const elected = space.events.find((event) => event.type === "leader.elected");
  if (elected?.type !== "leader.elected") throw new Error("nobody was elected");
  const old = race.depose();
  const second = space.events.findLast((event) => event.type === "leader.elected") as Event;
  detector.feed(second, space.state);
  expect(detector.findings(space.state, space.nowMs)).toMatchObject([
    {
      agents: ["a", "b"],
      because: [`b was elected in term ${race.term} while it led in term ${old}, which had not ended`, expect.anything()],
      plan: { act: "depose", agent: "b" },
    },
  ]);
});

describe("EL-17 nodes of a protocol", () => {
  test("two that lead in one term are found at once, until one of them leads no more", () => {
    const race = new Race();
    race.tell("a", "leader", 3);
    race.tell("b", "leader", 3);
    expect(race.found()).toMatchObject([{ agents: [expect.stringMatching(/^[ab]$/), expect.stringMatching(/^[ab]$/)], resources: [group] }]);
    expect(race.found(3_600_000)).toHaveLength(1);
    race.tell("a", "follower", 3);
    expect(race.found()).toEqual([]);
    expect(race.detector.isWary).toBe(false);
  });

  test("in one term, one that stands still is found only once it is seen to be alive", () => {
    const race = new Race();
    race.tell("a", "leader", 3);
    race.space.nowMs += 1_000;
    race.tell("b", "leader", 3);
    expect(race.found(30_000)).toEqual([]);
    race.heartbeat("a");
    expect(race.found()).toEqual([]);
    expect(race.found(2_000)).toHaveLength(1);
    const other = new Race();
    other.tell("a", "leader", 3);
    other.space.nowMs += 1_000;
    other.tell("b", "leader", 3);
    other.space.agent("a", { type: "message.send", group, to: "c", kind: "append", body: "" });
    expect(other.found()).toMatchObject([{ agents: ["a", "b"] }]);
  });

  test("one of an older term is found when it is alive 5 seconds after the newer one began, and takes nothing back for two more", () => {
    const race = new Race();
    race.tell("a", "leader", 3);
    race.tell("b", "leader", 4);
    race.found(4_900);
    race.heartbeat("a");
    expect(race.found(200)).toEqual([]);
    race.heartbeat("a");
    expect(race.found()).toEqual([]);
    expect(race.found(1_999)).toEqual([]);
    expect(race.found(1)).toMatchObject([
      { agents: ["a", "b"], because: ["its node of raft tells that it leads in term 3, and 5.1 s after b began to lead in term 4 it still does"] },
    ]);
    race.space.agent("a", { type: "session.leave" });
    expect(race.found()).toEqual([]);
  });

  test("one that stands still, or has no connection, is none; coming back it has time to tell", () => {
    const race = new Race();
    race.tell("a", "leader", 3);
    race.tell("b", "leader", 4);
    expect(race.found(60_000)).toEqual([]);
    race.connection("a", "session.disconnect");
    race.heartbeat("a");
    expect(race.found()).toEqual([]);
    race.connection("a", "session.connect");
    race.found(4_900);
    race.heartbeat("a");
    expect(race.found(200)).toEqual([]);
    race.heartbeat("a");
    expect(race.found()).toEqual([]);
    expect(race.found(1_999)).toEqual([]);
    expect(race.found(1)).toHaveLength(1);
  });

  test("of different protocols they are no rivals", () => {
    const race = new Race();
    race.tell("a", "leader", 3, "raft");
    race.tell("b", "leader", 3, "bully");
    expect(race.found()).toEqual([]);
    expect(race.detector.isWary).toBe(false);
    race.tell("b", "leader", 9, "bully");
    race.tell("c", "leader", 3, "raft");
    expect(race.found().map(({ agents }) => [...agents].sort())).toEqual([["a", "c"]]);
  });
});

test("JR-10 what it remembers of terms and claims is bounded", () => {
  const race = new Race();
  const { detector, space } = race;
  race.found();
  const refused = {
    type: "leader.refused",
    position: 1,
    atMs: space.nowMs,
    session: "s",
    command: "election.assert",
    term: "99999",
    leader: "b",
    current: "5",
  } as const;
  for (let at = 0; at < 6_000; at++) {
    detector.feed({ ...connected(`x${at}`), atMs: space.nowMs }, space.state);
    detector.feed({ ...refused, group: `g${at}`, agent: "a" }, space.state);
    const ended = { group: `g${at}`, session: "s", agent: "a", term: String(at + 1), why: "resigned", ledMs: 1 } as const;
    detector.feed({ type: "leader.ended", position: 1, atMs: space.nowMs, ...ended }, space.state);
  }
  expect(detector.size).toBeLessThanOrEqual(5_000 + 5_000 + 500 + 1);
});

function connected(agent: string): Event {
  return { type: "session.connected", position: 1, atMs: 0, session: `s-${agent}`, agent };
}
