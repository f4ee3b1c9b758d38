import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { bully, bullyDefaults } from "../../../shared/agents/election/bully/index.ts";
import type { Machine } from "../../../shared/agents/machine.ts";
import { connect } from "../../../shared/client/index.ts";
import { type FaultKind, faultKindSchema, machineFaultKinds } from "../../../shared/model/index.ts";
import { newToken } from "../../config/tokens.ts";
import { acquire, closeServers, collect, command, connectAgent, connectOperator, join, joined, startServer, subscribe, until } from "../../test-server.ts";
import { type Drill, doing, drill, inject, type LiveTest, roundTrips, seen, send, spaceOf, stopAll } from "./live-drill.ts";

afterEach(closeServers);

async function nothingArrives(it: Drill, kind: FaultKind): Promise<void> {
  const w1 = await joined(it.app, "w1");
  const other = await joined(it.app, "other");
  await inject(it, kind);
  const lost = send(w1, "lost");
  await roundTrips(other);
  expect(doing(it)).toBe("");
  expect(lost.answered).toBe(false);
  await stopAll(it);
  expect(await command(w1, { type: "session.declare", doing: "back" })).toMatchObject({ ok: true });
  expect(doing(it)).toBe("back");
}

async function noAnswerComes(it: Drill, kind: FaultKind): Promise<void> {
  const w1 = await joined(it.app, "w1");
  await inject(it, kind);
  const sent = send(w1, "unheard");
  await until(() => expect(doing(it)).toBe("unheard"));
  await roundTrips(await joined(it.app, "other"));
  expect(sent.answered).toBe(false);
}

async function connectionsBreak(it: Drill, kind: FaultKind): Promise<void> {
  const box = await connect({ url: it.app.url, agent: "w1" });
  const lock = await box.lock("x");
  await inject(it, kind, { delayMs: 200, durationMs: 700 });
  await seen(it, "session.disconnected");
  await seen(it, "session.connected");
  await seen(it, "fault.ended", { why: "healed" });
  await until(() => expect(box.status).toBe("connected"));
  expect(lock.state).toBe("held");
  await box.leave();
}

/** A protocol that does nothing; for its term it shows the time by its node's clock. */
const clockReader: Machine<null, null, null, null> = {
  name: "clock",
  message: z.null(),
  durable: z.null(),
  start: () => ({ node: null, outputs: [] }),
  step: () => ({ node: null, outputs: [] }),
  view: (_, nowMs) => ({ protocol: "clock", role: "follower", term: nowMs, leader: null, votedFor: null, votes: [], members: [], because: "" }),
};

/** Every fault that can be injected into a live fleet, felt by real connections; those of the machine are in `live-machine.test.ts`. */
const live: Readonly<Record<Exclude<FaultKind, (typeof machineFaultKinds)[number]>, LiveTest>> = {
  cut: { shows: "what it sends does not arrive, until all is stopped", test: (it) => nothingArrives(it, "cut") },
  cutIn: { shows: "what it sends does not arrive, until all is stopped", test: (it) => nothingArrives(it, "cutIn") },
  drop: { shows: "what it sends does not arrive, until all is stopped", test: (it) => nothingArrives(it, "drop") },
  cutOut: { shows: "what it sends arrives, the answer does not", test: (it) => noAnswerComes(it, "cutOut") },
  dropAnswers: { shows: "what it sends arrives, the answer does not", test: (it) => noAnswerComes(it, "dropAnswers") },
  cutPair: {
    shows: "FI-7: what one causes does not reach the other, both still reach the server, and all is known once it is over",
    async test(it) {
      const [w1, w2, w3] = await Promise.all(["w1", "w2", "w3"].map((agent) => connect({ url: it.app.url, agent })));
      if (w1 === undefined || w2 === undefined || w3 === undefined) throw new Error("not connected");
      const received: string[] = [];
      w2.onReceived((lock) => received.push(lock.resource));
      const [first, second] = [await w1.lock("a"), await w3.lock("b")];
      await inject(it, "cutPair", { peer: "w2" });
      await first.transfer("w2");
      // Who is not of the pair reaches it, and it reaches the server.
      await second.transfer("w2");
      await until(() => expect(received).toEqual(["b"]));
      await w2.declare({ doing: "heard by the server" });
      expect(doing(it, "w2")).toBe("heard by the server");
      expect(spaceOf(it).state.locks.get(spaceOf(it).state.lastFence)?.agent).toBe("w2");
      await stopAll(it);
      await until(() => expect(received).toEqual(["b", "a"]));
      await Promise.all([w1.leave(), w2.leave(), w3.leave()]);
    },
  },
  slow: {
    shows: "it takes longer and arrives",
    async test(it) {
      const w1 = await joined(it.app, "w1");
      await inject(it, "slow", { delayMs: 300 });
      const begun = performance.now();
      await command(w1, { type: "session.declare", doing: "late" });
      expect(doing(it)).toBe("late");
      // Never a bound from above: only that it was held back at all.
      expect(performance.now() - begun).toBeGreaterThan(500);
    },
  },
  delay: {
    shows: "it takes longer and arrives",
    async test(it) {
      const w1 = await joined(it.app, "w1");
      const other = await joined(it.app, "other");
      await inject(it, "delay", { delayMs: 2_000, seed: 4 });
      const sent = send(w1, "late");
      await roundTrips(other);
      expect(sent.answered).toBe(false);
      await until(() => expect(sent.answered).toBe(true));
      expect(doing(it)).toBe("late");
    },
  },
  reorder: {
    shows: "a later message overtakes an earlier one",
    async test(it) {
      const w1 = await joined(it.app, "w1");
      await inject(it, "reorder", { delayMs: 500, seed: 3 });
      await Promise.all(Array.from({ length: 12 }, (_, n) => w1.emitWithAck("commands", [{ id: `n${n}`, type: "session.declare", doing: `n${n}` }])));
      const said = await until(() => {
        const arrived = it.events().flatMap((event) => (event.type === "session.declared" ? [event.doing] : []));
        expect(arrived).toHaveLength(12);
        return arrived;
      });
      expect(said).not.toEqual([...said].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1))));
    },
  },
  duplicate: {
    shows: "what arrives twice applies once",
    async test(it) {
      const w1 = await joined(it.app, "w1");
      await inject(it, "duplicate");
      await acquire(w1, "x");
      await roundTrips(await joined(it.app, "other"));
      expect([...spaceOf(it).state.locks.values()]).toMatchObject([{ resource: "x", holds: 1 }]);
    },
  },
  pause: {
    shows: "it stands still, and then everything arrives at once",
    async test(it) {
      const w1 = await joined(it.app, "w1");
      await inject(it, "pause", { durationMs: 400 });
      const sent = send(w1, "after");
      await roundTrips(await joined(it.app, "other"));
      expect(doing(it)).toBe("");
      await until(() => expect(sent.answered).toBe(true));
      expect(doing(it)).toBe("after");
    },
  },
  stopRenewing: {
    shows: "it works on, and its lease ends",
    async test(it) {
      const box = await connect({ url: it.app.url, agent: "w1", ttlMs: 1_000, rejoin: false });
      const lock = await box.lock("x");
      await inject(it, "stopRenewing");
      await seen(it, "session.ended", { why: "expired" });
      expect(lock.state).toBe("lost");
      box.close();
    },
  },
  crash: {
    shows: "its connection breaks and it cannot come back before it is over",
    async test(it) {
      const w1 = await joined(it.app, "w1");
      await inject(it, "crash");
      await until(() => expect(w1.connected).toBe(false));
      const again = await connectAgent(it.app);
      let back = false;
      const joins = () => {
        back = true;
      };
      join(again, "w1", { replace: true }).then(joins, () => undefined);
      await roundTrips(await joined(it.app, "other"));
      expect(back).toBe(false);
      await stopAll(it);
      await join(await connectAgent(it.app), "w1", { replace: true });
    },
  },
  flap: { shows: "connections break and sessions live on", test: (it) => connectionsBreak(it, "flap") },
  reconnectStorm: { shows: "connections break and sessions live on", test: (it) => connectionsBreak(it, "reconnectStorm") },
  holdForever: {
    shows: "what it gives back stays held",
    async test(it) {
      const w1 = await joined(it.app, "w1");
      const fence = await acquire(w1, "x");
      await inject(it, "holdForever");
      expect(await command(w1, { type: "lock.release", resource: "x", fence })).toMatchObject({ ok: true });
      expect(spaceOf(it).state.locks.has(fence)).toBe(true);
    },
  },
  clockDrift: {
    shows: "a client whose clock runs fast doubts its lease before the server ends it",
    async test(it) {
      const box = await connect({ url: it.app.url, agent: "w1", ttlMs: 3_000 });
      const lock = await box.lock("x");
      await inject(it, "clockDrift", { strength: 1 });
      await inject(it, "stopRenewing");
      await until(() => expect(lock.state).toBe("lost"));
      expect(it.events().some((event) => event.type === "session.ended")).toBe(false);
      // Its nodes go by the same clock.
      const node = await box.run(clockReader, { group: "g", config: null });
      const aheadMs = () => node.view.term - performance.now();
      const before = aheadMs();
      await until(() => expect(aheadMs() - before).toBeGreaterThan(100));
      box.close();
    },
  },
  clockJump: {
    shows: "FI-8: a client whose clock is set ahead doubts its lease and keeps it; the server's clock jumps, and nobody's lease ends",
    async test(it) {
      const box = await connect({ url: it.app.url, agent: "w1", ttlMs: 4_000 });
      const told: string[] = [];
      box.onStatus((status) => told.push(status));
      const lock = await box.lock("x");
      await inject(it, "clockJump", { delayMs: 20_000, durationMs: 500 });
      await until(() => expect(told).toContain("uncertain"));
      await until(() => expect(box.status).toBe("connected"));
      expect(lock.state).toBe("held");
      await seen(it, "fault.ended", { kind: "clockJump", why: "healed" });

      const before = spaceOf(it).nowMs();
      await inject(it, "clockJump", { target: "server", delayMs: 30_000, durationMs: 1_000 });
      await seen(it, "fault.ended", { target: "server", why: "healed" });
      expect(spaceOf(it).nowMs()).toBeGreaterThan(before + 30_000);
      await roundTrips(await joined(it.app, "other"));
      expect(it.events().some((event) => event.type === "session.ended")).toBe(false);
      expect(lock.state).toBe("held");
      expect(told).not.toContain("lost");
      await box.leave();
    },
  },
  lie: {
    shows: "FI-5: false claims are refused and written down, and change nothing",
    async test(it) {
      await joined(it.app, "w1");
      const honest = await joined(it.app, "honest");
      const fence = await acquire(honest, "x");
      await inject(it, "lie");
      await seen(it, "claim.refused", { agent: "w1", holder: "honest", resource: "x" });
      expect(spaceOf(it).state.locks.get(fence)?.agent).toBe("honest");
    },
  },
  doubleVote: {
    shows: "EL-11: its word counts once in a ballot, and to another node it grants what it refused",
    async test(it) {
      const [w1, w2] = await Promise.all(["w1", "w2"].map((agent) => connect({ url: it.app.url, agent })));
      if (w1 === undefined || w2 === undefined) throw new Error("not connected");
      await inject(it, "doubleVote");
      await w1.observe("g");
      w1.onBallot(() => false);
      const candidacy = await w2.campaign("g", { settings: { policy: "quorum", members: ["w1", "w2", "w3"], confirmMs: 60_000 } });
      const { because } = await candidacy.elected();
      expect(because).toContain("2 of 3 members confirmed it");
      await seen(it, "leader.elected");
      const words = it.events().flatMap((event) => (event.type === "ballot.voted" ? [[event.agent, event.yes]] : []));
      expect(words).toEqual([["w1", true]]);

      const heard: string[] = [];
      w2.messages("g").onMessage(({ body }) => heard.push(body));
      await w1.send("g", "w2", "raft", JSON.stringify({ type: "voted", term: 3, granted: false }));
      await w1.send("g", "w2", "raft", "no JSON");
      await until(() => expect(heard).toEqual([JSON.stringify({ type: "voted", term: 3, granted: true }), "no JSON"]));
      await Promise.all([w1.leave(), w2.leave()]);
    },
  },
  falseLeader: {
    shows: "EL-3: it claims to lead under present and old terms; each claim is refused and written down; what it shows is true again afterwards",
    async test(it) {
      const [w1, honest] = await Promise.all(["w1", "honest"].map((agent) => connect({ url: it.app.url, agent })));
      if (w1 === undefined || honest === undefined) throw new Error("not connected");
      await w1.lock("a fence before");
      const { term } = await (await honest.campaign("g")).elected();
      const members = ["honest", "w1"];
      const config = { ...bullyDefaults, members, heartbeatMs: 100 };
      const nodes = await Promise.all([w1, honest].map((box) => box.run(bully, { group: "nodes", config: { ...config, agent: box.agent } })));
      await until(() => expect(nodes.map(({ view }) => view.leader)).toEqual(["w1", "w1"]));
      // Of these two the one with the higher name leads: it is the other one that lies.
      const shown = (agent: string) => [...spaceOf(it).state.nodes.values()].find((node) => node.agent === agent)?.view;
      await until(() => expect([shown("w1")?.role, shown("honest")?.role]).toEqual(["leader", "follower"]));
      await inject(it, "falseLeader", { target: "honest,w1" });
      await seen(it, "leader.refused", { agent: "w1", command: "election.assert", term, leader: "honest" });
      await seen(it, "leader.refused", { agent: "w1", command: "election.assert", term: String(Number(term) - 1) });
      await seen(it, "leader.refused", { agent: "w1", command: "election.proclaim" });
      expect(spaceOf(it).state.elections.get("g")?.leader).toMatchObject({ agent: "honest", term, value: "" });
      await until(() => expect([shown("w1")?.role, shown("honest")?.role]).toEqual(["leader", "leader"]));
      await stopAll(it);
      await until(() => expect([shown("w1")?.role, shown("honest")?.role]).toEqual(["leader", "follower"]));
      await Promise.all([w1.leave(), honest.leave()]);
    },
  },
  flood: {
    shows: "one who floods is limited, the others go on",
    async test(it) {
      await joined(it.app, "w1");
      const other = await joined(it.app, "other");
      await inject(it, "flood");
      await roundTrips(other);
      const { measures } = spaceOf(it);
      await until(() => expect(measures.commands).toBeGreaterThan(200));
      await roundTrips(other);
    },
  },
  hostileInput: {
    shows: "every malformed message is refused and changes nothing, and the others go on",
    async test(it) {
      await joined(it.app, "w1");
      const other = await joined(it.app, "other");
      const fence = await acquire(other, "x");
      await inject(it, "hostileInput");
      const { position } = spaceOf(it).state;
      const { refusals } = spaceOf(it).measures;
      await until(() => expect(Math.min(refusals.get("invalid") ?? 0, refusals.get("unknown") ?? 0)).toBeGreaterThan(2));
      await roundTrips(other);
      expect(spaceOf(it).state.position).toBe(position);
      expect(spaceOf(it).state.locks.has(fence)).toBe(true);
    },
  },
  stallServer: {
    shows: "after a stall nobody has lost his lease",
    async test(it) {
      const box = await connect({ url: it.app.url, agent: "w1", ttlMs: 1_000 });
      const lock = await box.lock("x");
      await inject(it, "stallServer", { durationMs: 2_500 });
      await seen(it, "fault.ended");
      await until(() => expect(box.status).toBe("connected"));
      expect(spaceOf(it).state.locks.has(lock.fence ?? "")).toBe(true);
      await box.leave();
    },
  },
  slowViewer: {
    shows: "it is taken off and begins anew from a snapshot",
    async test(it) {
      const w1 = await joined(it.app, "w1");
      const lagged = collect<unknown>(it.operator, "lagged");
      await inject(it, "slowViewer", { target: "*" });
      let n = 0;
      await until(async () => {
        await command(w1, { type: "session.declare", doing: `n${n++}` });
        expect(lagged.length).toBeGreaterThan(0);
      });
      await stopAll(it);
      expect((await subscribe(it.operator)).snapshot).not.toBeNull();
    },
  },
};

for (const [kind, { shows, test: run }] of Object.entries(live)) test(`${kind}: ${shows}`, async () => run(await drill()));

test("every kind of fault has its live test, and none is tested that is not there", () => {
  expect([...Object.keys(live), ...machineFaultKinds].sort()).toEqual([...faultKindSchema.options].sort());
});

describe("rights", () => {
  test.each(faultKindSchema.options)("FI-6 without --allow-faults %s cannot be injected, but everything can be stopped", async (kind) => {
    const app = await startServer();
    const operator = await connectOperator(app);
    await joined(app, "w1");
    for (const more of [{ type: "fault.inject" }, { type: "schedule.set", everyMs: 1_000 }]) {
      const refused = await command(operator, { ...more, kind, target: "w1", durationMs: 1_000, reason: "drill" });
      expect(refused).toMatchObject({ ok: false, error: { code: "unauthorized", message: expect.stringContaining("--allow-faults") } });
    }
    expect(await command(operator, { type: "fault.stopAll", reason: "to be sure" })).toMatchObject({ ok: true });
  });

  test.each(faultKindSchema.options)("FI-6 a viewer cannot inject %s", async (kind) => {
    const { token, entry } = newToken("vera", "viewer");
    const app = await startServer({ allowFaults: true, tokens: [entry] });
    const viewer = await connectOperator(app, { token });
    const refused = await command(viewer, { type: "fault.inject", kind, target: "w1", durationMs: 1_000, reason: "drill" });
    expect(refused).toMatchObject({ ok: false, error: { code: "unauthorized", message: expect.stringContaining("role operator") } });
  });
});
