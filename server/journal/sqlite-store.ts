import { existsSync, mkdirSync } from "node:fs";
import type Database from "libsql";
import { readAnchor, writeAnchor } from "./anchor.ts";
import { link } from "./chain.ts";
import { CheckpointTable, type SnapshotPart } from "./checkpoint-table.ts";
import { fsyncFolder, type JournalFiles } from "./files.ts";
import { JournalError } from "./journal.ts";
import { acquireLock } from "./lock.ts";
import { type Meta, openDatabase } from "./schema.ts";
import { loadSigner, type Signer } from "./signer.ts";
import { journalErrorFrom, primaryCode } from "./sqlite-errors.ts";

/** How long the write-ahead log gets before it moves into the database. */
const logBytesBeforeMove = 4 * 1024 * 1024;
const rowOverheadBytes = 80;
/** Rows that go in with one statement where there are as many: a quarter less time a row. */
const groupRows = 16;
const groupValues = groupRows * 3;
const chunkEvents = 2_000;
const chunkChars = 1024 * 1024;

function insertRows(count: number): string {
  return `INSERT INTO events (position, body, hash) VALUES ${Array.from({ length: count }, () => "(?, ?, ?)").join(", ")}`;
}

export interface StoreOptions {
  readonly files: JournalFiles;
  readonly space: string;
}

/**
 * A journal in one SQLite file, synchronous: it runs in a worker so that only the worker waits for the disk. Bodies
 * come and go as JSON lines (JSON has no raw line break), because one long string crosses threads cheapest.
 */
export class SqliteStore {
  readonly #files: JournalFiles;
  readonly #meta: Meta;
  readonly #database: Database.Database;
  readonly #signer: Signer;
  readonly #unlock: () => void;
  readonly #checkpoints: CheckpointTable;
  readonly #insert: Database.Statement;
  readonly #insertGroup: Database.Statement;
  readonly #select: Database.Statement;
  #position: number;
  #hash: string;
  #anchored: number;
  #logBytes = 0;
  #failed: JournalError | undefined;

  /** Opens without verifying the chain: `verifyAfter` does that from the checkpoint that the reader chose. */
  static open(options: StoreOptions): SqliteStore {
    const { files } = options;
    try {
      if (!existsSync(files.folder)) {
        mkdirSync(files.folder, { recursive: true });
        fsyncFolder(files.folder);
      }
      const unlock = acquireLock(files.lock);
      try {
        return new SqliteStore(options, unlock);
      } catch (error) {
        unlock();
        throw error;
      }
    } catch (error) {
      throw journalErrorFrom(error, files.database);
    }
  }

  private constructor(options: StoreOptions, unlock: () => void) {
    const { files, space } = options;
    this.#files = files;
    this.#unlock = unlock;
    this.#signer = loadSigner(files.key);
    const anchor = readAnchor(files.anchor, this.#signer);
    if (anchor && anchor.position > 0 && !existsSync(files.database)) {
      throw new JournalError(
        "corrupt",
        `${files.database} is missing, though its anchor says that it reached position ${anchor.position}: restore it from your backup`,
      );
    }
    const { database, meta } = openDatabase(files.database, space);
    this.#database = database;
    this.#meta = meta;
    this.#checkpoints = new CheckpointTable(database, space, this.#signer);
    this.#insert = database.prepare(insertRows(1));
    this.#insertGroup = database.prepare(insertRows(groupRows));
    this.#select = database.prepare("SELECT position, body, hash FROM events WHERE position > ? AND position <= ? ORDER BY position LIMIT ?").raw();
    const last = database.prepare("SELECT max(position) FROM events").raw().get() as [number | null];
    this.#position = last[0] ?? meta.base;
    this.#hash = this.#hashAt(this.#position) ?? meta.baseHash;
    if (!anchor && this.#position > 0) {
      throw new JournalError(
        "corrupt",
        `${files.anchor} is missing, though ${files.database} has events: restore it from your backup. If this journal is what you want to go on with, run \`signalbox journal accept\``,
      );
    }
    if (anchor) this.#assertReaches(anchor.position, anchor.hash);
    this.#anchored = anchor?.position ?? -1;
    this.anchor();
    this.#checkpoints.dropUnfinished();
  }

  #assertReaches(position: number, hash: string): void {
    const { database } = this.#files;
    if (position > this.#position) {
      throw new JournalError(
        "corrupt",
        `${database} ends at position ${this.#position}, but its anchor says that it had reached ${position}: its end is lost. Restore a newer copy. If the loss must be borne, run \`signalbox journal accept\`; fences given out after ${this.#position} may then come again`,
      );
    }
    const found = position === this.#meta.base ? this.#meta.baseHash : this.#hashAt(position);
    if (found !== hash)
      throw new JournalError(
        "corrupt",
        `${database} does not fit its anchor at position ${position}: it is another journal, or it was changed. Restore both from one backup; \`signalbox journal verify\` says how far it is good`,
      );
  }

  get position(): number {
    return this.#position;
  }

  get base(): number {
    return this.#meta.base;
  }

  /** Positions that have a checkpoint, newest first. */
  checkpoints(): number[] {
    return this.#checkpoints.positions();
  }

  /** A checkpoint's parts once it verifies, its signature and its place in the chain included; else what is wrong. */
  checkpointParts(position: number): { parts: SnapshotPart[] } | { problem: string } {
    return this.#guard(() => {
      const verified = this.#verifiedChainHash(position);
      return "problem" in verified ? verified : { parts: this.#checkpoints.parts(position) };
    });
  }

  #verifiedChainHash(position: number): { chainHash: string } | { problem: string } {
    const verified = this.#checkpoints.verify(position);
    if ("problem" in verified) return verified;
    const inChain = this.#hashAt(position) ?? (position === this.#meta.base ? this.#meta.baseHash : undefined);
    return inChain === verified.chainHash ? verified : { problem: "does not fit the event at its position" };
  }

  /** Checks every event after a position: no gap, and each hash covers what is before it. */
  verifyAfter(after: number): void {
    this.#guard(() => {
      for (let at = after; at < this.#position; ) at = this.#verifiedChunk(at, this.#position).last;
    });
  }

  /** Makes events durable. `lines` are their bodies in order, one a line. */
  append(expected: number, lines: string): void {
    if (this.#failed) throw this.#failed;
    try {
      if (expected !== this.#position)
        throw new JournalError("position", `expected position ${expected}, but ${this.#files.database} is at ${this.#position}: another writer was there`);
      let position = expected;
      let hash = this.#hash;
      const rows: (string | number)[] = [];
      for (const body of lines.split("\n")) {
        position += 1;
        hash = link(hash, body);
        rows.push(position, body, hash);
      }
      this.#database.exec("BEGIN IMMEDIATE");
      const inGroups = rows.length - (rows.length % groupValues);
      for (let at = 0; at < inGroups; at += groupValues) this.#insertGroup.run(rows.slice(at, at + groupValues));
      for (let at = inGroups; at < rows.length; at += 3) this.#insert.run(rows.slice(at, at + 3));
      this.#database.exec("COMMIT");
      this.#logBytes += lines.length + (position - expected) * rowOverheadBytes;
      this.#position = position;
      this.#hash = hash;
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /** Work that can wait until the append is answered: moves the write-ahead log into the database once it is long. */
  afterwards(): void {
    if (this.#failed || this.#logBytes < logBytesBeforeMove) return;
    try {
      this.#database.prepare("PRAGMA wal_checkpoint(PASSIVE)").all();
      this.#logBytes = 0;
    } catch (error) {
      // A flush that failed here is not tried again either: the next append is refused.
      if (primaryCode(error) !== "busy") this.#fail(error);
    }
  }

  /** Events after a position as lines, at most a chunk; empty at the end. */
  read(after: number, to: number): { lines: string; last: number } {
    return this.#guard(() => {
      const end = Math.min(to, this.#position);
      if (after >= end) return { lines: "", last: after };
      if (after < this.#meta.base) throw new JournalError("position", `events up to ${this.#meta.base} were compacted away: read after that`);
      const { bodies, last } = this.#verifiedChunk(after, end);
      return { lines: bodies.join("\n"), last };
    });
  }

  #verifiedChunk(after: number, to: number): { bodies: string[]; last: number } {
    let hash = after === this.#meta.base ? this.#meta.baseHash : this.#hashAt(after);
    if (!hash) throw this.#damaged(after, "is missing");
    const bodies: string[] = [];
    let last = after;
    let chars = 0;
    for (const row of this.#select.iterate(after, to, chunkEvents) as IterableIterator<[number, string, string]>) {
      const [position, body, stored] = row;
      if (position !== last + 1) throw this.#damaged(last + 1, "is missing");
      hash = link(hash, body);
      if (hash !== stored) throw this.#damaged(position, "was changed, or one before it: its hash does not fit");
      bodies.push(body);
      last = position;
      chars += body.length;
      if (chars > chunkChars) break;
    }
    if (last === after) throw this.#damaged(after + 1, "is missing");
    return { bodies, last };
  }

  #damaged(position: number, what: string): JournalError {
    return new JournalError(
      "corrupt",
      `${this.#files.database}: the event at position ${position} ${what}. Restore the journal from your backup; \`signalbox journal verify\` says how far it is good`,
    );
  }

  /** Newest first: bodies with `after < position <= to`, of these types. */
  newest(after: number, to: number, types: readonly string[] | undefined, limit: number): string {
    return this.#guard(() => {
      const filter = types ? `AND type IN (${types.map(() => "?").join(", ")})` : "";
      const rows = this.#database
        .prepare(`SELECT body FROM events WHERE position > ? AND position <= ? ${filter} ORDER BY position DESC LIMIT ?`)
        .raw()
        .all(after, to, ...(types ?? []), limit) as [string][];
      return rows.map(([body]) => body).join("\n");
    });
  }

  beginCheckpoint(position: number): void {
    if (position > this.#position) throw new JournalError("position", `a checkpoint at ${position} is beyond the journal's end at ${this.#position}`);
    this.#write(() => this.#checkpoints.begin(position));
  }

  addToCheckpoint(parts: readonly SnapshotPart[]): void {
    this.#write(() => this.#checkpoints.add(parts));
  }

  finishCheckpoint(position: number, atMs: number): void {
    this.#write(() => {
      const chainHash = position === this.#meta.base ? this.#meta.baseHash : this.#hashAt(position);
      if (!chainHash) throw this.#damaged(position, "is missing");
      this.#checkpoints.finish(atMs, chainHash);
      this.anchor();
    });
  }

  /** Drops at most `limit` events at or before a position that every kept checkpoint covers; returns how many. */
  compact(through: number, limit: number): number {
    return this.#write(() => {
      const oldest = this.#checkpoints.positions().at(-1) ?? 0;
      const base = Math.min(through, oldest, this.#meta.base + limit);
      if (base <= this.#meta.base) return 0;
      const baseHash = this.#hashAt(base);
      if (!baseHash) throw this.#damaged(base, "is missing");
      this.#database.exec("BEGIN IMMEDIATE");
      this.#database.prepare("DELETE FROM events WHERE position <= ?").run(base);
      const update = this.#database.prepare("UPDATE meta SET value = ? WHERE name = ?");
      update.run(String(base), "base");
      update.run(baseHash, "base_hash");
      this.#database.exec("COMMIT");
      const gone = base - this.#meta.base;
      this.#meta.base = base;
      this.#meta.baseHash = baseHash;
      return gone;
    });
  }

  /** Writes down how far the journal reaches, unless that is written already. Never ahead of what is durable. */
  anchor(): void {
    if (this.#anchored === this.#position) return;
    writeAnchor(this.#files.anchor, { space: this.#meta.space, position: this.#position, hash: this.#hash }, this.#signer);
    this.#anchored = this.#position;
  }

  get anchored(): boolean {
    return this.#anchored === this.#position;
  }

  close(): void {
    try {
      if (!this.#failed) this.anchor();
    } finally {
      this.#database.close();
      this.#unlock();
    }
  }

  #hashAt(position: number): string | undefined {
    const row = this.#database.prepare("SELECT hash FROM events WHERE position = ?").raw().get(position) as [string] | undefined;
    return row?.[0];
  }

  /** After any write that failed nothing more is written: what the disk has is then unknown. */
  #fail(error: unknown): JournalError {
    const failure = journalErrorFrom(error, this.#files.database);
    this.#failed ??= new JournalError(failure.kind === "full" ? "full" : "io", `this journal takes no more after a failed write: ${failure.message}`);
    try {
      if (this.#database.inTransaction) this.#database.exec("ROLLBACK");
    } catch {
      // The connection is given up anyway; the log decides at the next open.
    }
    return failure;
  }

  #write<T>(action: () => T): T {
    if (this.#failed) throw this.#failed;
    try {
      return action();
    } catch (error) {
      throw this.#fail(error);
    }
  }

  #guard<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw journalErrorFrom(error, this.#files.database);
    }
  }
}
