import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Ballot, Leader } from "../../model/index.ts";
import type { AgentCommandInput, GroupHolding } from "../../protocol/index.ts";
import type { Box } from "../box.ts";
import { FakeServer, type Reply } from "../fake-server.ts";
import type { SignalboxError } from "../index.ts";
import type { Leadership } from "./leadership.ts";

let server: FakeServer;
let box: Box | undefined;
let replies: Partial<Record<AgentCommandInput["type"], Reply>>;

beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
  replies = {};
  server.reply = (command) => {
    if (command.type in replies) return replies[command.type];
    return command.type === "election.campaign" || command.type === "election.observe" ? { status: "leads", leader: null } : { status: "done" };
  };
});
afterEach(() => {
  box?.close();
  box = undefined;
  expect(vi.getTimerCount()).toBe(0);
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const types = () => server.commands.map((command) => command.type);
const group = "fleet/merger";

function leaderRecord(term: string, session = "s1", agent = "w1"): Leader {
  return { session, agent, term, sinceMs: 0, value: "", why: "vacant", because: "It is the only candidate." };
}

function holding(leader: Leader | null, more: Partial<GroupHolding> = {}): GroupHolding {
  return { group, campaigns: true, observes: false, leader, ...more };
}

async function joined(options: Parameters<FakeServer["connect"]>[0] = {}): Promise<Box> {
  box = await server.connect(options);
  await pass(0);
  return box;
}

const elect = (term: string, session?: string, agent?: string) => server.notify({ type: "leader", group, leader: leaderRecord(term, session, agent) });

function end(term: string, why: "deposed" | "expired" | "handedOver" = "deposed", by?: string): void {
  server.notify({ type: "leader", group, leader: null, ended: { session: "s1", agent: "w1", term, why, ...(by && { by, reason: "stuck" }) } });
}

async function leading(options: Parameters<FakeServer["connect"]>[0] = {}): Promise<{ box: Box; leadership: Leadership }> {
  const box = await joined(options);
  const candidacy = await box.campaign(group);
  elect("7");
  return { box, leadership: await candidacy.elected() };
}

describe("a candidacy", () => {
  test("leads when a notice names its session, under the term that is its fence", async () => {
    const box = await joined();
    const candidacy = await box.campaign(group, { priority: 3, value: "10.0.0.1", settings: { policy: "priority" } });
    expect(server.commands).toMatchObject([{ type: "election.campaign", group, priority: 3, value: "10.0.0.1", settings: { policy: "priority" } }]);
    let leads: Leadership | undefined;
    void candidacy.elected().then((leadership) => {
      leads = leadership;
    });
    elect("6", "s9", "w9");
    await pass(0);
    expect([leads, candidacy.leadership]).toEqual([undefined, undefined]);
    elect("7");
    await pass(0);
    expect([leads?.term, leads?.state, candidacy.leadership === leads]).toEqual(["7", "leading", true]);
  });

  test("leads at once by the answer, when it led already; and by a notice that overtook the answer", async () => {
    replies["election.campaign"] = { status: "leads", leader: leaderRecord("3") };
    const box = await joined();
    expect((await (await box.campaign(group)).elected()).term).toBe("3");
    server.reply = () => {
      server.notify({ type: "leader", group: "other", leader: leaderRecord("5") });
      return { status: "leads", leader: null };
    };
    expect((await (await box.campaign("other")).elected()).term).toBe("5");
  });

  test("is refused as the server says, and a second one beside it at once", async () => {
    const box = await joined();
    const candidacy = await box.campaign(group);
    await expect(box.campaign(group)).rejects.toMatchObject({ code: "conflict" });
    await candidacy.resign();
    replies["election.campaign"] = { error: "limit" };
    await expect(box.campaign(group)).rejects.toMatchObject({ code: "limit" });
    replies = {};
    expect((await box.campaign(group)).endedWhy).toBeUndefined();
  });

  test("ends when it is put out, with who did it and why", async () => {
    const box = await joined();
    const candidacy = await box.campaign(group);
    const ends: SignalboxError[] = [];
    candidacy.onEnd((why) => ends.push(why));
    const waits = expect(candidacy.elected()).rejects.toMatchObject({ code: "cancelled", message: expect.stringContaining("blocked by olaf: bad build") });
    server.notify({ type: "candidacyEnded", group, why: "blocked", by: "olaf", reason: "bad build" });
    await waits;
    expect(ends).toEqual([candidacy.endedWhy]);
  });

  test("a wait for it may be given up; the candidacy goes on", async () => {
    const box = await joined();
    const candidacy = await box.campaign(group);
    const abort = new AbortController();
    const waits = expect(candidacy.elected({ signal: abort.signal })).rejects.toThrow("never mind");
    abort.abort(new Error("never mind"));
    await waits;
    elect("2");
    expect((await candidacy.elected()).state).toBe("leading");
  });
});

describe("a leadership", () => {
  test("EL-16 is uncertain before its lease can pass, which its signal tells, and lost at its end", async () => {
    const { leadership } = await leading({ rejoin: false });
    const { signal } = leadership;
    const doubts = vi.fn();
    leadership.onUncertain(doubts);
    server.beating = false;
    server.holdings.groups = [holding(leaderRecord("7"))];
    await pass(9_900);
    expect([leadership.state, signal.aborted]).toEqual(["leading", false]);
    await pass(200);
    expect([leadership.state, signal.aborted, doubts.mock.calls.length]).toEqual(["uncertain", true, 1]);
    expect(() => leadership.assertLeading()).toThrow(/uncertain/);
    await pass(5_000);
    expect(leadership.state).toBe("lost");
    expect(() => leadership.assertLeading()).toThrow(/No heartbeat was answered/);
  });

  test("EL-16 a process that was stopped beyond its lease finds out at its first look", async () => {
    const { leadership } = await leading();
    const { signal } = leadership;
    const monotonic = performance.now.bind(performance);
    vi.spyOn(performance, "now").mockImplementation(() => monotonic() + 15_000);
    expect(leadership.state).toBe("lost");
    expect(signal.aborted).toBe(true);
  });

  test("goes on when a doubt is settled, under another signal", async () => {
    const { leadership } = await leading();
    server.holdings.groups = [holding(leaderRecord("7"))];
    const { signal } = leadership;
    server.beating = false;
    await pass(11_000);
    expect(signal.aborted).toBe(true);
    server.beating = true;
    await pass(3_000);
    expect([leadership.state, leadership.signal.aborted, signal.aborted]).toEqual(["leading", false, true]);
  });

  test("is lost when it is deposed, with who did it; the candidate may lead again, in another term", async () => {
    const { leadership, box } = await leading();
    const lost: string[] = [];
    leadership.onLost(({ message }) => lost.push(message));
    const { signal } = leadership;
    end("7", "deposed", "olaf");
    expect([leadership.state, signal.aborted]).toEqual(["lost", true]);
    expect(lost).toEqual([expect.stringContaining("deposed by olaf: stuck")]);
    await expect(leadership.proclaim("x")).rejects.toMatchObject({ code: "lost" });
    expect(box.status).toBe("connected");
    elect("9");
    expect(leadership.state).toBe("lost");
  });

  test("word of an old term changes nothing: EL-2", async () => {
    const { leadership } = await leading();
    end("6");
    elect("5", "s9", "w9");
    expect(leadership.state).toBe("leading");
    end("7");
    elect("7");
    expect(leadership.state).toBe("lost");
  });

  test("an end that overtook its beginning counts", async () => {
    const box = await joined();
    const candidacy = await box.campaign(group);
    end("7");
    elect("7");
    expect(candidacy.leadership).toBeUndefined();
  });

  test("EL-3 asks and acts under its term; a refusal ends it here too", async () => {
    const { leadership } = await leading();
    await leadership.confirm();
    await leadership.proclaim("v2");
    expect(server.commands.slice(1)).toMatchObject([
      { type: "election.assert", group, term: "7" },
      { type: "election.proclaim", group, term: "7", value: "v2" },
    ]);
    replies["election.assert"] = { error: "notLeader" };
    await expect(leadership.confirm()).rejects.toMatchObject({ code: "notLeader" });
    expect(leadership.state).toBe("lost");
  });

  test("EL-9 is uncertain while it is handed over, and goes on when that is refused", async () => {
    const { leadership } = await leading();
    replies["election.handOver"] = { error: "notFound" };
    const { signal } = leadership;
    const refused = expect(leadership.handOver("w9")).rejects.toMatchObject({ code: "notFound" });
    expect([leadership.state, signal.aborted]).toEqual(["uncertain", true]);
    await refused;
    expect(leadership.state).toBe("leading");
    replies = {};
    const lost = vi.fn();
    leadership.onLost(lost);
    const handed = leadership.handOver("w2");
    const ended = { session: "s1", agent: "w1", term: "7", why: "handedOver" } as const;
    server.notify({ type: "leader", group, leader: leaderRecord("8", "s2", "w2"), ended });
    await handed;
    expect([leadership.state, lost.mock.calls.length]).toEqual(["resigned", 0]);
  });

  test("EL-9 where a quorum confirms leaders it is uncertain until that has; refused, it leads on", async () => {
    const { leadership } = await leading();
    replies["election.handOver"] = { status: "leads", leader: leaderRecord("7") };
    const ended = { type: "ballotEnded", group, agent: "w2", why: "refused" } as const;
    const refused = expect(leadership.handOver("w2")).rejects.toMatchObject({ code: "cancelled", message: expect.stringContaining("refused") });
    await pass(10);
    expect(leadership.state).toBe("uncertain");
    server.notify(ended);
    await refused;
    expect(leadership.state).toBe("leading");

    const missed = expect(leadership.handOver("w2")).rejects.toMatchObject({ code: "cancelled" });
    await pass(10);
    const ballot = { ballot: "9", session: "s2", agent: "w2", electorate: ["w2", "w3"], need: 2, yes: ["w2"], no: [], sinceMs: 0, untilMs: 9_000 };
    server.holdings.groups = [holding(leaderRecord("7"), { ballot })];
    server.drop();
    await pass(1_000);
    expect(leadership.state).toBe("uncertain");
    server.holdings.groups = [holding(leaderRecord("7"))];
    server.drop();
    await pass(1_000);
    await missed;
    expect(leadership.state).toBe("leading");

    const handed = leadership.handOver("w2");
    await pass(10);
    server.notify({ type: "leader", group, leader: leaderRecord("10", "s2", "w2"), ended: { session: "s1", agent: "w1", term: "7", why: "handedOver" } });
    await handed;
    expect(leadership.state).toBe("resigned");
  });

  test("stops before it resigns, at the end of its block too, and is not revived by holdings of before", async () => {
    const box = await joined();
    let kept: Leadership;
    {
      await using candidacy = await box.campaign(group);
      elect("7");
      kept = await candidacy.elected();
      replies["election.resign"] = undefined;
      const resigned = candidacy.resign();
      expect(kept.state).toBe("resigned");
      await pass(0);
      server.holdings.groups = [holding(leaderRecord("7"))];
      server.drop();
      replies = {};
      await pass(1_000);
      await resigned;
    }
    expect(() => kept.assertLeading()).toThrow(/given back/);
    expect(types().filter((type) => type === "election.resign")).toHaveLength(2);
  });
});

describe("after a lost connection", () => {
  test("EL-15 holdings tell who leads by now: it, another, or nobody", async () => {
    const { leadership, box } = await leading();
    const observation = await box.observe(group);
    server.holdings.groups = [holding(leaderRecord("7"), { observes: true })];
    server.drop();
    expect(leadership.state).toBe("leading");
    await pass(1_000);
    expect(leadership.state).toBe("leading");
    server.holdings.groups = [holding(leaderRecord("8", "s2", "w2"), { observes: true })];
    server.drop();
    await pass(1_000);
    expect([leadership.state, observation.leader?.agent]).toEqual(["lost", "w2"]);
    server.holdings.groups = [holding(null, { observes: true })];
    server.drop();
    await pass(1_000);
    expect(observation.leader).toBeNull();
  });

  test("a candidacy that was ended meanwhile ends here", async () => {
    const box = await joined();
    const candidacy = await box.campaign(group);
    server.drop();
    await pass(1_000);
    expect(candidacy.endedWhy?.message).toMatch(/while the connection was lost/);
  });

  test("an answer that comes again is not believed: the holdings are asked for", async () => {
    const box = await joined();
    replies["election.campaign"] = undefined;
    const asked = box.campaign(group);
    await pass(0);
    server.drop();
    // It was done before the connection broke, led in term 3, and was deposed since.
    server.holdings.groups = [holding(null)];
    replies["election.campaign"] = { status: "leads", leader: leaderRecord("3") };
    await pass(1_000);
    const candidacy = await asked;
    await pass(0);
    expect(candidacy.leadership).toBeUndefined();
    expect(server.heard.filter(({ event }) => event === "resume")).toHaveLength(2);
  });

  test("what was given back and is still there is given back again", async () => {
    await joined();
    server.holdings.groups = [holding(null, { observes: true })];
    server.drop();
    await pass(1_000);
    expect(types()).toEqual(["election.resign", "election.unobserve"]);
  });
});

describe("after a lost session", () => {
  test("a candidacy that stays campaigns anew, and leads in a term of its own", async () => {
    const box = await joined();
    const candidacy = await box.campaign(group, { value: "here" });
    const observation = await box.observe(group);
    elect("7");
    const before = await candidacy.elected();
    server.notify({ type: "ended", why: "expired" });
    expect([before.state, candidacy.endedWhy]).toEqual(["lost", undefined]);
    await pass(1_000);
    expect(server.commands.slice(2)).toMatchObject([
      { type: "election.campaign", value: "here" },
      { type: "election.observe", group },
    ]);
    elect("9", "s2");
    const after = await candidacy.elected();
    expect([after.term, after.state, before.state, observation.leader?.term]).toEqual(["9", "leading", "lost", "9"]);
  });

  test("one that does not stay ends", async () => {
    const box = await joined();
    const candidacy = await box.campaign(group, { stay: false });
    server.notify({ type: "ended", why: "expired" });
    expect(candidacy.endedWhy).toMatchObject({ code: "lost" });
    await pass(1_000);
    expect(types()).toEqual(["election.campaign"]);
  });

  test("is tried again while the server is too busy, and ends when it is refused", async () => {
    const box = await joined();
    const candidacy = await box.campaign(group);
    replies["election.campaign"] = { error: "limit" };
    server.notify({ type: "ended", why: "expired" });
    await pass(1_500);
    expect(candidacy.endedWhy).toBeUndefined();
    replies["election.campaign"] = { error: "busy" };
    await pass(1_000);
    expect(candidacy.endedWhy).toMatchObject({ code: "busy" });
  });

  test("closing ends everything", async () => {
    const box = await joined();
    const candidacy = await box.campaign(group);
    const observation = await box.observe(group);
    elect("7");
    const leadership = await candidacy.elected();
    const seen: (string | undefined)[] = [];
    const over = (async () => {
      for await (const leader of observation) seen.push(leader?.term);
    })();
    await pass(0);
    box.close();
    await over;
    expect([seen, leadership.state, candidacy.endedWhy?.code]).toEqual([["7"], "lost", "closed"]);
    await expect(box.campaign(group)).rejects.toMatchObject({ code: "closed" });
    await expect(box.observe(group)).rejects.toMatchObject({ code: "closed" });
  });
});

describe("an observation", () => {
  test("tells who leads, each change, and what is proclaimed; the last one to stop takes it back", async () => {
    const box = await joined();
    const [one, two] = [await box.observe(group), await box.observe(group)];
    const heard: string[] = [];
    one.onChange((leader) => heard.push(`${leader?.agent ?? "nobody"} ${leader?.value ?? ""}`));
    elect("3", "s2", "w2");
    elect("3", "s2", "w2");
    server.notify({ type: "proclaimed", group, term: "3", value: "v1" }, { type: "proclaimed", group, term: "2", value: "v0" });
    end("3");
    expect(heard).toEqual(["w2 ", "w2 v1", "nobody "]);
    await one.stop();
    await one.stop();
    expect(types()).toEqual(["election.observe", "election.observe"]);
    await two[Symbol.asyncDispose]();
    expect(types().at(-1)).toBe("election.unobserve");
    elect("4", "s2", "w2");
    expect(two.leader).toBeNull();
  });

  test("iterates over the newest: first who leads now", async () => {
    const box = await joined();
    const observation = await box.observe(group);
    const iterator = observation[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual({ done: false, value: null });
    elect("3", "s2", "w2");
    elect("4", "s3", "w3");
    expect((await iterator.next()).value).toMatchObject({ term: "4" });
    const next = iterator.next();
    await observation.stop();
    expect((await next).done).toBe(true);
  });
});

describe("EL-11 a ballot", () => {
  const ballot = (number: string, more: Partial<Ballot> = {}): Ballot => ({
    ballot: number,
    session: "s2",
    agent: "w2",
    electorate: ["w1", "w2"],
    need: 2,
    yes: ["w2"],
    no: [],
    sinceMs: 0,
    untilMs: 2_000,
    ...more,
  });
  const votes = () => server.commands.flatMap((command) => (command.type === "election.vote" ? [[command.ballot, command.yes]] : []));

  test("is answered once with yes, by a notice or by the holdings, unless one decides otherwise", async () => {
    const box = await joined();
    await box.observe(group);
    server.notify({ type: "ballot", group, ballot: ballot("3") });
    server.notify({ type: "ballot", group, ballot: ballot("3") });
    await pass(0);
    expect(votes()).toEqual([["3", true]]);
    const back = box.onBallot(async ({ agent }) => agent !== "w2");
    server.holdings.groups = [holding(null, { campaigns: false, observes: true, ballot: ballot("4") })];
    server.drop();
    await pass(1_000);
    expect(votes()).toEqual([
      ["3", true],
      ["4", false],
    ]);
    back();
    server.notify({ type: "ballot", group, ballot: ballot("5") }, { type: "ballot", group, ballot: ballot("6", { yes: ["w1"] }) });
    await pass(0);
    expect(votes().at(-1)).toEqual(["5", true]);
  });
});
