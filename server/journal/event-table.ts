import type Database from "libsql";
import type { Event } from "../../shared/model/index.ts";
import { hashLength, link, linkInPlace } from "./chain.ts";
import { JournalError } from "./journal.ts";
import { recordedOf, separatorByte } from "./lines.ts";
import type { Meta } from "./schema.ts";
import { damaged } from "./sqlite-errors.ts";

const chunkEvents = 1_000;
/** Rows that go in with one statement where there are as many: a quarter less time a row. */
const groupRows = 16;
const rowValues = 4;
const groupValues = groupRows * rowValues;

function insertRows(count: number): string {
  return `INSERT INTO events (position, body, command, hash) VALUES ${Array.from({ length: count }, () => "(?, ?, ?, ?)").join(", ")}`;
}

/** What an append runs, prepared once: a small batch is over before SQLite has read them anew. */
interface AppendStatements {
  readonly begin: Database.Statement;
  readonly one: Database.Statement;
  readonly group: Database.Statement;
  readonly commit: Database.Statement;
}

/** Checks one entry, `hash || line`, against the hash before it. Gives the event's body, or with `whole` the line. */
function checked(previous: string, entry: Buffer | null, whole = false): { text: string; hash: string; fits: boolean } {
  if (!entry || entry.length <= hashLength) return { text: "", hash: "", fits: false };
  const stored = entry.toString("latin1", 0, hashLength);
  const hash = linkInPlace(previous, entry);
  const tab = whole ? -1 : entry.indexOf(separatorByte, hashLength);
  return { text: entry.toString("utf8", hashLength, tab < 0 ? entry.length : tab), hash, fits: hash === stored };
}

/** The events of one journal and their chain of hashes. */
export class EventTable {
  readonly meta: Meta;
  readonly #path: string;
  readonly #database: Database.Database;
  /** What the chain covers of a row. */
  readonly #entry: string;
  readonly #selectChunk: Database.Statement;
  readonly #selectHash: Database.Statement;
  #position: number;
  #hash: string;

  constructor(database: Database.Database, meta: Meta, path: string) {
    this.#database = database;
    this.meta = meta;
    this.#path = path;
    // As bytes: what damage did to a text may be no text any more, and the driver would end the process over it.
    this.#entry = meta.commands ? "CAST(hash || body || coalesce(char(9) || command, '') AS BLOB)" : "CAST(hash || body AS BLOB)";
    this.#selectChunk = database.prepare(`SELECT position, ${this.#entry} FROM events WHERE position > ? AND position <= ? ORDER BY position LIMIT ?`).raw();
    this.#selectHash = database.prepare("SELECT CAST(hash AS BLOB) FROM events WHERE position = ?").raw();
    const last = database.prepare("SELECT max(position) FROM events").raw().get() as [number | null];
    this.#position = last[0] ?? meta.base;
    this.#hash = this.hashAt(this.#position) ?? meta.baseHash;
    // Also where it is no number: after it there would be nothing to check.
    if (!(this.#position >= meta.base)) throw damaged(path, `it says that events were compacted away up to ${meta.base}, and ends at ${this.#position}`);
  }

  /** Position and hash of the last event. */
  get position(): number {
    return this.#position;
  }

  get hash(): string {
    return this.#hash;
  }

  /** The chain's hash at a position; undefined when there is no event. */
  hashAt(position: number): string | undefined {
    const row = this.#selectHash.get(position) as [Buffer | null] | undefined;
    return row?.[0]?.toString("latin1") ?? (position === this.meta.base ? this.meta.baseHash : undefined);
  }

  /** Writes events (one a line, as `linesOf` writes them) in one transaction: it is durable when this returns, or nothing of it is there. */
  append(lines: string): void {
    const rows: (string | number | null)[] = [];
    let position = this.#position;
    let hash = this.#hash;
    for (const line of lines.split("\n")) {
      position += 1;
      hash = link(hash, line);
      const { body, command } = recordedOf(line);
      rows.push(position, body, command ?? null, hash);
    }
    const inGroups = rows.length - (rows.length % groupValues);
    const { begin, one, group, commit } = this.#statements;
    begin.run();
    for (let at = 0; at < inGroups; at += groupValues) group.run(rows.slice(at, at + groupValues));
    for (let at = inGroups; at < rows.length; at += rowValues) one.run(rows.slice(at, at + rowValues));
    commit.run();
    this.#position = position;
    this.#hash = hash;
  }

  #prepared: AppendStatements | undefined;

  get #statements(): AppendStatements {
    this.#prepared ??= {
      begin: this.#database.prepare("BEGIN IMMEDIATE"),
      one: this.#database.prepare(insertRows(1)),
      group: this.#database.prepare(insertRows(groupRows)),
      commit: this.#database.prepare("COMMIT"),
    };
    return this.#prepared;
  }

  /**
   * Bodies after a position, at most a chunk and at least one; `to` must be there. Each body is checked: no gap, and its
   * hash covers everything before it. With `whole` the lines, commands included, instead of the bodies. Throws `JournalError("corrupt")` that names the first position which is not good.
   */
  chunk(after: number, to: number, whole = false): { texts: string[]; last: number } {
    let hash = this.hashAt(after);
    if (hash === undefined) throw this.damaged(after, "is missing");
    const texts: string[] = [];
    let last = after;
    // Not `iterate`: a loop that is left early would keep its read open.
    for (const [position, entry] of this.#selectChunk.all(after, to, chunkEvents) as [number, Buffer | null][]) {
      if (position !== last + 1) throw this.damaged(last + 1, "is missing");
      const { text, fits, hash: linked } = checked(hash, entry, whole);
      if (!fits) throw this.damaged(position, "does not fit its hash: it, its command or the one before it was changed");
      texts.push(text);
      hash = linked;
      last = position;
    }
    if (last === after) throw this.damaged(after + 1, "is missing");
    return { texts, last };
  }

  /** Bodies newest first with `after < position <= to`, of these types, each checked against the hash before it. */
  newest(after: number, to: number, types: readonly string[] | undefined, limit: number): string[] {
    const filter = types ? `AND type IN (${types.map(() => "?").join(", ")})` : "";
    const rows = this.#database
      .prepare(`SELECT position, ${this.#entry} FROM events WHERE position > ? AND position <= ? ${filter} ORDER BY position DESC LIMIT ?`)
      .raw()
      .all(after, to, ...(types ?? []), limit) as [number, Buffer | null][];
    return rows.map(([position, entry]) => {
      const { text, fits } = checked(this.hashAt(position - 1) ?? "", entry);
      if (!fits) throw this.damaged(position, "does not fit its hash: it or the one before it was changed");
      return text;
    });
  }

  eventAt(position: number): Event {
    return JSON.parse(this.chunk(position - 1, position).texts[0] as string) as Event;
  }

  /** Where the decision begins to which a position belongs; the position itself where no commands were kept. */
  decisionAt(position: number): number {
    return this.#command("position <= ? ORDER BY position DESC", position) ?? position;
  }

  /** Where the decision ends to which a position belongs; the position itself where no commands were kept. */
  decisionEnd(position: number): number {
    if (this.#command("position <= ? ORDER BY position DESC", position) === undefined) return position;
    const next = this.#command("position > ? ORDER BY position", position);
    return next === undefined ? this.#position : next - 1;
  }

  #command(where: string, position: number): number | undefined {
    if (!this.meta.commands) return undefined;
    const row = this.#database.prepare(`SELECT position FROM events WHERE command IS NOT NULL AND ${where} LIMIT 1`).raw().get(position);
    return (row as [number] | undefined)?.[0];
  }

  /** How many commands there are from one position to another, both included. */
  commandsBetween(from: number, to: number): number {
    if (!this.meta.commands) return 0;
    const row = this.#database.prepare("SELECT count(command) FROM events WHERE position BETWEEN ? AND ?").raw().get(from, to);
    return (row as [number])[0];
  }

  /** Drops the events at or before a position, which must be there. */
  dropThrough(position: number): void {
    const hash = this.hashAt(position);
    if (hash === undefined) throw this.damaged(position, "is missing");
    this.#database.exec("BEGIN IMMEDIATE");
    this.#database.prepare("DELETE FROM events WHERE position <= ?").run(position);
    const update = this.#database.prepare("UPDATE meta SET value = ? WHERE name = ?");
    update.run(String(position), "base");
    update.run(hash, "base_hash");
    this.#database.exec("COMMIT");
    this.meta.base = position;
    this.meta.baseHash = hash;
  }

  damaged(position: number, what: string): JournalError {
    return new JournalError(
      "corrupt",
      `${this.#path}: the event at position ${position} ${what}. Restore the journal from your backup; \`signalbox journal verify\` says what is good`,
      { at: position },
    );
  }
}
