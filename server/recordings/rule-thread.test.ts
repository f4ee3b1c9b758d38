import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openJournal } from "../journal/open-journal.ts";
import { withReader } from "../journal/reader.ts";
import { acquire, closeServers, joined, startServer, until } from "../test-server.ts";
import { type BrokenRule, watchRules } from "./rule-thread.ts";

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "signalbox-rules-"));
});
afterEach(async () => {
  await closeServers();
  rmSync(data, { recursive: true });
});

const grant = (position: number, agent: string, fence: string) => {
  const lock = {
    fence,
    resource: "a",
    mode: "exclusive",
    weight: 1,
    level: "sequenced",
    session: `s-${agent}`,
    agent,
    command: "c",
    priority: 0,
    guarded: false,
  };
  return {
    position,
    atMs: position,
    type: "lock.granted" as const,
    session: `s-${agent}`,
    agent,
    command: "c",
    locks: [{ ...lock, holds: 1, grantedMs: position, waitedMs: 0 } as never],
  };
};
const join_ = (position: number, agent: string) => ({
  ...{ position, atMs: position, type: "session.joined" as const, session: `s-${agent}`, agent, principal: "p" },
  ...{ roles: [], labels: {}, ttlMs: 1_000, resumeHash: "h" },
});

/** Follows a journal until what it was told satisfies. */
async function watched(enough: (broken: readonly BrokenRule[]) => boolean): Promise<BrokenRule[]> {
  const broken: BrokenRule[] = [];
  let looks = 0;
  await withReader({ dataFolder: data, space: "main" }, (reader) =>
    watchRules(
      reader,
      (one) => broken.push(one),
      () => enough(broken) || looks++ > 2,
    ),
  );
  return broken;
}

it("LK-1 two who hold the same at once are found while the journal is written", async () => {
  const journal = openJournal({ dataFolder: data, space: "main", kind: "sqlite" });
  await journal.open();
  await journal.append(0, [join_(1, "w1"), join_(2, "w2"), grant(3, "w1", "1")]);
  const found = watched((broken) => broken.length > 0);
  await journal.append(3, [grant(4, "w2", "2")]);
  // It showed when position 4 came, on what stood at 3.
  expect((await found).map(({ rule, position }) => [rule, position])).toContainEqual(["LK-1", 3]);
  await journal.close();
});

it("RC-4 a broken rule is an incident; a good space breaks none", async () => {
  const app = await startServer({}, { journals: (space) => openJournal({ dataFolder: data, space, kind: "sqlite" }) });
  const agent = await joined(app, "w1");
  await acquire(agent, "a");
  await until(() => expect(app.spaces.get("main")?.durablePosition).toBeGreaterThan(1));
  expect(await watched(() => false)).toEqual([]);
});
