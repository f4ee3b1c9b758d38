import type { Event, RecordedCommand, Snapshot } from "../../shared/model/index.ts";
import { genesis, link } from "./chain.ts";
import { assertAmong, assertInOrder } from "./events-in-order.ts";
import { type Journal, JournalError, type Opened, type Recorded } from "./journal.ts";
import { linesOf, recordedOf } from "./lines.ts";

const chunkSize = 1_000;

/** What a memory journal keeps: give the same to a second journal and it finds what the first one wrote. */
export class MemoryStorage {
  base = 0;
  readonly events: Event[] = [];
  /** By the position of the first event that each came to. */
  readonly commands = new Map<number, RecordedCommand>();
  /** From the one of `base` on, as far as somebody asked. */
  readonly hashes: string[] = [];
  /** Oldest first, at most two. */
  checkpoints: Snapshot[] = [];
}

/** A journal without a disk: for simulation, tests and spaces that may be forgotten. */
export class MemoryJournal implements Journal {
  readonly #storage: MemoryStorage;
  #state: "new" | "open" | "failed" | "closed" = "new";

  constructor(storage = new MemoryStorage(), space = "main") {
    this.#storage = storage;
    if (storage.hashes.length === 0) storage.hashes.push(genesis(space));
  }

  async open(): Promise<Opened> {
    if (this.#state !== "new") throw new JournalError("closed", "this journal was opened before: make a new one");
    this.#state = "open";
    return { position: this.#position, base: this.#storage.base, checkpoint: this.#storage.checkpoints.at(-1) ?? null, repairs: [] };
  }

  async append(expected: number, events: readonly Event[], commands: readonly RecordedCommand[] = []): Promise<void> {
    this.#assertOpen();
    if (this.#state === "failed") throw new JournalError("io", "an earlier append failed: this journal takes no more");
    try {
      if (expected !== this.#position) throw new JournalError("position", `expected position ${expected}, but the journal is at ${this.#position}`);
      assertInOrder(expected, events);
      assertAmong(commands, events);
    } catch (error) {
      this.#state = "failed";
      throw error;
    }
    for (const event of events) this.#storage.events.push(event);
    for (const command of commands) this.#storage.commands.set(command.at, command);
  }

  async *read(after: number, to = Number.MAX_SAFE_INTEGER): AsyncIterable<readonly Event[]> {
    this.#assertOpen();
    const { events } = this.#storage;
    let next = after;
    while (next < Math.min(to, this.#position)) {
      if (next < this.#storage.base) throw new JournalError("position", `events up to ${this.#storage.base} were compacted away`);
      const from = next - this.#storage.base;
      const chunk = events.slice(from, from + Math.min(chunkSize, to - next));
      next += chunk.length;
      yield chunk;
      this.#assertOpen();
    }
  }

  async *recorded(after: number, to?: number): AsyncIterable<readonly Recorded[]> {
    for await (const events of this.read(after, to)) yield this.#recorded(events);
  }

  async hashAt(position: number): Promise<string | undefined> {
    this.#assertOpen();
    const { base, hashes } = this.#storage;
    if (position < base || position > this.#position) return undefined;
    this.#chainTo(position);
    return hashes[position - base];
  }

  #chainTo(position: number): void {
    const { base, hashes, events } = this.#storage;
    const last = base + hashes.length - 1;
    if (last >= position) return;
    for (const line of linesOf(...this.#withCommands(events.slice(last - base, position - base)))) hashes.push(link(hashes.at(-1) as string, line));
  }

  #recorded(events: readonly Event[]): Recorded[] {
    return linesOf(...this.#withCommands(events)).map(recordedOf);
  }

  #withCommands(events: readonly Event[]): [readonly Event[], readonly RecordedCommand[]] {
    return [events, events.flatMap(({ position }) => this.#storage.commands.get(position) ?? [])];
  }

  async newest(options: { limit: number; to?: number; types?: readonly Event["type"][] }): Promise<readonly Event[]> {
    this.#assertOpen();
    const types = options.types && new Set(options.types);
    const found: Event[] = [];
    const last = Math.min(options.to ?? Number.MAX_SAFE_INTEGER, this.#position) - this.#storage.base;
    for (let at = last - 1; at >= 0 && found.length < options.limit; at -= 1) {
      const event = this.#storage.events[at];
      if (event && (!types || types.has(event.type))) found.push(event);
    }
    return found;
  }

  async checkpoint(snapshot: Snapshot): Promise<void> {
    this.#assertOpen();
    if (snapshot.position > this.#position)
      throw new JournalError("position", `a checkpoint at ${snapshot.position} is beyond the journal's end at ${this.#position}`);
    const others = this.#storage.checkpoints.filter((kept) => kept.position !== snapshot.position);
    this.#storage.checkpoints = [...others, snapshot].sort((a, b) => a.position - b.position).slice(-2);
  }

  async checkpointBefore(position: number): Promise<Snapshot | null> {
    this.#assertOpen();
    return this.#storage.checkpoints.findLast((kept) => kept.position <= position) ?? null;
  }

  async compact(through: number): Promise<number> {
    this.#assertOpen();
    const storage = this.#storage;
    const limit = Math.min(through, storage.checkpoints[0]?.position ?? 0);
    const count = Math.max(0, limit - storage.base);
    this.#chainTo(storage.base + count);
    storage.hashes.splice(0, count);
    for (const { position } of storage.events.splice(0, count)) storage.commands.delete(position);
    storage.base += count;
    return count;
  }

  async close(): Promise<void> {
    this.#state = "closed";
  }

  get #position(): number {
    return this.#storage.base + this.#storage.events.length;
  }

  #assertOpen(): void {
    if (this.#state === "new") throw new JournalError("closed", "open the journal first");
    if (this.#state === "closed") throw new JournalError("closed", "the journal is closed");
  }
}

/** Journals by space that find what the ones before them wrote, as long as the process lives. */
export function memoryJournals(): (space: string) => MemoryJournal {
  const storages = new Map<string, MemoryStorage>();
  return (space) => {
    const storage = storages.get(space) ?? new MemoryStorage();
    storages.set(space, storage);
    return new MemoryJournal(storage);
  };
}
