import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as path } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RecentEvents } from "../../shared/host/index.ts";
import type { ConfigInput } from "../config/schema.ts";
import { MemoryJournal, MemoryStorage } from "../journal/memory-journal.ts";
import { openJournal } from "../journal/open-journal.ts";
import { acquire, closeServers, command, connectAgent, connectOperator, join, joined, resumeKey, startServer, subscribe, until } from "../test-server.ts";

let dataFolder = "";
beforeEach(() => {
  dataFolder = mkdtempSync(path(tmpdir(), "signalbox-restart-"));
});
afterEach(async () => {
  await closeServers();
  rmSync(dataFolder, { recursive: true, force: true });
});

const startDurable = (config: ConfigInput = {}) => startServer(config, { journals: (space) => openJournal({ dataFolder, space, kind: "sqlite" }) });

describe("a restart", () => {
  it("JR-4: keeps holders, fences, queues and agents; everybody goes on where they were", async () => {
    const before = await startDurable();
    const holder = await connectAgent(before);
    const { session } = await join(holder, "a1");
    const fence = await acquire(holder, "repo/a");
    const waiter = await joined(before, "a2");
    await command(waiter, { id: "w", type: "lock.acquire", wants: [{ resource: "repo/a" }] });
    const { snapshot } = await subscribe(await connectOperator(before));
    await before.close();

    const after = await startDurable();
    const { state } = after.spaces.get("main")!;
    expect(state.locks.get(fence)).toMatchObject({ agent: "a1", resource: "repo/a" });
    expect([...state.waits.values()]).toMatchObject([{ agent: "a2", command: "w" }]);
    expect([...state.sessions.values()].map((record) => record.connected)).toEqual([false, false]);

    const viewer = await connectOperator(after);
    const resumed = await subscribe(viewer, snapshot!.position);
    expect(resumed.snapshot).toBeNull();
    expect(resumed.events.map((event) => event.type)).toEqual(["session.disconnected", "session.disconnected"]);

    const again = await connectAgent(after);
    expect(await again.emitWithAck("resume", { session, resumeKey })).toMatchObject({ ok: true, holdings: { locks: [{ fence }] } });
    await command(again, { type: "lock.release", resource: "repo/a", fence });
    const next = [...state.locks.values()];
    expect(next).toMatchObject([{ agent: "a2", resource: "repo/a" }]);
    expect(BigInt(next[0]!.fence)).toBeGreaterThan(BigInt(fence));
  });

  it("JR-4: begins from a checkpoint and the events after it", async () => {
    const before = await startDurable({ checkpointEveryEvents: 20 });
    const agent = await joined(before, "a1");
    for (let time = 0; time < 25; time++) await acquire(agent, `repo/${time}`);
    await until(() => expect(before.spaces.get("main")!.measures.checkpoints).toBeGreaterThan(0));
    await before.close();
    const after = await startDurable();
    expect(after.spaces.get("main")!.state.locks.size).toBe(25);
  });

  it("puts the rules of the configuration in where they differ, and writes nothing when they do not", async () => {
    const rule = { pattern: "gpu", settings: { capacity: 4 }, reason: "four cards" };
    const rulesOf = (app: Awaited<ReturnType<typeof startDurable>>) =>
      app.spaces.get("main")!.state.rules.map(({ pattern, settings, by }) => [pattern, settings.capacity, by]);
    const first = await startDurable({ rules: [rule] });
    expect(rulesOf(first)).toEqual([["gpu", 4, "configuration"]]);
    const { durablePosition } = first.spaces.get("main")!;
    await first.close();
    const same = await startDurable({ rules: [rule] });
    expect(same.spaces.get("main")!.durablePosition).toBe(durablePosition);
    await same.close();
    const more = await startDurable({ rules: [{ ...rule, settings: { capacity: 8 } }] });
    expect(rulesOf(more)).toEqual([["gpu", 8, "configuration"]]);
    const operator = await connectOperator(more);
    await command(operator, { type: "resource.configure", pattern: "own", settings: { capacity: 2 }, reason: "mine" });
    await more.close();
    const none = await startDurable({ rules: [] });
    expect(rulesOf(none)).toEqual([["own", 2, "local"]]);
  });

  it("under a clock that was set back goes on from the journal's time", async () => {
    const storage = new MemoryStorage();
    const before = await startServer({}, { journals: () => new MemoryJournal(storage), clock: { nowMs: () => 5_000_000 } });
    await joined(before, "a1");
    await before.close();
    const after = await startServer({}, { journals: () => new MemoryJournal(storage), clock: { nowMs: () => 1_000 } });
    const space = after.spaces.get("main")!;
    expect(space.nowMs()).toBe(5_000_000);
    expect(space.state.sessions.size).toBe(1);
  });

  it("JR-10: keeps as many events as the configuration says, and history begins where they do", async () => {
    const app = await startServer({ checkpointEveryEvents: 10, keepEvents: 30 });
    const space = app.spaces.get("main")!;
    const agent = await joined(app, "a1");
    await until(async () => {
      await command(agent, { type: "lock.release", resource: "a", fence: await acquire(agent, "a") });
      expect(space.oldestPosition).toBeGreaterThan(50);
    });
    const viewer = await connectOperator(app);
    const forwards = await viewer.emitWithAck("history", {});
    expect(forwards).toMatchObject({ ok: true });
    expect(forwards.ok && forwards.events[0]?.position).toBeGreaterThan(50);
    expect(forwards.ok && forwards.events.length).toBeGreaterThanOrEqual(30);
    const backwards = await viewer.emitWithAck("history", { newest: true });
    expect(backwards.ok && [...backwards.events].reverse()).toEqual(forwards.ok && forwards.events);
  });
});

describe("recent events", () => {
  const event = (position: number) => ({ type: "session.connected", position, atMs: 0, session: "s", agent: "a" }) as const;
  const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => event(first + index));

  it("give back any range they have, and nothing of which a part is missing", () => {
    const recent = new RecentEvents(10, 0);
    recent.push(upTo(8));
    expect(recent.between(0, 8)).toHaveLength(8);
    expect(recent.between(3, 5)).toEqual([event(4), event(5)]);
    expect(recent.between(8, 8)).toEqual([]);
    expect(recent.between(5, 9)).toBeUndefined();
    expect(recent.between(6, 5)).toBeUndefined();
  });

  it("keep at least their capacity and at most twice as many", () => {
    const recent = new RecentEvents(10, 0);
    for (const each of upTo(1_000)) {
      recent.push([each]);
      if (each.position >= 10) expect(recent.between(each.position - 10, each.position)).toHaveLength(10);
      expect(recent.between(each.position - 21, each.position)).toBeUndefined();
    }
  });

  it("can be filled with events from before a start", () => {
    const recent = new RecentEvents(10, 100);
    recent.push(upTo(100, 95));
    recent.push(upTo(103, 101));
    expect(recent.between(94, 103)).toHaveLength(9);
    expect(recent.between(93, 103)).toBeUndefined();
  });
});
