import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { closeServers, collect, connectOperator, startServer, subscribe, until } from "../../server/test-server.ts";
import type { Event } from "../../shared/model/index.ts";
import { startChild } from "../support/child.ts";

afterEach(closeServers);

test("the first agent runs as it is written, is seen at work, and leaves nothing behind", async () => {
  const app = await startServer();
  const viewer = await connectOperator(app);
  const frames = collect<{ events: Event[] }>(viewer, "frame");
  await subscribe(viewer);
  const agent = startChild(process.execPath, ["--import", "tsx", fileURLToPath(new URL("first-agent.ts", import.meta.url))], {
    env: { ...process.env, SIGNALBOX_URL: app.url },
  });
  expect(await agent.exited, agent.output()).toBe(0);
  expect(agent.output()).toBe("I hold repo/src/app.ts with fence 1.\n");
  await until(() => {
    const types = frames.flatMap((frame) => frame.events.map((event) => event.type));
    expect(types).toEqual(expect.arrayContaining(["session.joined", "lock.granted", "session.declared", "lock.released", "session.ended"]));
  });
  expect(app.spaces.get("main")?.state).toMatchObject({ sessions: new Map(), locks: new Map() });
});
