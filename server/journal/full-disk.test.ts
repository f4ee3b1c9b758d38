import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import type { Answer } from "../../shared/model/index.ts";
import { closeServers, collect as collectMessages, command, connectOperator, joined, startServer, subscribe, until } from "../test-server.ts";
import { collect, eventsAfter, temporaryFolder } from "./fixtures.ts";
import { JournalError } from "./journal.ts";
import { openJournal } from "./open-journal.ts";

const { folder, remove } = await temporaryFolder();
afterAll(() => remove());
afterEach(closeServers);

/** Appends until the journal refuses; returns how far it acknowledged and why it stopped. */
async function fill(dataFolder: string, maxBytes?: number): Promise<{ acknowledged: number; failure: JournalError }> {
  const journal = openJournal({ dataFolder, space: "main", kind: "sqlite", maxBytes });
  let acknowledged = (await journal.open()).position;
  try {
    for (;;) {
      await journal.append(acknowledged, eventsAfter(acknowledged, 64));
      acknowledged += 64;
    }
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    await expect(journal.append(acknowledged, eventsAfter(acknowledged, 1))).rejects.toThrow(/takes no more/);
    expect(await collect(journal.read(acknowledged - 64))).toEqual(eventsAfter(acknowledged - 64, 64));
    return { acknowledged, failure: error };
  } finally {
    await journal.close();
  }
}

async function expectWhole(dataFolder: string, acknowledged: number): Promise<void> {
  const again = openJournal({ dataFolder, space: "main", kind: "sqlite" });
  const opened = await again.open();
  expect(opened.position).toBe(acknowledged);
  expect(await collect(again.read(0))).toEqual(eventsAfter(0, acknowledged));
  await again.append(acknowledged, eventsAfter(acknowledged, 64));
  await again.close();
}

describe("a full disk", { timeout: 60_000 }, () => {
  test("JR-5: the append that does not fit is refused, no more is taken, and nothing acknowledged is lost", async () => {
    const { acknowledged, failure } = await fill(folder, 300_000);
    expect(failure.kind).toBe("full");
    expect(failure.message).toMatch(/journal\.sqlite is full .*make room, then start again/);
    expect(acknowledged).toBeGreaterThan(500);
    await expectWhole(folder, acknowledged);
  });

  const mounted = join(folder, "small");
  mkdirSync(mounted);
  const canMount = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1500k", "tmpfs", mounted]).status === 0;
  afterAll(() => {
    if (canMount) spawnSync("umount", ["--lazy", mounted]);
  });

  test.skipIf(!canMount)("JR-5: the same on a file system that is really full (needs the right to mount one)", async () => {
    const { acknowledged, failure } = await fill(mounted);
    expect(failure.kind).toBe("full");
    expect(acknowledged).toBeGreaterThan(500);
    spawnSync("mount", ["-o", "remount,size=20m", mounted]);
    await expectWhole(mounted, acknowledged);
  });

  test("JR-5: a space whose disk is full says so to everyone and stops; after a start with room all that was acknowledged is there", async () => {
    const dataFolder = join(folder, "space");
    const start = (maxBytes?: number) => startServer({}, { journals: (space) => openJournal({ dataFolder, space, kind: "sqlite", maxBytes }) });
    const app = await start(300_000);
    const viewer = await connectOperator(app);
    await subscribe(viewer);
    const stopped = collectMessages<{ reason: string }>(viewer, "stopped");
    // However long it takes: one who gives no credit back is taken off, and hears no more.
    viewer.on("frame", ({ events }) => viewer.emit("credit", { position: events.at(-1)?.position ?? 0 }));
    const agent = await joined(app, "a1");
    const held = new Map<string, string>();
    let refusal: Answer | undefined;
    for (let count = 0; refusal === undefined; count += 1) {
      const resource = `repo/${count}`;
      const answer = await command(agent, { type: "lock.acquire", wants: [{ resource }], reason: "x".repeat(400) });
      const fence = answer.ok && answer.result.status === "granted" ? answer.result.locks[0]?.fence : undefined;
      if (fence) held.set(fence, resource);
      else refusal = answer;
    }
    expect(refusal).toMatchObject({ ok: false, error: { code: "unavailable", message: expect.stringContaining("is full") } });
    await until(() => expect(stopped).toEqual([{ reason: expect.stringMatching(/journal\.sqlite is full .*make room, then start again/) }]));
    await app.close();

    const again = await start();
    const { locks } = again.spaces.get("main")!.state;
    expect(new Map([...locks.values()].map((lock) => [lock.fence, lock.resource]))).toEqual(held);
    expect(held.size).toBeGreaterThan(50);
  });
});
