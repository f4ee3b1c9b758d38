import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import Database from "libsql";
import { afterAll, describe, expect, test } from "vitest";
import { exportJournal } from "./export.ts";
import { journalFiles } from "./files.ts";
import { collect, commandsOf, eventsAfter, snapshotAt, temporaryFolder } from "./fixtures.ts";
import { openJournal } from "./open-journal.ts";
import { verifyJournal } from "./verify.ts";

const removals: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const remove of removals) await remove();
});

async function dataFolder(): Promise<string> {
  const { folder, remove } = await temporaryFolder();
  removals.push(remove);
  return folder;
}

const space = "main";
const open = (folder: string) => openJournal({ dataFolder: folder, space, kind: "sqlite" });

async function exported(options: Parameters<typeof exportJournal>[0]): Promise<{ end: number; header: unknown; lines: string[] }> {
  const written: string[] = [];
  const end = await exportJournal(options, (lines) => {
    written.push(lines);
  });
  const [header, ...lines] = written.join("").trimEnd().split("\n");
  return { end, header: JSON.parse(header ?? ""), lines };
}

// Threads and processes are started: on a busy machine that takes its time.
describe("SqliteJournal", { timeout: 60_000 }, () => {
  test("a second server on the same journal is refused, and told who has it", async () => {
    const folder = await dataFolder();
    const first = open(folder);
    await first.open();
    await expect(open(folder).open()).rejects.toMatchObject({
      kind: "locked",
      message: expect.stringMatching(new RegExp(`held by process ${process.pid} on .*another data folder`)),
    });
    await first.append(0, eventsAfter(0, 1));
    await first.close();
    const second = open(folder);
    expect((await second.open()).position).toBe(1);
    await second.close();
  });

  test("a checkpoint that was damaged is passed over for the one before it, and that is told", async () => {
    const folder = await dataFolder();
    const writer = open(folder);
    await writer.open();
    await writer.append(0, eventsAfter(0, 50));
    await writer.checkpoint(snapshotAt(20));
    await writer.checkpoint(snapshotAt(40));
    await writer.close();
    const database = new Database(journalFiles(folder, space).database);
    database.exec("UPDATE checkpoint_parts SET body = replace(body, 'w1', 'w2') WHERE position = 40");
    database.close();
    const reader = open(folder);
    const opened = await reader.open();
    expect(opened.checkpoint).toEqual(snapshotAt(20));
    expect(opened.repairs).toEqual([expect.stringMatching(/checkpoint at position 40 was changed/)]);
    await reader.close();
  });

  test("JR-1: what was acknowledged is there after the process was killed at any moment", async () => {
    const folder = await dataFolder();
    let acknowledged = 0;
    for (let kill = 0; kill < 3; kill += 1) {
      const child = spawn(process.execPath, ["--import", "tsx", fileURLToPath(new URL("./append-forever.ts", import.meta.url)), folder, space], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const ended = once(child, "exit");
      let seen = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged = Number(line);
        seen += 1;
        // Each time at another moment; what was printed before the kill arrived counts too.
        if (seen === 7 + kill * 31) child.kill("SIGKILL");
      }
      await ended;
      const journal = open(folder);
      const opened = await journal.open();
      expect(opened.position).toBeGreaterThanOrEqual(acknowledged);
      expect(await collect(journal.read(0))).toEqual(eventsAfter(0, opened.position));
      await journal.close();
    }
    expect(acknowledged).toBeGreaterThan(30);
  });

  test("JR-11: a journal of format 1, without commands, is read as it is, and written on with them", async () => {
    const folder = await dataFolder();
    const first = open(folder);
    await first.open();
    await first.append(0, eventsAfter(0, 1_200));
    const hash = await first.hashAt(1_200);
    await first.close();
    const file = journalFiles(folder, space).database;
    const asOfFormat1 = new Database(file);
    asOfFormat1.exec("ALTER TABLE events DROP COLUMN command");
    asOfFormat1.exec("PRAGMA user_version = 1");
    asOfFormat1.close();

    expect(await verifyJournal({ dataFolder: folder, space })).toMatchObject({ position: 1_200, problems: [] });
    expect((await exported({ dataFolder: folder, space })).lines).toHaveLength(1_200);
    const looker = new Database(file);
    expect(looker.prepare("PRAGMA user_version").raw().get()).toEqual([1]);
    looker.close();

    const second = open(folder);
    expect((await second.open()).position).toBe(1_200);
    expect(await second.hashAt(1_200)).toBe(hash);
    const events = eventsAfter(1_200, 40);
    await second.append(1_200, events, commandsOf(events));
    expect((await collect(second.recorded(1_199))).filter(({ command }) => command !== undefined)).toHaveLength(20);
    expect(await collect(second.read(0))).toEqual(eventsAfter(0, 1_240));
    await second.close();
    expect(await verifyJournal({ dataFolder: folder, space })).toMatchObject({ position: 1_240, problems: [] });
  });

  test.each([
    ["changed", "UPDATE events SET command = replace(command, 'session.connect', 'session.disconnect') WHERE position = 21"],
    ["taken away", "UPDATE events SET command = NULL WHERE position = 21"],
    ["put in", "UPDATE events SET command = (SELECT command FROM events WHERE position = 19) WHERE position = 21 OR position = 22"],
  ])("JR-6, JR-11: a command that was %s is found out and named", async (_what, sql) => {
    const folder = await dataFolder();
    const journal = open(folder);
    await journal.open();
    const events = eventsAfter(0, 60);
    await journal.append(0, events, commandsOf(events));
    await journal.close();
    const database = new Database(journalFiles(folder, space).database);
    database.exec(sql);
    database.close();
    const { problems, position } = await verifyJournal({ dataFolder: folder, space });
    expect(position).toBe(20);
    expect(problems).toEqual([expect.stringMatching(/position 21 does not fit its hash/)]);
    await expect(open(folder).open()).rejects.toThrow(/position 21 does not fit its hash/);
  });

  test("an export has each command before its events", async () => {
    const folder = await dataFolder();
    const journal = open(folder);
    await journal.open();
    const events = eventsAfter(0, 3);
    await journal.append(0, events, commandsOf(events));
    await journal.close();
    const { lines } = await exported({ dataFolder: folder, space });
    const [one, three] = commandsOf(events);
    expect(lines.map((line) => JSON.parse(line))).toEqual([one, events[0], events[1], three, events[2]]);
  });

  test("verify and export work beside the server that writes", async () => {
    const folder = await dataFolder();
    const journal = open(folder);
    await journal.open();
    await journal.append(0, eventsAfter(0, 2_500));
    await journal.checkpoint(snapshotAt(2_000));
    const report = await verifyJournal({ dataFolder: folder, space });
    expect(report).toMatchObject({ position: 2_500, end: 2_500, problems: [] });
    const { end, header, lines } = await exported({ dataFolder: folder, space, to: 2_400 });
    expect(end).toBe(2_400);
    expect(header).toEqual({ format: "signalbox-journal", version: 2, space, after: 0, snapshot: null });
    expect(lines.map((line) => JSON.parse(line))).toEqual(eventsAfter(0, 2_400));
    await journal.append(2_500, eventsAfter(2_500, 1));
    await journal.close();
  });

  test("an export of a compacted journal begins with its checkpoint", async () => {
    const folder = await dataFolder();
    const journal = open(folder);
    await journal.open();
    await journal.append(0, eventsAfter(0, 100));
    await journal.checkpoint(snapshotAt(60));
    await journal.compact(60);
    await journal.close();
    const { header, lines } = await exported({ dataFolder: folder, space });
    expect(header).toMatchObject({ after: 60, snapshot: snapshotAt(60) });
    expect(lines).toHaveLength(40);
    expect((await verifyJournal({ dataFolder: folder, space })).problems).toEqual([]);
  });

  const sqliteTool = spawnSync("sqlite3", ["--version"]).status === 0;
  test.skipIf(!sqliteTool)("the file opens in another SQLite tool, with tables a person can read", async () => {
    const folder = await dataFolder();
    const journal = open(folder);
    await journal.open();
    await journal.append(0, eventsAfter(0, 2));
    await journal.close();
    const sql = "SELECT position, type, body ->> '$.agent' FROM events";
    const { stdout } = await promisify(execFile)("sqlite3", [journalFiles(folder, space).database, sql]);
    expect(stdout).toBe("1|session.connected|w1\n2|session.connected|w2\n");
  });

  test("names that would leave the data folder are refused", () => {
    for (const bad of ["../x", "", "a/b", ".hidden", "x".repeat(65)])
      expect(() => openJournal({ dataFolder: "/nowhere", space: bad, kind: "sqlite" })).toThrow(/cannot name a space/);
  });
});
