import { afterEach, describe, expect, it } from "vitest";
import type { Event } from "../../shared/model/index.ts";
import { readHistory } from "../gateway/history.ts";
import { MemoryJournal, MemoryStorage } from "../journal/memory-journal.ts";
import { closeServers, startServer } from "../test-server.ts";
import { Acts, actTypes } from "./acts.ts";

afterEach(closeServers);

const actor = { principal: "olaf", role: "operator" } as const;
const frozen = (position: number): Event => ({ type: "resource.frozen", position, atMs: position, resource: `r${position}`, actor, reason: "why not" });
const released = (position: number): Event => ({
  type: "lock.released",
  position,
  atMs: position,
  fence: "1",
  resource: "a",
  session: "s",
  agent: "a",
  why: "released",
});
const positions = (events: readonly Event[]) => events.map(({ position }) => position);

describe("acts at hand", () => {
  it("are the newest ones, and say how far back they are all of them", () => {
    const acts = new Acts(10, 0);
    for (let position = 1; position <= 200; position++) acts.push([position % 2 === 0 ? frozen(position) : released(position)]);
    expect(acts.since).toBeGreaterThan(150);
    expect(acts.since).toBeLessThanOrEqual(180);
    const kept = positions(acts.newest(acts.since, 200));
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => 200 - 2 * index));
    expect(kept.length).toBe(Math.floor((200 - acts.since) / 2) + (acts.since % 2));
    expect(positions(acts.newest(190, 196))).toEqual([196, 194, 192]);
  });

  it("OP-1 are of every type that can name an actor: none is missing in the audit after a restart", () => {
    expect(actTypes).toEqual(expect.arrayContaining(["quota.set", "resource.frozen", "lock.dequeued", "schedule.set", "claim.refused"]));
    expect(actTypes).not.toContain("lock.granted");
  });

  it("grow backwards only where they begin", () => {
    const acts = new Acts(10, 50);
    acts.extend([frozen(48), frozen(42)], 50, 40);
    acts.extend([frozen(44)], 45, 30);
    expect(acts.since).toBe(40);
    expect(positions(acts.newest(0, 100))).toEqual([48, 42]);
  });
});

describe("the audit of a long journal", () => {
  it("finds rare acts far back, and reads nothing twice", async () => {
    const storage = new MemoryStorage();
    const acts = [17, 5_000, 9_999];
    for (let position = 1; position <= 10_000; position++) storage.events.push(acts.includes(position) ? frozen(position) : released(position));
    const journal = new MemoryJournal(storage);
    let reads = 0;
    const newest = journal.newest.bind(journal);
    journal.newest = (options) => {
      reads++;
      return newest(options);
    };
    const app = await startServer({}, { journals: () => journal });
    const space = app.spaces.get("main")!;
    const ask = (more: object) => readHistory(space, { after: 0, newest: true, acts: true, limit: 100, ...more });

    expect(await ask({ limit: 1 })).toMatchObject({ events: [{ position: 9_999 }], more: true });
    expect(await ask({})).toMatchObject({ events: [{ position: 9_999 }, { position: 5_000 }, { position: 17 }], more: false });
    reads = 0;
    expect(await ask({})).toMatchObject({ events: [{ position: 9_999 }, { position: 5_000 }, { position: 17 }], more: false });
    expect(await ask({ to: 9_000, after: 100 })).toMatchObject({ events: [{ position: 5_000 }], more: false });
    expect(reads).toBe(0);
  });
});
