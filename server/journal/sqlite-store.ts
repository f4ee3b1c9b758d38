import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type Database from "libsql";
import { type Anchor, readAnchor, writeAnchor } from "./anchor.ts";
import { CheckpointTable, type SnapshotPart } from "./checkpoint-table.ts";
import { EventTable } from "./event-table.ts";
import { fsyncFolder, type JournalFiles } from "./files.ts";
import { JournalError } from "./journal.ts";
import { acquireLock } from "./lock.ts";
import { limitSize, openDatabase } from "./schema.ts";
import { loadSigner, type Signer } from "./signer.ts";
import { journalErrorFrom, primaryCode } from "./sqlite-errors.ts";
import { inspectWal } from "./wal.ts";

/** How long the write-ahead log gets before it moves into the database. */
const logBytesBeforeMove = 8 * 1024 * 1024;
/** A commit, however small, writes the last page of the table anew. */
const logBytesPerCommit = 4096;

export interface StoreOptions {
  readonly files: JournalFiles;
  readonly space: string;
  /** The database never grows beyond it: the space then stops as on a full disk. Without it the disk is the limit. */
  readonly maxBytes?: number;
}

/**
 * A journal in one SQLite file, synchronous: it runs in a worker so that only the worker waits for the disk. Bodies
 * come and go as JSON lines (JSON has no raw line break), because one long string crosses threads cheapest.
 */
export class SqliteStore {
  readonly #files: JournalFiles;
  readonly #space: string;
  readonly #database: Database.Database;
  readonly #signer: Signer;
  readonly #unlock: () => void;
  readonly #events: EventTable;
  readonly #checkpoints: CheckpointTable;
  /** What was mended at the open, in words. */
  readonly repairs: readonly string[];
  #anchored: number;
  #verified = false;
  #logBytes = 0;
  #failed: JournalError | undefined;

  /** Opens without looking at the chain: `verifyAfter` does that, from the checkpoint that the reader chose. */
  static open(options: StoreOptions): SqliteStore {
    const { files } = options;
    try {
      if (!existsSync(files.folder)) {
        mkdirSync(files.folder, { recursive: true });
        fsyncFolder(dirname(files.folder));
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

  private constructor({ files, space, maxBytes }: StoreOptions, unlock: () => void) {
    this.#files = files;
    this.#space = space;
    this.#unlock = unlock;
    this.#signer = loadSigner(files.key, !existsSync(files.anchor));
    const anchor = readAnchor(files.anchor, this.#signer);
    const isNew = anchor === null || anchor.position === 0;
    if (!isNew && !existsSync(files.database)) {
      throw new JournalError(
        "corrupt",
        `${files.database} is missing, though its anchor says that it reached position ${anchor.position}: restore it from your backup`,
      );
    }
    this.repairs = this.#inspectLog();
    const { database, meta } = openDatabase(files.database, space, isNew);
    this.#database = database;
    try {
      if (maxBytes !== undefined) limitSize(database, maxBytes);
      this.#events = new EventTable(database, meta, files.database);
      this.#checkpoints = new CheckpointTable(database, space, this.#signer);
      this.#assertFits(anchor);
      this.#anchored = anchor?.position ?? -1;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** A log that SQLite would silently cut in its middle is refused; a torn tail is what a crash leaves. */
  #inspectLog(): string[] {
    const log = `${this.#files.database}-wal`;
    const { commits, tornPages, damage } = inspectWal(log);
    if (damage !== undefined)
      throw new JournalError(
        "corrupt",
        `${log}: ${damage}. Going on would lose events that were acknowledged: restore the folder from your backup, or run \`signalbox journal accept\` to go on with the ${commits} commits before it`,
      );
    return tornPages === 0 ? [] : [`${log}: dropped ${tornPages} pages of a commit that a crash had cut short; it was never acknowledged`];
  }

  #assertFits(anchor: Anchor | null): void {
    const { database, anchor: anchorFile } = this.#files;
    const { position } = this.#events;
    if (anchor === null) {
      if (position === 0) return;
      throw new JournalError(
        "corrupt",
        `${anchorFile} is missing, though ${database} has events: restore it from your backup. If this journal is what you want to go on with, run \`signalbox journal accept\``,
      );
    }
    if (anchor.position > position) {
      throw new JournalError(
        "corrupt",
        `${database} ends at position ${position}, but its anchor says that it had reached ${anchor.position}: its end is lost. Restore a newer copy. If the loss must be borne, run \`signalbox journal accept\`; fences given out after ${position} may then come again`,
      );
    }
    if (this.#events.hashAt(anchor.position) !== anchor.hash) {
      throw new JournalError(
        "corrupt",
        `${database} does not fit its anchor at position ${anchor.position}: it is another journal, or it was changed. Restore both from one backup; \`signalbox journal verify\` says what is good`,
      );
    }
  }

  get position(): number {
    return this.#events.position;
  }

  get base(): number {
    return this.#events.meta.base;
  }

  /** Positions that have a checkpoint, newest first. */
  checkpoints(): number[] {
    return this.#reading(() => this.#checkpoints.positions());
  }

  /** A checkpoint's parts once it verifies, its signature and its place in the chain included; else what is wrong. */
  checkpointParts(position: number): { parts: SnapshotPart[] } | { problem: string } {
    return this.#reading(() => {
      const problem = this.#checkpoints.problem(position, this.#events.hashAt(position));
      return problem === undefined ? { parts: this.#checkpoints.parts(position) } : { problem };
    });
  }

  /** Checks every event after a position. Only then the journal is taken as it is: log emptied, anchor moved on. */
  verifyAfter(after: number): void {
    this.#writing(() => {
      for (let at = after; at < this.position; ) at = this.#events.chunk(at, this.position).last;
      this.#checkpoints.dropUnfinished();
      // So that the next torn tail cannot be mistaken for one of today.
      this.#emptyLog();
      this.#verified = true;
      this.anchor();
    });
  }

  /** Makes events durable. `lines` are as `linesOf` writes them, in order, one a line. */
  append(expected: number, lines: string): void {
    this.#writing(() => {
      if (expected !== this.position)
        throw new JournalError("position", `expected position ${expected}, but ${this.#files.database} is at ${this.position}: another writer was there`);
      this.#events.append(lines);
      this.#logBytes += logBytesPerCommit + lines.length;
    });
  }

  /** Work that can wait until an append is answered: moves the write-ahead log into the database once it is long. */
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

  hashAt(position: number): string | undefined {
    return this.#reading(() => this.#events.hashAt(position));
  }

  /** Events after a position as lines, at most a chunk; empty at the end. With `whole` each has its command. */
  read(after: number, to: number, whole = false): { lines: string; last: number } {
    return this.#reading(() => {
      const end = Math.min(to, this.position);
      if (after >= end) return { lines: "", last: after };
      if (after < this.base) throw new JournalError("position", `events up to ${this.base} were compacted away: read after that`);
      const { texts, last } = this.#events.chunk(after, end, whole);
      return { lines: texts.join("\n"), last };
    });
  }

  /** Events newest first as lines, with `after < position <= to`, of these types. */
  newest(after: number, to: number, types: readonly string[] | undefined, limit: number): string {
    return this.#reading(() => this.#events.newest(after, to, types, limit).join("\n"));
  }

  beginCheckpoint(position: number): void {
    if (position > this.position) throw new JournalError("position", `a checkpoint at ${position} is beyond the journal's end at ${this.position}`);
    this.#writing(() => this.#checkpoints.begin(position));
  }

  addToCheckpoint(part: SnapshotPart): void {
    this.#writing(() => this.#checkpoints.add(part));
    this.#logBytes += part.body.length;
  }

  finishCheckpoint(position: number, atMs: number): void {
    this.#writing(() => {
      const hash = this.#events.hashAt(position);
      if (hash === undefined) throw this.#events.damaged(position, "is missing");
      this.#checkpoints.finish(atMs, hash);
      this.anchor();
    });
  }

  /** Drops at most `limit` events at or before a position that every kept checkpoint covers; returns how many. */
  compact(through: number, limit: number): number {
    return this.#writing(() => {
      const oldest = this.#checkpoints.positions().at(-1) ?? 0;
      const base = Math.min(through, oldest, this.base + limit);
      const count = base - this.base;
      if (count <= 0) return 0;
      this.#events.dropThrough(base);
      return count;
    });
  }

  /** True when the anchor says how far the journal reaches. */
  get anchored(): boolean {
    return this.#anchored === this.position;
  }

  /** Writes down how far the journal reaches; never ahead of what is durable. */
  anchor(): void {
    if (this.anchored || this.#failed || !this.#verified) return;
    const { position, hash } = this.#events;
    try {
      writeAnchor(this.#files.anchor, { space: this.#space, position, hash }, this.#signer);
    } catch (error) {
      throw this.#fail(error);
    }
    this.#anchored = position;
  }

  /** Leaves everything in the one database file, so that a copy of it and its anchor is a whole backup. */
  close(): void {
    try {
      this.anchor();
      if (this.#verified && !this.#failed) this.#emptyLog();
    } finally {
      this.#database.close();
      this.#unlock();
    }
  }

  #emptyLog(): void {
    this.#database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").all();
    this.#logBytes = 0;
  }

  /** After a write that failed nothing more is written: what the disk has is then unknown. */
  #fail(error: unknown): unknown {
    const failure = journalErrorFrom(error, this.#files.database);
    const kind = failure instanceof JournalError && failure.kind === "full" ? "full" : "io";
    this.#failed ??= new JournalError(kind, `this journal takes no more after a failed write: ${failure instanceof Error ? failure.message : String(failure)}`);
    try {
      if (this.#database.inTransaction) this.#database.exec("ROLLBACK");
    } catch {
      // The connection is given up anyway; the next open finds what the disk has.
    }
    return failure;
  }

  #writing<T>(action: () => T): T {
    if (this.#failed) throw this.#failed;
    try {
      return action();
    } catch (error) {
      throw this.#fail(error);
    }
  }

  #reading<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw journalErrorFrom(error, this.#files.database);
    }
  }
}
