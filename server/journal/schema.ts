import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { pathToFileURL } from "node:url";
import Database from "libsql";
import { genesis } from "./chain.ts";
import { JournalError } from "./journal.ts";
import { damaged } from "./sqlite-errors.ts";

/** Version 1 had no commands; it is read as it is, and brought up to this version by whoever writes on. */
export const schemaVersion = 2;
const oldestVersion = 1;

/** "SgBx": lets `file` and SQLite tools tell a journal from any other database. */
const applicationId = 0x53674278;

/** Where the header of the file says how it is written, and the newest that there is: with a write-ahead log. */
const writeFormatAt = 18;
const newestWriteFormat = 2;

const tables = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    body TEXT NOT NULL,
    hash TEXT NOT NULL,
    command TEXT,
    type TEXT GENERATED ALWAYS AS (body ->> '$.type') VIRTUAL,
    at_ms INTEGER GENERATED ALWAYS AS (body ->> '$.atMs') VIRTUAL
  );
  CREATE TABLE checkpoints (
    position INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    chain_hash TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    signature TEXT NOT NULL
  );
  CREATE TABLE checkpoint_parts (
    position INTEGER NOT NULL,
    part INTEGER NOT NULL,
    section TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (position, part)
  );
`;

/** What the `meta` table says. */
export interface Meta {
  readonly space: string;
  /** Events at or before it were compacted away ... */
  base: number;
  /** ... and this is the hash of the last of them. */
  baseHash: string;
  /** Whether the table of events has the commands that they came of. */
  readonly commands: boolean;
}

/**
 * Opens the database for its one writer; makes its tables when it is new and `mayCreate`. Durable means: in the
 * write-ahead log and flushed to the disk.
 */
export function openDatabase(path: string, space: string, mayCreate: boolean): { database: Database.Database; meta: Meta } {
  assertWriteFormat(path);
  const database = new Database(path, { timeout: 2_000 });
  try {
    const [tableCount] = database.prepare("SELECT count(*) FROM sqlite_schema").raw().get() as [number];
    if (tableCount === 0 && !mayCreate)
      throw new JournalError("corrupt", `${path} is empty, though its anchor says that it had events: restore it from your backup`);
    database.exec("PRAGMA journal_mode = WAL");
    database.exec("PRAGMA synchronous = FULL");
    // The store itself moves the log into the database, after it answered.
    database.exec("PRAGMA wal_autocheckpoint = 0");
    if (tableCount === 0) createTables(database, space);
    const meta = readMeta(database, path, space);
    if (meta.commands) return { database, meta };
    addCommands(database);
    return { database, meta: readMeta(database, path, space) };
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * A file in a newer write format than it knows SQLite opens for reading, and says at the first write that it is read-only,
 * as if its rights were wrong. Format: https://www.sqlite.org/fileformat2.html#file_format_version_numbers
 */
function assertWriteFormat(path: string): void {
  if (!existsSync(path)) return;
  const header = Buffer.alloc(writeFormatAt + 1);
  const descriptor = openSync(path, "r");
  try {
    readSync(descriptor, header);
  } finally {
    closeSync(descriptor);
  }
  const format = header.readUInt8(writeFormatAt);
  if (format > newestWriteFormat) throw damaged(path, `its header names the unknown write format ${format}`);
}

/** Opens the database beside its writer, or after a crash, and changes nothing in it or its log. */
export function openForReading(path: string, space: string): { database: Database.Database; meta: Meta } {
  const database = new Database(`${pathToFileURL(path).href}?mode=ro`);
  try {
    return { database, meta: readMeta(database, path, space) };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Holds for this connection: writing more than fits fails with SQLITE_FULL. */
export function limitSize(database: Database.Database, maxBytes: number): void {
  const [pageBytes] = database.prepare("PRAGMA page_size").raw().get() as [number];
  database.prepare(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxBytes / pageBytes))}`).all();
}

function createTables(database: Database.Database, space: string): void {
  database.exec("BEGIN IMMEDIATE");
  database.exec(`PRAGMA application_id = ${applicationId}`);
  database.exec(`PRAGMA user_version = ${schemaVersion}`);
  database.exec(tables);
  const insert = database.prepare("INSERT INTO meta (name, value) VALUES (?, ?)");
  insert.run("space", space);
  insert.run("base", "0");
  insert.run("base_hash", genesis(space));
  database.exec("COMMIT");
}

/** From version 1 to 2. Events and hashes stay as they are: an event without a command is chained as it always was. */
function addCommands(database: Database.Database): void {
  database.exec("BEGIN IMMEDIATE");
  database.exec("ALTER TABLE events ADD COLUMN command TEXT");
  database.exec(`PRAGMA user_version = ${schemaVersion}`);
  database.exec("COMMIT");
}

function readMeta(database: Database.Database, path: string, space: string): Meta {
  const number = (pragma: string): number => Number((database.prepare(`PRAGMA ${pragma}`).raw().get() as [number])[0]);
  if (number("application_id") !== applicationId)
    throw new JournalError("corrupt", `${path} is no Signalbox journal: give the server another data folder, or restore the journal from your backup`);
  const version = number("user_version");
  if (version < oldestVersion || version > schemaVersion)
    throw new JournalError(
      "corrupt",
      `${path} has format ${version}, this program reads formats ${oldestVersion} to ${schemaVersion}: use the version of Signalbox that wrote it`,
    );
  const rows = database.prepare("SELECT CAST(name AS BLOB), CAST(value AS BLOB) FROM meta").raw().all() as [Buffer | null, Buffer | null][];
  const values = new Map(rows.map(([name, value]) => [String(name), String(value)]));
  const found = values.get("space");
  if (found !== space)
    throw new JournalError("corrupt", `${path} is the journal of space "${found ?? "?"}", not of "${space}": put it into the folder of its own space`);
  return { space, base: Number(values.get("base")), baseHash: values.get("base_hash") ?? "", commands: version > 1 };
}
