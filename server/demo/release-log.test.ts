import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { type Box, connect, type RunningNode } from "../../shared/client/index.ts";
import { closeServers, startServer, until } from "../test-server.ts";
import { mergerGroup } from "./merger.ts";
import { keepReleaseLog, withRelease } from "./release-log.ts";

const boxes: Box[] = [];
afterEach(async () => {
  for (const box of boxes.splice(0)) box.close();
  await closeServers();
});

it("has what the merger proclaimed in every keeper's file, in one order", async () => {
  const folder = await mkdtemp(join(tmpdir(), "signalbox-releases-"));
  const app = await startServer();
  const members = ["w1", "w2", "w3"];
  const connected = async (agent: string): Promise<Box> => {
    const box = await connect({ url: app.url, agent });
    boxes.push(box);
    return box;
  };
  const merger = await (await connected("m")).campaign(mergerGroup);
  const leadership = await merger.elected();
  const nodes: RunningNode[] = [];
  for (const agent of members) {
    const box = await connected(agent);
    nodes.push(
      await keepReleaseLog(
        { box, members, path: join(folder, agent), merger: await box.observe(mergerGroup), times: { heartbeatMs: 100, electionMs: 500 } },
        () => {},
      ),
    );
  }
  await until(() => expect(nodes.some(({ view }) => view.role === "leader")).toBe(true));
  const kept = () => Promise.all(members.map((agent) => readFile(join(folder, `${agent}.txt`), "utf8").catch(() => "")));
  for (const release of ["release at aaa", "release at bbb"]) {
    await leadership.proclaim(release);
    await until(async () => expect((await kept()).every((text) => text.endsWith(`${release}\n`))).toBe(true));
  }
  expect(await kept()).toEqual(members.map(() => "release at aaa\nrelease at bbb\n"));
  await rm(folder, { recursive: true, force: true });
});

it("keeps the newest, each once", () => {
  let releases: readonly string[] = [];
  for (let at = 0; at < 60; at++) releases = withRelease(withRelease(releases, `release ${at}`), `release ${at}`);
  expect(releases).toHaveLength(50);
  expect(releases.at(-1)).toBe("release 59");
});
