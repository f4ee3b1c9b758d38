import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { type RaftDurable, type RaftNode, raft } from "../../agents/election/raft/index.ts";
import type { Step } from "../../agents/machine.ts";
import { Keeping } from "./keeping.ts";
import { memoryNodeStore, type NodeStore } from "./store.ts";

/** A store that counts what is written to it, by how. */
function countingStore() {
  const store = memoryNodeStore();
  const written: { readonly how: "save" | "add"; readonly length: number }[] = [];
  const count = (how: "save" | "add") => (record: string) => {
    written.push({ how, length: record.length });
    return store[how](record);
  };
  return { load: store.load, save: count("save"), add: count("add"), written };
}

/** A group of one: it commits what it is asked at once. Keeps as a live node does. */
class Alone {
  readonly #keeping: Keeping<RaftDurable>;
  readonly #store: NodeStore;
  #node: RaftNode;
  #nowMs = 0;
  #asked = 0;
  durable: RaftDurable | undefined;

  constructor(store: NodeStore, snapshotAfter: number) {
    this.#store = store;
    this.#keeping = new Keeping(store);
    this.#node = raft.start({ id: "a", members: ["a"], snapshotAfter }, { nowMs: 0, chance: 0 }).node;
  }

  async lead(): Promise<this> {
    await this.#obey(raft.step(this.#node, { ...this.#moment(), type: "timer", timer: "election" }));
    return this;
  }

  async propose(times = 1): Promise<void> {
    for (let time = 0; time < times; time++) {
      const ask = { type: "propose" as const, id: `p${++this.#asked}`, value: `x=${this.#asked}` };
      await this.#obey(raft.step(this.#node, { ...this.#moment(), type: "ask", ask }));
    }
  }

  loaded(): Promise<RaftDurable | undefined> {
    return new Keeping<RaftDurable>(this.#store).load(raft.durable);
  }

  async #obey({ node, outputs }: Step<RaftNode, unknown, RaftDurable>): Promise<void> {
    this.#node = node;
    for (const output of outputs) {
      if (output.type !== "persist") continue;
      this.durable = output.durable;
      await this.#keeping.keep(output.durable);
    }
  }

  #moment(): { nowMs: number; chance: number } {
    this.#nowMs += 5_000;
    return { nowMs: this.#nowMs, chance: 0 };
  }
}

test("one more entry behind a thousand writes that entry, and not the thousand", async () => {
  const store = countingStore();
  const alone = await new Alone(store, 10_000).lead();
  const perEntry = async (entries: number) => {
    store.written.length = 0;
    await alone.propose(entries);
    return store.written;
  };
  const first = await perEntry(1);
  await perEntry(999);
  const [last] = await perEntry(1);
  expect(alone.durable?.log.last).toBe(1_002);
  expect(JSON.stringify(alone.durable).length).toBeGreaterThan(40_000);
  expect(last).toEqual({ how: "add", length: expect.any(Number) });
  expect(last?.length).toBeLessThan(200);
  expect(last?.length).toBeLessThan(2 * (first[0]?.length ?? 0));
  expect(await alone.loaded()).toEqual(alone.durable);
});

test("the whole is written so seldom that it costs each entry no more than a few of its own length", async () => {
  for (const snapshotAfter of [10_000, 512]) {
    const store = countingStore();
    const alone = await new Alone(store, snapshotAfter).lead();
    await alone.propose(4_000);
    const entryLength = JSON.stringify({ type: "value", term: 1, id: "p4000", value: "x=4000" }).length;
    const bytes = store.written.reduce((sum, { length }) => sum + length, 0);
    expect(bytes / 4_000).toBeLessThan(8 * entryLength);
    const kept = (await store.load()).reduce((sum, record) => sum + record.length, 0);
    expect(kept).toBeLessThan(2 * Math.max(65_536, JSON.stringify(alone.durable).length));
    expect(await alone.loaded()).toEqual(alone.durable);
  }
});

test("what was kept last is what is loaded, over restarts, and without the last record what was kept before it", async () => {
  const schema = z.strictObject({ term: z.number(), log: z.array(z.array(z.string())), note: z.string().optional() });
  type Durable = z.infer<typeof schema>;
  const act = fc.oneof(
    { weight: 6, arbitrary: fc.constant("append" as const) },
    fc.constantFrom("cut" as const, "snapshot" as const, "term" as const, "note" as const, "restart" as const, "same" as const),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(act, fc.nat(30)), { maxLength: 60 }), async (acts) => {
      const store = memoryNodeStore();
      let keeping = new Keeping<Durable>(store);
      let durable: Durable = { term: 0, log: [] };
      let before: Durable | undefined;
      for (const [what, n] of acts) {
        before = durable;
        if (what === "append") durable = { ...durable, log: [...durable.log.slice(0, -1), [...(durable.log.at(-1) ?? []), "x".repeat(n * 100)]] };
        if (what === "cut") durable = { ...durable, log: durable.log.slice(0, n) };
        if (what === "snapshot") durable = { ...durable, log: [...durable.log.slice(1), []] };
        if (what === "term") durable = { ...durable, term: n };
        if (what === "note") durable = n % 2 === 0 ? { term: durable.term, log: durable.log } : { ...durable, note: `${n}` };
        if (what === "restart") {
          keeping = new Keeping<Durable>(store);
          durable = (await keeping.load(schema)) ?? durable;
        }
        await keeping.keep(durable);
        expect(await new Keeping<Durable>(store).load(schema)).toEqual(durable);
      }
      const records = await store.load();
      const cut: NodeStore = { ...store, load: async () => records.slice(0, -1) };
      if (records.length > 1 && acts.at(-1)?.[0] !== "same") expect([before, durable]).toContainEqual(await new Keeping<Durable>(cut).load(schema));
    }),
    { numRuns: 100 },
  );
});

test("what is kept and is none of the machine's is refused, and so are changes that have no place", async () => {
  const schema = z.strictObject({ count: z.number() });
  const load = (...records: readonly string[]) => new Keeping({ ...memoryNodeStore(), load: async () => records }).load(schema);
  expect(await load()).toBeUndefined();
  expect(await load('{"count":1}', '[{"at":["count"],"set":2}]')).toEqual({ count: 2 });
  for (const records of [
    ["{"],
    ['{"count":"many"}'],
    ['{"count":1}', "["],
    ['{"count":1}', '[{"at":["count",0],"set":2}]'],
    ['{"count":1}', '[{"at":["count"]}]'],
  ])
    await expect(load(...records)).rejects.toThrow();
});
