import { afterAll, describe, expect, test } from "vitest";
import type { Event } from "../../shared/model/index.ts";
import { genesis, link } from "./chain.ts";
import { FaultyJournal } from "./faulty-journal.ts";
import { collect, commandsOf, eventAt, eventsAfter, snapshotAt, temporaryFolder } from "./fixtures.ts";
import { type Journal, JournalError } from "./journal.ts";
import { MemoryJournal, MemoryStorage } from "./memory-journal.ts";
import { openJournal } from "./open-journal.ts";

/** Opens a fresh journal on the same storage each time it is called. */
type Reopen = () => Journal;

function kindOf(error: unknown): string {
  return error instanceof JournalError ? error.kind : `not a JournalError: ${String(error)}`;
}

async function failure(promise: Promise<unknown>): Promise<string> {
  return promise.then(() => "no error", kindOf);
}

const removals: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const remove of removals) await remove();
});

const implementations: readonly { name: string; storage: () => Promise<Reopen> }[] = [
  {
    name: "MemoryJournal",
    storage: async () => {
      const storage = new MemoryStorage();
      return () => new MemoryJournal(storage);
    },
  },
  {
    name: "FaultyJournal without a fault",
    storage: async () => {
      const storage = new MemoryStorage();
      return () => new FaultyJournal(new MemoryJournal(storage), () => "written");
    },
  },
  {
    name: "SqliteJournal",
    storage: async () => {
      const { folder, remove } = await temporaryFolder();
      removals.push(remove);
      return () => openJournal({ dataFolder: folder, space: "main", kind: "sqlite" });
    },
  },
];

/** What every journal must do. */
describe.each(implementations)("$name: journal contract", ({ storage }) => {
  async function opened(reopen?: Reopen): Promise<Journal> {
    const journal = (reopen ?? (await storage()))();
    await journal.open();
    return journal;
  }

  test("an empty journal opens at position 0", async () => {
    const journal = (await storage())();
    expect(await journal.open()).toEqual({ position: 0, base: 0, checkpoint: null, repairs: [] });
    expect(await collect(journal.read(0))).toEqual([]);
    expect(await journal.newest({ limit: 10 })).toEqual([]);
    await journal.close();
  });

  test("JR-2: what was appended is there after a reopen, in order and without a gap", async () => {
    const reopen = await storage();
    const first = await opened(reopen);
    const events = eventsAfter(0, 300);
    await first.append(0, events.slice(0, 1));
    await first.append(1, events.slice(1, 200));
    await first.append(200, events.slice(200));
    await first.close();
    const second = reopen();
    expect((await second.open()).position).toBe(300);
    expect(await collect(second.read(0))).toEqual(events);
    await second.append(300, eventsAfter(300, 1));
    await second.close();
  });

  test("reads any part, `to` included, in bounded chunks", async () => {
    const journal = await opened();
    const events = eventsAfter(0, 5_000);
    await journal.append(0, events);
    expect(await collect(journal.read(10, 20))).toEqual(events.slice(10, 20));
    expect(await collect(journal.read(4_990))).toEqual(events.slice(4_990));
    expect(await collect(journal.read(20, 10))).toEqual([]);
    expect(await collect(journal.read(5_000))).toEqual([]);
    expect(await collect(journal.read(9_000))).toEqual([]);
    let largest = 0;
    for await (const chunk of journal.read(0)) largest = Math.max(largest, chunk.length);
    expect(largest).toBeLessThanOrEqual(1_000);
    await journal.close();
  });

  test("JR-11: keeps the command with the first event of each decision, in the exact texts that the chain covers", async () => {
    const reopen = await storage();
    const journal = await opened(reopen);
    const events = eventsAfter(0, 2_500);
    const commands = commandsOf(events);
    await journal.append(0, events.slice(0, 7), commands.slice(0, 4));
    await journal.append(7, events.slice(7), commands.slice(4));
    await journal.append(2_500, eventsAfter(2_500, 3));
    await journal.close();
    const again = await opened(reopen);
    const recorded = await collect(again.recorded(0));
    expect(recorded.map(({ body }) => JSON.parse(body))).toEqual([...events, ...eventsAfter(2_500, 3)]);
    expect(recorded.flatMap(({ command }, index) => (command === undefined ? [] : [{ at: index + 1, command: JSON.parse(command) }]))).toEqual(commands);
    expect(await collect(again.recorded(10, 12))).toEqual(recorded.slice(10, 12));
    expect(await collect(again.read(0))).toEqual([...events, ...eventsAfter(2_500, 3)]);
    let hash = genesis("main");
    for (const [index, { body, command }] of recorded.entries()) {
      expect(await again.hashAt(index)).toBe(hash);
      hash = link(hash, command === undefined ? body : `${body}\t${command}`);
    }
    expect(await again.hashAt(2_503)).toBe(hash);
    expect(await again.hashAt(2_504)).toBeUndefined();
    await again.close();
  });

  test("JR-11: a command that belongs to no event of its batch is refused", async () => {
    for (const commands of [commandsOf([eventAt(5)]), commandsOf([eventAt(3), eventAt(1)])]) {
      const journal = await opened();
      expect(await failure(journal.append(0, eventsAfter(0, 4), commands))).toBe("position");
      expect(await collect(journal.read(0))).toEqual([]);
      await journal.close();
    }
  });

  test("keeps every character of an event", async () => {
    const reopen = await storage();
    const journal = await opened(reopen);
    const odd = 'line\nbreak, "quote", \\ back, \u2028 \u0000 zero, emoji 🚦, ’';
    const event: Event = { ...eventAt(1), type: "session.declared", session: "s1", agent: "a1", state: "working", doing: odd, progress: 1 };
    await journal.append(0, [event]);
    await journal.close();
    const again = await opened(reopen);
    expect(await collect(again.read(0))).toEqual([event]);
    await again.close();
  });

  test("JR-5: an append at another position is refused, and then nothing more is taken", async () => {
    const reopen = await storage();
    const journal = await opened(reopen);
    await journal.append(0, eventsAfter(0, 3));
    expect(await failure(journal.append(2, eventsAfter(2, 1)))).toBe("position");
    expect(await failure(journal.append(3, eventsAfter(3, 1)))).not.toBe("no error");
    expect(await collect(journal.read(0))).toHaveLength(3);
    await journal.close();
    const again = await opened(reopen);
    await again.append(3, eventsAfter(3, 1));
    await again.close();
  });

  test("JR-2: a batch with a wrong position inside is refused as a whole", async () => {
    const reopen = await storage();
    const journal = await opened(reopen);
    expect(await failure(journal.append(0, [eventAt(1), eventAt(3)]))).toBe("position");
    await journal.close();
    const again = reopen();
    expect((await again.open()).position).toBe(0);
    await again.close();
  });

  test("appends that are started together are done in order", async () => {
    const journal = await opened();
    const batches = Array.from({ length: 20 }, (_, index) => journal.append(index * 5, eventsAfter(index * 5, 5)));
    await Promise.all(batches);
    expect(await collect(journal.read(0))).toEqual(eventsAfter(0, 100));
    await journal.close();
  });

  test("an empty batch changes nothing", async () => {
    const journal = await opened();
    await journal.append(0, []);
    await journal.append(0, eventsAfter(0, 1));
    await journal.close();
  });

  test("finds the newest events, by type and before a position", async () => {
    const journal = await opened();
    const events = Array.from({ length: 4_000 }, (_, index) => eventAt(index + 1, (index + 1) % 1_000 === 0 ? "resource.thawed" : "session.connected"));
    await journal.append(0, events);
    const positions = async (options: Parameters<Journal["newest"]>[0]) => (await journal.newest(options)).map((event) => event.position);
    expect(await positions({ limit: 3 })).toEqual([4_000, 3_999, 3_998]);
    expect(await positions({ limit: 3, to: 10 })).toEqual([10, 9, 8]);
    expect(await positions({ limit: 3, types: ["resource.thawed"] })).toEqual([4_000, 3_000, 2_000]);
    expect(await positions({ limit: 9, types: ["resource.thawed"], to: 3_500 })).toEqual([3_000, 2_000, 1_000]);
    expect(await positions({ limit: 9, types: ["lock.queued"] })).toEqual([]);
    expect(await positions({ limit: 9, types: [] })).toEqual([]);
    await journal.close();
  });

  test("JR-4: the newest checkpoint comes back at the next open", async () => {
    const reopen = await storage();
    const journal = await opened(reopen);
    await journal.append(0, eventsAfter(0, 30));
    await journal.checkpoint(snapshotAt(10));
    await journal.checkpoint(snapshotAt(20));
    await journal.checkpoint(snapshotAt(30, 500));
    await journal.close();
    const again = reopen();
    const found = await again.open();
    expect(found.checkpoint).toEqual(snapshotAt(30, 500));
    expect(found.repairs).toEqual([]);
    await again.close();
  });

  test("the newest checkpoint before a position is found, as far as it is kept", async () => {
    const journal = await opened();
    await journal.append(0, eventsAfter(0, 30));
    for (const position of [5, 10, 20]) await journal.checkpoint(snapshotAt(position));
    const found = async (position: number) => (await journal.checkpointBefore(position))?.position;
    expect([await found(9), await found(10), await found(19), await found(20), await found(1_000)]).toEqual([undefined, 10, 10, 20, 20]);
    expect(await journal.checkpointBefore(25)).toEqual(snapshotAt(20));
    await journal.close();
  });

  test("a checkpoint beyond the end is refused, and the journal goes on", async () => {
    const journal = await opened();
    await journal.append(0, eventsAfter(0, 3));
    expect(await failure(journal.checkpoint(snapshotAt(4)))).toBe("position");
    await journal.append(3, eventsAfter(3, 1));
    await journal.checkpoint(snapshotAt(4));
    await journal.checkpoint(snapshotAt(4));
    await journal.close();
  });

  test("appends go on while a checkpoint is written", async () => {
    const reopen = await storage();
    const journal = await opened(reopen);
    await journal.append(0, eventsAfter(0, 10));
    const checkpoint = journal.checkpoint(snapshotAt(10, 5_000));
    for (let position = 10; position < 30; position += 1) await journal.append(position, eventsAfter(position, 1));
    await checkpoint;
    await journal.close();
    const again = reopen();
    const found = await again.open();
    expect(found.position).toBe(30);
    expect(found.checkpoint?.position).toBe(10);
    expect(found.checkpoint?.sessions).toHaveLength(5_000);
    await again.close();
  });

  test("compaction drops what both kept checkpoints cover, and nothing else", async () => {
    const reopen = await storage();
    const journal = await opened(reopen);
    await journal.append(0, eventsAfter(0, 100));
    expect(await journal.compact(100)).toBe(0);
    await journal.checkpoint(snapshotAt(60));
    await journal.checkpoint(snapshotAt(80));
    expect(await journal.compact(50)).toBe(50);
    expect(await journal.compact(50)).toBe(0);
    expect(await journal.compact(100)).toBe(10);
    expect(await failure(collect(journal.read(10)))).toBe("position");
    expect(await collect(journal.read(60))).toEqual(eventsAfter(60, 40));
    expect((await journal.newest({ limit: 1_000 })).at(-1)?.position).toBe(61);
    expect(await journal.hashAt(59)).toBeUndefined();
    expect(await journal.hashAt(60)).toBe(eventsAfter(0, 60).reduce((hash, event) => link(hash, JSON.stringify(event)), genesis("main")));
    await journal.append(100, eventsAfter(100, 1));
    await journal.close();
    const again = reopen();
    const found = await again.open();
    expect([found.position, found.base, found.checkpoint?.position]).toEqual([101, 60, 80]);
    await again.close();
  });

  test("a journal that is not open says so", async () => {
    const journal = (await storage())();
    expect(await failure(journal.append(0, []))).toBe("closed");
    await journal.open();
    expect(await failure(journal.open())).toBe("closed");
    await journal.close();
    await journal.close();
    expect(await failure(journal.append(0, eventsAfter(0, 1)))).toBe("closed");
    expect(await failure(collect(journal.read(0)))).toBe("closed");
    expect(await failure(journal.newest({ limit: 1 }))).toBe("closed");
  });
});
