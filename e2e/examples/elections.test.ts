import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { temporaryFolder } from "../../server/journal/fixtures.ts";
import { closeLast, closeServers, startServer, until } from "../../server/test-server.ts";
import { type Child, startChild } from "../support/child.ts";

afterEach(closeServers);

function start(url: string, file: string, ...args: string[]): Child {
  return startChild(process.execPath, ["--import", "tsx", fileURLToPath(new URL(file, import.meta.url)), ...args], {
    env: { ...process.env, SIGNALBOX_URL: url },
  });
}

test("the leader runs as it is written: one after the other leads, each in a term of its own", async () => {
  const app = await startServer();
  const agents = ["a", "b"].map((agent) => start(app.url, "leader.ts", agent));
  for (const agent of agents) expect(await agent.exited, agent.output()).toBe(0);
  const said = agents.map((agent) => agent.output()).sort();
  expect(said.join("")).toMatch(/^a leads in term (\d)\.\nb leads in term (?!\1)\d\.\n$/);
  expect(app.spaces.get("main")?.state).toMatchObject({ sessions: new Map(), elections: new Map() });
});

test("three nodes of Raft run as they are written, agree on who leads, and on another when that one is killed", { timeout: 60_000 }, async () => {
  const app = await startServer();
  const { folder, remove } = await temporaryFolder();
  closeLast(remove);
  const nodes = new Map(["w1", "w2", "w3"].map((agent) => [agent, start(app.url, "raft-node.ts", agent, folder)]));
  try {
    const agreed = (of: readonly Child[]) =>
      until(() => {
        const newest = of.map((node) => /(w\d) leads in term \d+\n$/.exec(node.output())?.[1]);
        expect(newest[0], of.map((node) => node.output()).join("---\n")).toBeDefined();
        expect(new Set(newest).size).toBe(1);
        return newest[0] ?? "";
      });
    await until(() => expect(app.spaces.get("main")?.state.nodes.size).toBe(3));
    const first = await agreed([...nodes.values()]);
    await nodes.get(first)?.kill();
    const rest = [...nodes].filter(([agent]) => agent !== first).map(([, node]) => node);
    await until(() =>
      expect([...(app.spaces.get("main")?.state.nodes.values() ?? [])].some(({ agent, view }) => agent !== first && view.role === "leader")).toBe(true),
    );
    await until(async () => expect(await agreed(rest)).not.toBe(first));
  } finally {
    await Promise.all([...nodes.values()].map((node) => node.kill()));
  }
});
