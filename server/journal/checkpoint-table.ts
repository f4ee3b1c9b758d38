import { createHash } from "node:crypto";
import type Database from "libsql";
import { JournalError } from "./journal.ts";
import type { Signer } from "./signer.ts";

/** A piece of a snapshot: a JSON array of one section's records; section "" has the fields that are no lists. */
export interface SnapshotPart {
  readonly section: string;
  readonly body: string;
}

interface Row {
  readonly position: number;
  readonly atMs: number;
  readonly chainHash: string;
  readonly contentHash: string;
}

const kept = 2;

function statement(space: string, row: Row): string {
  return `signalbox checkpoint\n${space}\n${row.position}\n${row.chainHash}\n${row.contentHash}`;
}

function contentHash(parts: Iterable<SnapshotPart>): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.section}\n${part.body}\n`);
  return hash.digest("hex");
}

/** The checkpoints of one journal. They come in parts, so that no write keeps an append waiting for long. */
export class CheckpointTable {
  readonly #database: Database.Database;
  readonly #space: string;
  readonly #signer: Signer;
  #writing: { position: number; parts: number } | undefined;

  constructor(database: Database.Database, space: string, signer: Signer) {
    this.#database = database;
    this.#space = space;
    this.#signer = signer;
  }

  /** Positions that have a checkpoint, newest first. */
  positions(): number[] {
    return (this.#database.prepare("SELECT position FROM checkpoints ORDER BY position DESC").raw().all() as [number][]).map(([position]) => position);
  }

  /** A crash while a checkpoint was written leaves parts without their checkpoint. */
  dropUnfinished(): void {
    this.#database.exec("DELETE FROM checkpoint_parts WHERE position NOT IN (SELECT position FROM checkpoints)");
    this.#writing = undefined;
  }

  begin(position: number): void {
    this.dropUnfinished();
    this.#database.exec("BEGIN IMMEDIATE");
    this.#database.prepare("DELETE FROM checkpoints WHERE position = ?").run(position);
    this.#database.prepare("DELETE FROM checkpoint_parts WHERE position = ?").run(position);
    this.#database.exec("COMMIT");
    this.#writing = { position, parts: 0 };
  }

  add(part: SnapshotPart): void {
    const writing = this.#assertWriting();
    this.#database
      .prepare("INSERT INTO checkpoint_parts (position, part, section, body) VALUES (?, ?, ?, ?)")
      .run(writing.position, writing.parts, part.section, part.body);
    writing.parts += 1;
  }

  /** Makes the parts a checkpoint and lets the older ones but the last two go. */
  finish(atMs: number, chainHash: string): void {
    const { position } = this.#assertWriting();
    const row: Row = { position, atMs, chainHash, contentHash: contentHash(this.parts(position)) };
    this.#database.exec("BEGIN IMMEDIATE");
    this.#database
      .prepare("INSERT INTO checkpoints (position, at_ms, chain_hash, content_hash, signature) VALUES (?, ?, ?, ?, ?)")
      .run(row.position, row.atMs, row.chainHash, row.contentHash, this.#signer.sign(statement(this.#space, row)));
    this.#database.exec(`DELETE FROM checkpoints WHERE position NOT IN (SELECT position FROM checkpoints ORDER BY position DESC LIMIT ${kept})`);
    this.#database.exec("DELETE FROM checkpoint_parts WHERE position NOT IN (SELECT position FROM checkpoints)");
    this.#database.exec("COMMIT");
    this.#writing = undefined;
  }

  parts(position: number): SnapshotPart[] {
    // As bytes: see EventTable.
    const rows = this.#database
      .prepare("SELECT CAST(section AS BLOB), CAST(body AS BLOB) FROM checkpoint_parts WHERE position = ? ORDER BY part")
      .raw()
      .all(position) as [Buffer | null, Buffer | null][];
    return rows.map(([section, body]) => ({ section: section?.toString() ?? "", body: body?.toString() ?? "" }));
  }

  /**
   * What is wrong with a checkpoint: its content, its signature, or its place in the chain, whose hash at its position is
   * `chainHash`. Undefined when it can be trusted.
   */
  problem(position: number, chainHash: string | undefined): string | undefined {
    const row = this.#row(position);
    if (!row) return "is not there";
    if (contentHash(this.parts(position)) !== row.contentHash) return "was changed: its content does not fit its hash";
    if (!this.#signer.verifies(statement(this.#space, row), row.signature)) return `was not signed with the key of this data folder (${this.#signer.id})`;
    return row.chainHash === chainHash ? undefined : "does not fit the event at its position";
  }

  /** Signs a checkpoint with the present key, whoever signed it before. */
  signAgain(position: number): void {
    const row = this.#row(position);
    if (row) this.#database.prepare("UPDATE checkpoints SET signature = ? WHERE position = ?").run(this.#signer.sign(statement(this.#space, row)), position);
  }

  #row(position: number): (Row & { signature: string }) | undefined {
    const found = this.#database
      .prepare("SELECT at_ms, CAST(chain_hash AS BLOB), CAST(content_hash AS BLOB), CAST(signature AS BLOB) FROM checkpoints WHERE position = ?")
      .raw()
      .get(position) as [number, ...(Buffer | null)[]] | undefined;
    if (!found) return undefined;
    const [atMs, ...texts] = found;
    const [chainHash = "", contentHash = "", signature = ""] = texts.map((text) => text?.toString() ?? "");
    return { position, atMs, chainHash, contentHash, signature };
  }

  #assertWriting(): { position: number; parts: number } {
    if (!this.#writing) throw new JournalError("io", "no checkpoint was begun");
    return this.#writing;
  }
}
