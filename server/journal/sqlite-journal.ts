import type { Event, RecordedCommand, Snapshot } from "../../shared/model/index.ts";
import { assertAmong, assertInOrder } from "./events-in-order.ts";
import { type Journal, JournalError, type Opened, type Recorded } from "./journal.ts";
import { linesOf, recordedOf } from "./lines.ts";
import { snapshotFrom, snapshotParts } from "./snapshot-parts.ts";
import type { StoreOptions } from "./sqlite-store.ts";
import { WorkerLink } from "./worker-link.ts";

/** About 1 ms of encoding: the longest that a checkpoint keeps the event loop at a time. */
const charsPerPart = 128 * 1024;
const compactedAtOnce = 5_000;
const firstWindow = 2_000;
const largestWindow = 32_000;

function parseLines(lines: string): Event[] {
  // Their hash was checked where they were read: these are the very events that were written.
  return lines === "" ? [] : (JSON.parse(`[${lines.replaceAll("\n", ",")}]`) as Event[]);
}

/** A journal in one SQLite file, written by a thread of its own: the event loop never waits for the disk. */
export class SqliteJournal implements Journal {
  readonly #options: StoreOptions;
  #link: WorkerLink | undefined;
  #refused: JournalError | undefined;
  #closed = false;
  #checkpointing: Promise<void> = Promise.resolve();

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  async open(): Promise<Opened> {
    if (this.#link || this.#closed) throw new JournalError("closed", "this journal was opened before: make a new one");
    const link = new WorkerLink();
    this.#link = link;
    try {
      const found = await link.call("open", this.#options);
      const { checkpoint, problems } = await this.#newestCheckpoint(link);
      if (checkpoint === null && found.base > 0)
        throw new JournalError(
          "corrupt",
          `${this.#options.files.database} has no checkpoint that verifies, and events up to ${found.base} were compacted away: restore it from your backup (${problems.join("; ")})`,
        );
      await link.call("verifyAfter", checkpoint?.position ?? 0);
      return { position: found.position, base: found.base, checkpoint, repairs: [...found.repairs, ...problems] };
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async #newestCheckpoint(link: WorkerLink, atMost = Number.MAX_SAFE_INTEGER): Promise<{ checkpoint: Snapshot | null; problems: string[] }> {
    const problems: string[] = [];
    for (const position of await link.call("checkpoints")) {
      if (position > atMost) continue;
      const answer = await link.call("checkpointParts", position);
      if ("parts" in answer) {
        try {
          return { checkpoint: snapshotFrom(answer.parts), problems };
        } catch (error) {
          problems.push(
            `the checkpoint at position ${position} is not one this version reads (${error instanceof Error ? error.message : String(error)}): an older start was taken`,
          );
        }
      } else problems.push(`the checkpoint at position ${position} ${answer.problem}: an older start was taken`);
    }
    return { checkpoint: null, problems };
  }

  async append(expected: number, events: readonly Event[], commands: readonly RecordedCommand[] = []): Promise<void> {
    const link = this.#opened();
    if (this.#refused) throw this.#refused;
    try {
      assertInOrder(expected, events);
      assertAmong(commands, events);
      const lines = linesOf(events, commands);
      if (lines.length > 0) await link.call("append", expected, lines.join("\n"));
    } catch (error) {
      this.#refused ??= new JournalError(
        "io",
        `an earlier append failed, so this journal takes no more: ${error instanceof Error ? error.message : String(error)}`,
      );
      throw error;
    }
  }

  async *read(after: number, to = Number.MAX_SAFE_INTEGER): AsyncIterable<readonly Event[]> {
    for (let next = after; next < to; ) {
      const { lines, last } = await this.#opened().call("read", next, to);
      if (lines === "") return;
      yield parseLines(lines);
      next = last;
    }
  }

  async *recorded(after: number, to = Number.MAX_SAFE_INTEGER): AsyncIterable<readonly Recorded[]> {
    for (let next = after; next < to; ) {
      const { lines, last } = await this.#opened().call("read", next, to, true);
      if (lines === "") return;
      yield lines.split("\n").map(recordedOf);
      next = last;
    }
  }

  async hashAt(position: number): Promise<string | undefined> {
    return this.#opened().call("hashAt", position);
  }

  async newest(options: { limit: number; to?: number; types?: readonly Event["type"][] }): Promise<readonly Event[]> {
    const link = this.#opened();
    const found: Event[] = [];
    let window = firstWindow;
    // Rare types may lie far back: appends get their turn between two windows.
    let to = Math.min(options.to ?? Number.MAX_SAFE_INTEGER, await link.call("end"));
    while (to > 0 && found.length < options.limit) {
      const after = Math.max(0, to - window);
      for (const event of parseLines(await link.call("newest", after, to, options.types, options.limit - found.length))) found.push(event);
      to = after;
      window = Math.min(window * 2, largestWindow);
    }
    return found;
  }

  async checkpoint(snapshot: Snapshot): Promise<void> {
    const link = this.#opened();
    const before = this.#checkpointing;
    const mine = before.catch(() => undefined).then(() => this.#writeCheckpoint(link, snapshot));
    this.#checkpointing = mine;
    return mine;
  }

  async #writeCheckpoint(link: WorkerLink, snapshot: Snapshot): Promise<void> {
    await link.call("beginCheckpoint", snapshot.position);
    for (const part of snapshotParts(snapshot, charsPerPart)) await link.call("addToCheckpoint", part);
    await link.call("finishCheckpoint", snapshot.position, snapshot.atMs);
  }

  async checkpointBefore(position: number): Promise<Snapshot | null> {
    return (await this.#newestCheckpoint(this.#opened(), position)).checkpoint;
  }

  async compact(through: number): Promise<number> {
    const link = this.#opened();
    let gone = 0;
    for (;;) {
      const count = await link.call("compact", through, compactedAtOnce);
      if (count === 0) return gone;
      gone += count;
    }
  }

  async close(): Promise<void> {
    const link = this.#link;
    if (!link || this.#closed) return;
    this.#closed = true;
    await link.call("close");
    await link.ended;
  }

  #opened(): WorkerLink {
    if (this.#closed) throw new JournalError("closed", "the journal is closed");
    if (!this.#link) throw new JournalError("closed", "open the journal first");
    return this.#link;
  }
}
