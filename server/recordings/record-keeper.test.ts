import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { recordingsSchema } from "../../shared/protocol/index.ts";
import { ContentsGatherer } from "../../shared/trace/contents.ts";
import { traceVersion } from "../../shared/trace/index.ts";
import type { App } from "../app.ts";
import type { ConfigInput } from "../config/schema.ts";
import { MemoryJournal, MemoryStorage } from "../journal/memory-journal.ts";
import { acquire, closeServers, command, connectOperator, joined, startServer } from "../test-server.ts";
import { RecordingFolder, type SpanWriter } from "./files.ts";

let folder: string;
let storage: MemoryStorage;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-recordings-"));
  storage = new MemoryStorage();
});
afterEach(async () => {
  await closeServers();
  rmSync(folder, { recursive: true });
});

const hash = "0".repeat(64);
const written: string[] = [];

/** Stands in for the journal's thread: what a real file holds is tested with it. */
const writeSpan: SpanWriter = async ({ from, to, name }, path) => {
  written.push(name);
  writeFileSync(path, `${from} to ${to}`);
  const contents = new ContentsGatherer();
  contents.add({ type: "session.disconnected", position: from, atMs: 5, session: "s-w1", agent: "w1" });
  const chain = { base: hash, firstHash: hash, lastHash: hash };
  const counts = { events: to - from + 1, commands: 0 };
  const header = {
    format: "sbtrace",
    version: traceVersion,
    engine: "0",
    space: "main",
    name,
    from,
    to,
    sinceMs: 1,
    untilMs: 9,
    ...chain,
    counts,
    tags: [],
    notes: [],
  } as const;
  return { header: { ...header, tags: [], notes: [] }, contents: contents.contents(), verified: true, broken: [] };
};

function start(config: ConfigInput = {}, write: SpanWriter = writeSpan): Promise<App> {
  written.length = 0;
  const recordings = () => new RecordingFolder(folder, write);
  return startServer(config, { journals: () => new MemoryJournal(storage), recordings });
}

async function list(app: App, query = "") {
  const response = await fetch(`${app.url}/api/spaces/main/recordings${query}`);
  return recordingsSchema.parse(await response.json()).recordings;
}

const ready = (app: App, count = 1) =>
  vi.waitFor(async () => {
    const entries = await list(app);
    expect(entries.map(({ file }) => file)).toEqual(Array.from({ length: count }, () => "ready"));
    return entries;
  });

describe("a recording by an operator", () => {
  it("RC-5 becomes a file that can be listed, searched and fetched", async () => {
    const app = await start();
    await joined(app, "w1");
    const operator = await connectOperator(app);
    await command(operator, { type: "recording.begin", name: "Lunch", from: 1, to: 1, tags: ["slow"], reason: "to look into it" });
    const [entry] = await ready(app);
    expect(entry).toMatchObject({ recording: { recording: "r1", name: "Lunch" }, from: 1, to: 1, events: 1, verified: true });
    expect(await list(app, "?text=SLOW&agent=w1")).toHaveLength(1);
    expect(await list(app, "?agent=w2")).toHaveLength(0);
    const file = await fetch(`${app.url}/api/spaces/main/recordings/r1.sbtrace`);
    expect(await file.text()).toBe("1 to 1");
  });

  it("is refused in words when it is asked for wrongly", async () => {
    const app = await start();
    const wrong = await fetch(`${app.url}/api/spaces/main/recordings?sinceMs=soon`);
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { field: "sinceMs" }]);
    for (const path of ["main/recordings/r9.sbtrace", "main/recordings/..%2f..%2fkey.sbtrace", "other/recordings"])
      expect((await fetch(`${app.url}/api/spaces/${path}`)).status, path).toBe(404);
  });

  it("RC-3 goes with its file when it is deleted", async () => {
    const app = await start();
    const operator = await connectOperator(app);
    await joined(app, "w1");
    await command(operator, { type: "recording.begin", name: "Lunch", from: 1, to: 1, reason: "to look into it" });
    await ready(app);
    expect(readdirSync(folder)).toHaveLength(2);
    await command(operator, { type: "recording.delete", recording: "r1", reason: "private" });
    await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]));
    expect(await list(app)).toEqual([]);
  });
});

describe("RC-4 an incident", () => {
  it("is recorded by itself, with what came before, and shares the recording with the next", async () => {
    const app = await start({ recordings: { afterSeconds: 1 } });
    const [one, two] = [await joined(app, "w1"), await joined(app, "w2")];
    await acquire(one, "a");
    await acquire(two, "b");
    for (const [agent, resource] of [
      [one, "b"],
      [two, "a"],
    ] as const)
      await command(agent, { type: "lock.acquire", wants: [{ resource }] });
    const operator = await connectOperator(app);
    await command(operator, { type: "session.expel", session: [...(app.spaces.get("main")?.state.sessions.keys() ?? [])][0], reason: "drill" });
    const [entry] = await vi.waitFor(() => ready(app), { timeout: 10_000 });
    expect(entry?.recording).toMatchObject({ from: 1, why: "deadlock", by: "signalbox", name: "Deadlock of w1, w2" });
    expect(written).toHaveLength(1);
  });

  it("is a split brain, too", async () => {
    const app = await start({ recordings: { afterSeconds: 1 } });
    const [leader, liar] = [await joined(app, "w1"), await joined(app, "w2")];
    await command(leader, { type: "election.campaign", group: "repo/main" });
    await command(liar, { type: "election.assert", group: "repo/main", term: "999" }).catch(() => undefined);
    const [entry] = await vi.waitFor(() => ready(app), { timeout: 10_000 });
    expect(entry?.recording).toMatchObject({ from: 1, why: "splitBrain", name: "Split brain of repo/main: w2, w1", about: ["w2", "w1", "repo/main"] });
  });

  it("is not where the configuration says so", async () => {
    const app = await start({ recordings: { incidents: false } });
    const one = await joined(app, "w1");
    const operator = await connectOperator(app);
    await command(operator, { type: "session.expel", session: [...(app.spaces.get("main")?.state.sessions.keys() ?? [])][0], reason: "drill" });
    await acquire(one, "a").catch(() => undefined);
    expect(await list(app)).toEqual([]);
  });
});

describe("RC-5 a file that is missing", () => {
  it("is said to have failed, and written at the next start", async () => {
    const broken: SpanWriter = () => Promise.reject(new Error("the disk is full"));
    const app = await start({}, broken);
    await joined(app, "w1");
    const operator = await connectOperator(app);
    await command(operator, { type: "recording.begin", name: "Lunch", from: 1, to: 1, reason: "to look into it" });
    await vi.waitFor(async () => expect(await list(app)).toMatchObject([{ file: "failed", problem: "the disk is full" }]));
    await app.close();
    await ready(await start());
    expect(written).toEqual(["Lunch"]);
  });

  it("RC-3 goes at the next start when its recording was deleted, and so does what was not finished; what a restored journal does not know stays", async () => {
    const app = await start();
    await joined(app, "w1");
    const operator = await connectOperator(app);
    await command(operator, { type: "recording.begin", name: "Lunch", from: 1, to: 1, reason: "to look into it" });
    const [entry] = await ready(app);
    await app.close();
    const kept = readdirSync(folder);
    for (const name of ["r1-5.json", "r1-5.sbtrace.gz", "r1-7.sbtrace.gz.new", "r2-9.json", "r2-9.sbtrace.gz", "notes.txt"])
      writeFileSync(join(folder, name), "x");
    await start();
    await vi.waitFor(() => expect(readdirSync(folder).sort()).toEqual([...kept, "notes.txt", "r2-9.json", "r2-9.sbtrace.gz"].sort()));
    expect(entry?.recording.recording).toBe("r1");
  });

  it("is not written twice", async () => {
    const app = await start();
    await joined(app, "w1");
    const operator = await connectOperator(app);
    await command(operator, { type: "recording.begin", name: "Lunch", from: 1, to: 1, reason: "to look into it" });
    await ready(app);
    await app.close();
    await ready(await start());
    expect(written).toEqual([]);
  });
});

it("a space that keeps no files says so", async () => {
  const app = await startServer();
  const response = await fetch(`${app.url}/api/spaces/main/recordings`);
  expect(recordingsSchema.parse(await response.json())).toEqual({ recordings: [], kept: false });
});
