import { describe, expect, test } from "vitest";
import type { SignalboxError } from "../index.ts";
import { joined, pass, server } from "../testing/scene.ts";
import type { Leadership } from "./leadership.ts";
import { answerAgain, elect, group, leaderRecord, openElections, replies, types } from "./testing/group.ts";

openElections();

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
    answerAgain();
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
