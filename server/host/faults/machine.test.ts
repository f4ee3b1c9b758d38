import { afterEach, describe, expect, test } from "vitest";
import { connect } from "../../../shared/client/index.ts";
import { drill, drillOnDisk, inject, spaceOf } from "../../gateway/faults/live-drill.ts";
import { verifyJournal } from "../../journal/verify.ts";
import { closeServers, command, connectOperator, joined, until } from "../../test-server.ts";

/** What stands around the faults of the machine; each kind has its own test among the live ones. */

afterEach(closeServers);

const kill = { target: "server", point: "afterFlush" };

test.each(["tornTail", "bitFlip"] as const)("FI-10 %s needs files: a journal in memory says so", async (kind) => {
  const it = await drill();
  for (const more of [{ type: "fault.inject" }, { type: "schedule.set", everyMs: 1_000 }]) {
    const answer = await command(it.operator, { ...more, kind, target: "server", durationMs: 1_000, reason: "drill" });
    expect(answer).toMatchObject({ ok: false, error: { code: "unsupported", field: "kind", message: expect.stringContaining("in memory") } });
  }
});

test.each(["killServer", "loseUnflushed", "fullDisk"] as const)("FI-9 %s that is stopped before it struck never strikes", async (kind) => {
  const it = await drill();
  const w1 = await joined(it.app, "w1");
  await inject(it, kind, { target: "server" });
  expect(await command(it.operator, { type: "fault.stopAll", reason: "not today" })).toMatchObject({ ok: true });
  for (let n = 0; n < 5; n++) expect(await command(w1, { type: "session.declare", doing: `n${n}` })).toMatchObject({ ok: true });
  expect(spaceOf(it).stoppedReason).toBeUndefined();
});

describe("while the space is away", () => {
  async function away() {
    const it = await drill();
    const box = await connect({ url: it.app.url, agent: "w1", ttlMs: 30_000 });
    await inject(it, "killServer", kill);
    const declared = box.declare({ doing: "killed" });
    await until(() => expect(spaceOf(it).stoppedReason).toBeDefined());
    return { it, box, declared, operator: await connectOperator(it.app) };
  }

  test("FI-9 only its own fault can be stopped, and stop all", async () => {
    const { it, box, declared, operator } = await away();
    expect(await command(operator, { type: "fault.stop", fault: "f7", reason: "wrong one" })).toMatchObject({ ok: false, error: { code: "unavailable" } });
    expect(await command(operator, { type: "fault.stop", fault: "f1", reason: "that one" })).toMatchObject({ ok: true });
    await declared;
    expect(spaceOf(it).state.faults.size).toBe(0);
    await box.leave();
  });

  test("FI-9 many who stop it at once are all answered", async () => {
    const { box, declared, operator } = await away();
    const stops = Array.from({ length: 20 }, () => command(operator, { type: "fault.stopAll", reason: "enough" }));
    expect((await Promise.all(stops)).every((answer) => answer.ok)).toBe(true);
    await declared;
    await box.leave();
  });

  test("FI-9 of fifty commands that it caught on their way each is applied once", async () => {
    const { it, box, declared, operator } = await away();
    await command(operator, { type: "fault.stopAll", reason: "enough" });
    await declared;
    const said = Array.from({ length: 50 }, (_, n) => `n${n}`);
    await inject({ ...it, operator: await connectOperator(it.app) }, "killServer", { ...kill, durationMs: 300 });
    await Promise.all(said.map((doing) => box.declare({ doing })));
    const events = await spaceOf(it).journal.newest({ limit: 1_000, types: ["session.declared"] });
    expect(events.flatMap((event) => (event.type === "session.declared" ? [event.doing] : [])).reverse()).toEqual(["killed", ...said]);
    await box.leave();
  });

  test("the server can be closed, and is", async () => {
    const { it, box, declared } = await away();
    box.close();
    await expect(declared).rejects.toMatchObject({ code: "closed" });
    await it.app.close();
  });
});

test("FI-9 of two faults each is felt: it comes back from one, and the other one strikes", async () => {
  const it = await drillOnDisk();
  const box = await connect({ url: it.app.url, agent: "w1", ttlMs: 30_000 });
  await inject(it, "loseUnflushed", { target: "server", durationMs: 700 });
  const first = spaceOf(it);
  const declared = box.declare({ doing: "twice" });
  await until(() => expect(first.stoppedReason).toContain("before a write was flushed"));
  await until(() => expect(spaceOf(it)).not.toBe(first));
  await declared;
  const operator = await until(() => connectOperator(it.app));
  await inject({ ...it, operator }, "killServer", { ...kill, durationMs: 700 });
  const second = spaceOf(it);
  await box.declare({ doing: "thrice" });
  await until(() => expect(spaceOf(it)).not.toBe(second));
  expect([...spaceOf(it).state.sessions.values()].map(({ doing }) => doing)).toEqual(["thrice"]);
  await until(() => expect(spaceOf(it).state.faults.size).toBe(0));
  await box.leave();
  await it.app.close();
  expect((await verifyJournal({ dataFolder: it.data, space: "main" })).problems).toEqual([]);
});

test("FI-9 what became durable in the last moment reaches those in this process who follow", async () => {
  const it = await drill();
  const followed: string[] = [];
  it.app.gateway.follow("main", (events) => {
    for (const event of events) if (event.type === "session.declared") followed.push(event.doing);
  });
  const box = await connect({ url: it.app.url, agent: "w1", ttlMs: 30_000 });
  await inject(it, "killServer", { ...kill, durationMs: 300 });
  await box.declare({ doing: "durable, and nobody was told" });
  await until(() => expect(followed).toEqual(["durable, and nobody was told"]));
  await box.leave();
});

test("FI-3 a schedule kills the server again and again, and is stopped while it is away", async () => {
  const it = await drill();
  const box = await connect({ url: it.app.url, agent: "w1", ttlMs: 30_000 });
  const schedule = { type: "schedule.set", kind: "loseUnflushed", target: "server", durationMs: 400, everyMs: 1_000, reason: "drill" };
  expect(await command(it.operator, schedule)).toMatchObject({ ok: true });
  const spaces = new Set([spaceOf(it)]);
  let n = 0;
  await until(async () => {
    await box.declare({ doing: `n${n++}` });
    expect(spaces.add(spaceOf(it)).size).toBeGreaterThan(2);
  });
  const declared = (async () => {
    for (;;) {
      await box.declare({ doing: `n${n++}` });
      if (spaceOf(it).state.schedules.size === 0) return;
    }
  })();
  await until(async () => expect(await command(await connectOperator(it.app), { type: "fault.stopAll", reason: "enough" })).toMatchObject({ ok: true }));
  await declared;
  expect(spaceOf(it).state.faults.size + spaceOf(it).state.schedules.size).toBe(0);
  await box.leave();
});
