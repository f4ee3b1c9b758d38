import { closeSync, cpSync, existsSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { acceptJournal } from "./accept.ts";
import { journalFiles } from "./files.ts";
import { temporaryFolder } from "./fixtures.ts";
import { JournalError } from "./journal.ts";
import { SqliteStore } from "./sqlite-store.ts";
import { linesOf, openStore, space, writeCheckpoint } from "./store-fixtures.ts";
import { verifyJournal } from "./verify.ts";

/** Journals that something happened to: each is refused with its reason, or comes back whole. Nothing in between. */

let root: string;
let removeRoot: () => Promise<void>;
let copies = 0;

beforeAll(async () => {
  const made = await temporaryFolder();
  root = made.folder;
  removeRoot = made.remove;
});
afterAll(() => removeRoot());

function bodiesOf(store: SqliteStore): string[] {
  const bodies: string[] = [];
  for (let at = store.base; ; ) {
    const { lines, last } = store.read(at, Number.MAX_SAFE_INTEGER);
    if (lines === "") return bodies;
    bodies.push(...lines.split("\n"));
    at = last;
  }
}

/** A data folder as a crash would leave it: copied while the store was open, with commits of `size` events in its log. */
function crashed(options: { settled: number; commits: number; size: number }): string {
  const live = join(root, `live-${copies}`);
  const copy = join(root, `crashed-${copies++}`);
  const store = openStore(live);
  if (options.settled > 0) {
    store.append(0, linesOf(0, options.settled));
    store.close();
  }
  const writer = options.settled > 0 ? openStore(live) : store;
  for (let commit = 0; commit < options.commits; commit += 1) writer.append(writer.position, linesOf(writer.position, options.size));
  cpSync(live, copy, { recursive: true });
  writer.close();
  return copy;
}

function copyOf(folder: string): string {
  const copy = join(root, `copy-${copies++}`);
  cpSync(folder, copy, { recursive: true });
  return copy;
}

function overwrite(path: string, offset: number, bytes: Uint8Array): void {
  const descriptor = openSync(path, "r+");
  writeSync(descriptor, bytes, 0, bytes.length, offset);
  closeSync(descriptor);
}

function refusal(action: () => unknown): JournalError {
  try {
    action();
  } catch (error) {
    if (error instanceof JournalError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

function withDatabase(dataFolder: string, action: (database: Database.Database) => void): void {
  const database = new Database(journalFiles(dataFolder, space).database);
  action(database);
  database.close();
}

/** Damage where only a write looks is found there; what was read stays as good as it was. */
function appendedOrRefused(store: SqliteStore): JournalError | undefined {
  try {
    store.append(store.position, linesOf(store.position, 1));
    return undefined;
  } catch (error) {
    if (error instanceof JournalError && error.kind === "corrupt") return error;
    throw error;
  } finally {
    store.close();
  }
}

/** Opens what is left of a journal of `total` events: an honest refusal, or a prefix that goes on. */
function openedOrRefused(dataFolder: string, total: number, atLeast: number): { position: number; repairs: readonly string[] } | JournalError {
  let store: SqliteStore;
  try {
    store = openStore(dataFolder);
  } catch (error) {
    if (error instanceof JournalError && error.kind === "corrupt") return error;
    throw error;
  }
  const { position, repairs } = store;
  try {
    expect(position).toBeGreaterThanOrEqual(atLeast);
    expect(bodiesOf(store)).toEqual(linesOf(0, total).split("\n").slice(0, position));
  } catch (error) {
    store.close();
    throw error;
  }
  const refused = appendedOrRefused(store);
  const again = openStore(dataFolder);
  expect(again.position).toBe(refused === undefined ? position + 1 : position);
  expect(bodiesOf(again).slice(0, position)).toEqual(linesOf(0, total).split("\n").slice(0, position));
  again.close();
  return refused ?? { position, repairs };
}

describe("a torn tail", { timeout: 60_000 }, () => {
  const size = 3;
  const commits = 12;
  const settled = 6;
  const total = settled + commits * size;
  let folder: string;
  let logBytes: number;
  beforeAll(() => {
    folder = crashed({ settled, commits, size });
    logBytes = statSync(`${journalFiles(folder, space).database}-wal`).size;
  });

  test("JR-7: a log that a crash left whole loses nothing", () => {
    expect(openedOrRefused(copyOf(folder), total, total)).toMatchObject({ position: total, repairs: [] });
  });

  test("JR-7: cut anywhere, the log is taken up to its last whole commit", () => {
    const seen = new Set<number>();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: logBytes }), (length) => {
        const copy = copyOf(folder);
        truncateSync(`${journalFiles(copy, space).database}-wal`, length);
        const outcome = openedOrRefused(copy, total, settled);
        if (outcome instanceof JournalError) throw outcome;
        expect((outcome.position - settled) % size).toBe(0);
        seen.add(outcome.position);
        rmSync(copy, { recursive: true });
      }),
      { numRuns: 40 },
    );
    expect(seen.size).toBeGreaterThan(5);
  });

  test("JR-7: cut within its last commit, only that commit goes, and the repair is told", () => {
    const copy = copyOf(folder);
    truncateSync(`${journalFiles(copy, space).database}-wal`, logBytes - 100);
    const outcome = openedOrRefused(copy, total, total - size);
    expect(outcome).toMatchObject({ position: total - size, repairs: [expect.stringContaining("cut short")] });
  });

  test("JR-6: garbled anywhere, it comes back as a prefix that lacks at most the last two commits, or is refused", () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: logBytes - 16 }), fc.uint8Array({ minLength: 1, maxLength: 16 }), (offset, bytes) => {
        const copy = copyOf(folder);
        overwrite(`${journalFiles(copy, space).database}-wal`, offset, bytes);
        const outcome = openedOrRefused(copy, total, total - 2 * size);
        if (outcome instanceof JournalError) {
          expect(outcome.message).toContain("journal.sqlite-wal");
          refused += 1;
        }
        rmSync(copy, { recursive: true });
      }),
      { numRuns: 60 },
    );
    expect(refused).toBeGreaterThan(10);
  });

  test("accepting a damaged log goes on with what is good in it", () => {
    const copy = copyOf(folder);
    overwrite(`${journalFiles(copy, space).database}-wal`, Math.floor(logBytes / 2), new Uint8Array(64).fill(0xa5));
    expect(refusal(() => openStore(copy)).message).toMatch(/further commits follow.*journal accept/);
    const position = acceptJournal({ dataFolder: copy, space });
    expect(position).toBeGreaterThanOrEqual(settled);
    expect(openedOrRefused(copy, total, position)).toMatchObject({ position });
  });

  test("JR-6: a log that was taken away is found out by the anchor", () => {
    const live = join(root, `anchored-${copies++}`);
    const store = openStore(live);
    store.append(0, linesOf(0, 5));
    store.anchor();
    const copy = copyOf(live);
    store.close();
    rmSync(`${journalFiles(copy, space).database}-wal`);
    expect(refusal(() => openStore(copy)).message).toMatch(/ends at position 0, but its anchor says that it had reached 5/);
  });
});

describe("the database file", { timeout: 60_000 }, () => {
  const total = 3_000;
  let folder: string;
  /** Where the page begins on which the last event stands. */
  const pageOfLast = (file: Buffer): number => {
    const at = file.lastIndexOf(linesOf(total - 1, 1));
    return at - (at % file.readUInt16BE(16));
  };
  beforeAll(() => {
    folder = join(root, "settled");
    const store = openStore(folder);
    store.append(0, linesOf(0, 1_000));
    writeCheckpoint(store, 1_000);
    store.append(1_000, linesOf(1_000, 1_000));
    writeCheckpoint(store, 2_000);
    store.append(2_000, linesOf(2_000, 1_000));
    store.close();
  });

  test("cut anywhere, it is refused", () => {
    const { size } = statSync(journalFiles(folder, space).database);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: size - 1 }), (length) => {
        const copy = copyOf(folder);
        truncateSync(journalFiles(copy, space).database, length);
        const error = refusal(() => openStore(copy));
        expect(error.kind).toBe("corrupt");
        expect(error.message).toContain("journal.sqlite");
        rmSync(copy, { recursive: true });
      }),
      { numRuns: 30 },
    );
  });

  test("JR-6: with any bytes changed, no other event than the ones written ever comes out", async () => {
    const { size } = statSync(journalFiles(folder, space).database);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: size - 8 }), fc.uint8Array({ minLength: 1, maxLength: 8 }), async (offset, bytes) => {
        const copy = copyOf(folder);
        overwrite(journalFiles(copy, space).database, offset, bytes);
        openedOrRefused(copy, total, total);
        rmSync(copy, { recursive: true });
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    ["the write format in its header", () => 18, 3, /unknown write format 3/],
    ["the schema format in its header", () => 47, 5, /unsupported file format/],
    ["the version of our tables", () => 63, 1, /duplicate column/],
    ["the count of our tables", () => 104, 1, /no such table/],
    ["the free room of the page that is written next", (file: Buffer) => pageOfLast(file) + 5, 0x57, /malformed/],
  ])("JR-6: with %s changed, it is refused as damaged", (_what, offset, byte, message) => {
    const copy = copyOf(folder);
    const { database } = journalFiles(copy, space);
    overwrite(database, offset(readFileSync(database)), Uint8Array.of(byte));
    const outcome = openedOrRefused(copy, total, total);
    expect(outcome).toMatchObject({ kind: "corrupt", message: expect.stringMatching(message) });
    expect(outcome).toMatchObject({ message: expect.stringContaining("journal.sqlite is damaged") });
  });

  test.each([
    ["changed", 1_234, "UPDATE events SET body = replace(body, 'session', 'sessiom') WHERE position = 1234", /position 1234 does not fit its hash/],
    ["taken out", 1_234, "DELETE FROM events WHERE position = 1234", /position 1234 is missing/],
    [
      "exchanged",
      1_234,
      "UPDATE events SET position = 9999 WHERE position = 1234; UPDATE events SET position = 1234 WHERE position = 1235; UPDATE events SET position = 1235 WHERE position = 9999",
      /position 1234 does not fit/,
    ],
    ["cut off at the end", 2_990, "DELETE FROM events WHERE position >= 2990", /ends at position 2989, but its anchor says that it had reached 3000/],
  ])("JR-6: an event that was %s is named", async (_what, position, sql, message) => {
    const copy = copyOf(folder);
    withDatabase(copy, (database) => database.exec(sql));
    const error = refusal(() => openStore(copy));
    expect(error.kind).toBe("corrupt");
    expect(error.message).toMatch(message);
    const report = await verifyJournal({ dataFolder: copy, space });
    expect(report.problems.join("\n")).toMatch(message);
    expect(report.position).toBe(position - 1);
  });

  test.each(["9000", "O"])("JR-6: a base of %s, beyond which nothing would be checked, is refused", async (base) => {
    const copy = copyOf(folder);
    withDatabase(copy, (database) => database.exec(`UPDATE meta SET value = '${base}' WHERE name = 'base'`));
    expect(refusal(() => openStore(copy))).toMatchObject({
      kind: "corrupt",
      message: expect.stringMatching(/compacted away up to (9000|NaN), and ends at 3000/),
    });
    await expect(verifyJournal({ dataFolder: copy, space })).rejects.toThrow("compacted away up to");
  });

  test("a whole journal verifies", async () => {
    const report = await verifyJournal({ dataFolder: folder, space });
    expect(report).toEqual({
      space,
      base: 0,
      position: total,
      end: total,
      checkpoints: [2_000, 1_000].map((position) => ({ position, problem: undefined })),
      anchor: total,
      problems: [],
    });
  });

  test("a changed event before the checkpoint does not keep a start, but is refused where it is read", async () => {
    const copy = copyOf(folder);
    withDatabase(copy, (database) => database.exec("UPDATE events SET body = replace(body, 'session', 'sessiom') WHERE position = 10"));
    const store = SqliteStore.open({ files: journalFiles(copy, space), space });
    store.verifyAfter(2_000);
    expect(refusal(() => store.read(0, 100)).message).toMatch(/position 10 does not fit its hash/);
    store.close();
    expect((await verifyJournal({ dataFolder: copy, space })).position).toBe(9);
  });

  test("a changed checkpoint is not taken", () => {
    const copy = copyOf(folder);
    withDatabase(copy, (database) => database.exec("UPDATE checkpoint_parts SET body = replace(body, 'w1', 'w2') WHERE position = 2000"));
    const store = openStore(copy);
    expect(store.checkpointParts(2_000)).toEqual({ problem: expect.stringContaining("was changed") });
    expect(store.checkpointParts(1_000)).toHaveProperty("parts");
    store.close();
  });

  test("a checkpoint made by somebody without the key is not taken", () => {
    const copy = copyOf(folder);
    withDatabase(copy, (database) => database.exec("UPDATE checkpoints SET chain_hash = 'f00d', signature = 'Zm9yZ2Vk' WHERE position = 2000"));
    const store = openStore(copy);
    expect(store.checkpointParts(2_000)).toEqual({ problem: expect.stringContaining("was not signed") });
    store.close();
  });

  test("missing and foreign files are refused with what to do", () => {
    const without = (file: "anchor" | "database" | "key"): JournalError => {
      const copy = copyOf(folder);
      rmSync(journalFiles(copy, space)[file]);
      return refusal(() => openStore(copy));
    };
    expect(without("anchor").message).toMatch(/journal\.anchor is missing.*restore.*journal accept/);
    expect(without("database").message).toMatch(/journal\.sqlite is missing.*restore/);
    expect(without("key").message).toMatch(/journal-key\.pem is missing.*restore.*journal accept/);

    const otherSpace = copyOf(folder);
    cpSync(join(otherSpace, space), join(otherSpace, "other"), { recursive: true });
    rmSync(journalFiles(otherSpace, "other").anchor);
    expect(refusal(() => SqliteStore.open({ files: journalFiles(otherSpace, "other"), space: "other" })).message).toMatch(
      /journal of space "main", not of "other"/,
    );

    const foreign = copyOf(folder);
    withDatabase(foreign, (database) => database.exec("PRAGMA application_id = 7"));
    expect(refusal(() => openStore(foreign)).message).toMatch(/is no Signalbox journal/);

    const newer = copyOf(folder);
    withDatabase(newer, (database) => database.exec("PRAGMA user_version = 99"));
    expect(refusal(() => openStore(newer)).message).toMatch(/has format 99, this program reads formats 1 to 2/);

    const text = join(root, "text");
    cpSync(folder, text, { recursive: true });
    writeFileSync(journalFiles(text, space).database, "this is a letter, not a database, and it is long enough to be taken for one".repeat(100));
    expect(refusal(() => openStore(text)).kind).toBe("corrupt");
  });

  test("an anchor that was changed or signed by another is refused", () => {
    const changed = copyOf(folder);
    const { anchor } = journalFiles(changed, space);
    writeFileSync(anchor, readFileSync(anchor, "utf8").replace("\n3000\n", "\n2000\n"));
    expect(refusal(() => openStore(changed)).message).toMatch(/signature does not fit/);
    writeFileSync(anchor, "{");
    expect(refusal(() => openStore(changed)).message).toMatch(/not readable as an anchor/);
    const otherKey = copyOf(folder);
    openStore(join(root, "another")).close();
    cpSync(join(root, "another", "journal-key.pem"), journalFiles(otherKey, space).key);
    expect(refusal(() => openStore(otherKey)).message).toMatch(/signed with another key/);
  });

  test("an older copy is refused until it is accepted, and the anchor before is kept", () => {
    const older = copyOf(folder);
    const newer = copyOf(folder);
    const store = openStore(newer);
    store.append(total, linesOf(total, 7));
    store.close();
    cpSync(journalFiles(older, space).database, journalFiles(newer, space).database);
    expect(refusal(() => openStore(newer)).message).toMatch(/ends at position 3000, but its anchor says that it had reached 3007/);
    rmSync(journalFiles(newer, space).key);
    expect(acceptJournal({ dataFolder: newer, space })).toBe(total);
    expect(existsSync(`${journalFiles(newer, space).anchor}.before`)).toBe(true);
    const accepted = openStore(newer);
    expect(accepted.position).toBe(total);
    expect(accepted.checkpointParts(2_000)).toHaveProperty("parts");
    accepted.close();
  });
});
