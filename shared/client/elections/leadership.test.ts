import { describe, expect, test, vi } from "vitest";
import { joined, pass, server } from "../testing/scene.ts";
import type { Leadership } from "./leadership.ts";
import { answerAgain, elect, end, group, holding, leaderRecord, leading, openElections, replies, types } from "./testing/group.ts";

openElections();

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
    answerAgain();
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
      answerAgain();
      await pass(1_000);
      await resigned;
    }
    expect(() => kept.assertLeading()).toThrow(/given back/);
    expect(types().filter((type) => type === "election.resign")).toHaveLength(2);
  });
});
