import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { connect } from "../../../shared/client/index.ts";
import { type Event, type FaultKind, killPointSchema, machineFaultKinds } from "../../../shared/model/index.ts";
import { verifyJournal } from "../../journal/verify.ts";
import { closeServers, collect, command, connectAgent, connectOperator, type OperatorClient, refusalOf, subscribe, until } from "../../test-server.ts";
import { type Drill, type DrillOnDisk, drillOnDisk, inject, type LiveTest, spaceOf, stopAll } from "./live-drill.ts";

afterEach(closeServers);

type MachineFault = (typeof machineFaultKinds)[number];

/** Everything that is in the journal now. */
async function journaled(it: Drill): Promise<Event[]> {
  const events: Event[] = [];
  for await (const chunk of spaceOf(it).journal.read(0)) events.push(...chunk);
  return events;
}

/** While a space is gone: viewers are told why and until when, operators and agents get an error that says so. */
async function seesItGone(it: Drill, why: RegExp): Promise<OperatorClient> {
  const operator = await connectOperator(it.app);
  const stopped = collect<{ reason: string; backMs: number }>(operator, "stopped");
  const refused = { ok: false, error: { code: "unavailable", message: expect.stringMatching(why) } };
  await until(async () => expect(await operator.emitWithAck("subscribe", {})).toMatchObject(refused));
  await until(() => expect(stopped.at(-1)).toMatchObject({ reason: expect.stringMatching(why), backMs: expect.any(Number) }));
  expect(await command(operator, { type: "resource.freeze", resource: "x", reason: "too late" })).toMatchObject(refused);
  for (const question of ["history", "preview"] as const) {
    const content = question === "history" ? {} : { command: { id: "p", type: "resource.freeze", resource: "x", reason: "too late" } };
    expect(await operator.emitWithAck(question, content as never)).toMatchObject(refused);
  }
  expect(await refusalOf(connectAgent(it.app))).toMatchObject({ code: "unavailable", message: expect.stringMatching(why) });
  return operator;
}

/** An agent with a lock, which goes on with what it does; what it is told is kept, whatever happens to the server. */
async function worker(it: Drill) {
  const box = await connect({ url: it.app.url, agent: "w1", ttlMs: 30_000 });
  const lock = await box.lock("kept");
  return { box, lock };
}

/** What was acknowledged is there, once; the journal verifies. */
async function nothingIsLost(it: DrillOnDisk, { box, lock }: Awaited<ReturnType<typeof worker>>, acknowledged: readonly string[]): Promise<void> {
  await until(() => expect(box.status).toBe("connected"));
  await box.declare({ doing: "after all" });
  expect(lock.state).toBe("held");
  const events = await journaled(it);
  expect(events.map((event) => event.position)).toEqual(events.map((_, index) => index + 1));
  const said = events.flatMap((event) => (event.type === "session.declared" ? [event.doing] : []));
  expect(said).toEqual([...acknowledged, "after all"]);
  expect(events.filter((event) => event.type === "lock.granted")).toHaveLength(1);
  await it.app.close();
  expect((await verifyJournal({ dataFolder: it.data, space: "main" })).problems).toEqual([]);
}

/** It strikes the next write; the operator stops it while the space is gone; whoever waited gets his answer. */
async function strikesTheNextWrite(it: DrillOnDisk, kind: FaultKind, why: RegExp): Promise<void> {
  const at = await worker(it);
  await inject(it, kind, { target: "server" });
  const declared = at.box.declare({ doing: "in the midst" });
  await until(() => expect(spaceOf(it).stoppedReason).toMatch(why));
  const operator = await seesItGone(it, why);
  expect(await command(operator, { type: "fault.stop", fault: "f1", reason: "enough" })).toMatchObject({ ok: true });
  await declared;
  expect((await subscribe(operator)).snapshot).not.toBeNull();
  expect((await journaled(it)).filter((event) => event.type === "fault.began" || event.type === "fault.ended")).toMatchObject([
    { fault: { kind } },
    { kind, why: "stopped", actor: { role: "operator" }, reason: "enough" },
  ]);
  await nothingIsLost(it, at, ["in the midst"]);
}

/** Every fault of the machine that a space's server runs on, with a journal in files. */
const live: Readonly<Record<MachineFault, LiveTest<DrillOnDisk>>> = {
  killServer: {
    shows: "FI-9: killed at every point, the space comes back by itself, and what was acknowledged is there",
    async test(it) {
      const at = await worker(it);
      const said: string[] = [];
      for (const point of killPointSchema.options) {
        const operator = await until(() => connectOperator(it.app));
        await until(async () => expect((await operator.emitWithAck("subscribe", {})).ok).toBe(true));
        const before = spaceOf(it);
        await inject({ ...it, operator }, "killServer", { target: "server", point, durationMs: 1_000 });
        await at.box.declare({ doing: point });
        said.push(point);
        await until(() => expect(spaceOf(it)).not.toBe(before));
        expect(before.stoppedReason).toContain(point);
        await until(async () => expect((await journaled(it)).filter((event) => event.type === "fault.ended")).toHaveLength(said.length));
      }
      const ends = (await journaled(it)).filter((event) => event.type === "fault.ended");
      expect(ends.map((event) => event.type === "fault.ended" && event.why)).toEqual(ends.map(() => "healed"));
      await nothingIsLost(it, at, said);
    },
  },
  loseUnflushed: {
    shows: "FI-9: a write that was not flushed is gone, and its sender sends it again",
    test: (it) => strikesTheNextWrite(it, "loseUnflushed", /before a write was flushed/),
  },
  tornTail: {
    shows: "FI-10: half a commit is dropped by the start and told, and its sender sends it again",
    async test(it) {
      await strikesTheNextWrite(it, "tornTail", /in the midst of a write/);
      expect(it.log()).toMatch(/dropped \d+ pages of a commit that a crash had cut short/);
    },
  },
  bitFlip: {
    shows: "FI-10: a turned bit keeps the space from starting, which says where it is; put back, all is there",
    async test(it) {
      const at = await worker(it);
      await at.box.declare({ doing: "before" });
      await inject(it, "bitFlip", { target: "server" });
      const copy = join(it.data, "main", "bit-flip");
      const operator = await seesItGone(it, /position \d+/);
      expect(existsSync(copy)).toBe(true);
      await stopAll({ operator });
      expect(existsSync(copy)).toBe(false);
      await nothingIsLost(it, at, ["before"]);
    },
  },
  fullDisk: {
    shows: "FI-9: the space stops at the first write that fails, and goes on once there is room",
    async test(it) {
      const at = await worker(it);
      await inject(it, "fullDisk", { target: "server" });
      await expect(at.box.declare({ doing: "no room" })).rejects.toMatchObject({ code: "unavailable" });
      const operator = await seesItGone(it, /its disk is full/);
      await stopAll({ operator });
      await nothingIsLost(it, at, []);
    },
  },
};

for (const [kind, { shows, test: run }] of Object.entries(live)) test(`${kind}: ${shows}`, { timeout: 60_000 }, async () => run(await drillOnDisk()));

test("every kind of fault of the machine has its live test", () => {
  expect(Object.keys(live).sort()).toEqual([...machineFaultKinds].sort());
});
