import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readTrace } from "../../shared/trace/index.ts";
import type { App } from "../app.ts";
import { openJournal } from "../journal/open-journal.ts";
import { acquire, closeServers, command, connectOperator, joined, startServer, until } from "../test-server.ts";
import { RecordingFolder, recordingFolder } from "./files.ts";
import { writerOf } from "./write-in-thread.ts";

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "signalbox-span-"));
});
afterEach(async () => {
  await closeServers();
  rmSync(data, { recursive: true });
});

const start = (config = {}): Promise<App> =>
  startServer(config, {
    journals: (space) => openJournal({ dataFolder: data, space, kind: "sqlite" }),
    recordings: (space) => new RecordingFolder(recordingFolder(data, space), writerOf(data, space)),
  });

async function fetched(app: App, id = "r1") {
  const response = await until(async () => {
    const response = await fetch(`${app.url}/api/spaces/main/recordings/${id}.sbtrace`);
    if (!response.ok) throw new Error(await response.text());
    return response;
  });
  return readTrace(new Uint8Array(await response.arrayBuffer()));
}

it("RC-5 a recording is a trace that can be opened, with the state before it and its commands", async () => {
  const app = await start();
  const agent = await joined(app, "w1");
  await acquire(agent, "a");
  await acquire(agent, "b");
  const operator = await connectOperator(app);
  await command(operator, { type: "recording.begin", name: "from the second lock on", from: 3, to: 3, tags: ["x"], reason: "test" });
  const { trace, seeker } = await fetched(app);
  expect(trace.header).toMatchObject({ from: 3, to: 3, name: "from the second lock on", tags: ["x"], counts: { events: 1, commands: 1 } });
  expect([...seeker.at(2).locks.values()].map(({ resource }) => resource)).toEqual(["a"]);
  expect([...seeker.at(3).locks.values()].map(({ resource }) => resource)).toEqual(["a", "b"]);
  expect(trace.commandAt(3)).toMatchObject({ from: "agent", command: { type: "lock.acquire" } });
});

it("RC-5 it stays whole when the journal's events of its time are compacted away", async () => {
  const app = await start({ checkpointEveryEvents: 20, keepEvents: 20 });
  const agent = await joined(app, "w1");
  const operator = await connectOperator(app);
  await command(operator, { type: "recording.begin", name: "the beginning", from: 1, to: 1, reason: "test" });
  const before = await fetched(app);
  for (let n = 0; n < 100; n++) await acquire(agent, `r${n}`);
  await until(() => expect(app.spaces.get("main")?.oldestPosition).toBeGreaterThan(10));
  const after = await fetched(app);
  expect(after.trace.header).toEqual(before.trace.header);
  await command(operator, { type: "recording.begin", name: "as far back as can be", from: 1, to: 90, reason: "test" });
  const { trace } = await fetched(app, "r2");
  expect(trace.from).toBeGreaterThan(1);
  expect(trace.to).toBe(90);
});
