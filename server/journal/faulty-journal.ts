import type { Event, RecordedCommand, Snapshot } from "../../shared/model/index.ts";
import { type Journal, JournalError, type Opened, type Recorded } from "./journal.ts";

/** What becomes of a write: it is done, it is lost in the death of the machine and never settles, or it fails with an error. */
export type Fate = "written" | "lost" | JournalError;

/** A journal on a disk that fault drills trouble. Without a drill it is the journal within. */
export class FaultyJournal implements Journal {
  readonly #inner: Journal;
  readonly #fateOf: (events: readonly Event[]) => Fate;
  #refused: JournalError | undefined;

  constructor(inner: Journal, fateOf: (events: readonly Event[]) => Fate) {
    this.#inner = inner;
    this.#fateOf = fateOf;
  }

  open(): Promise<Opened> {
    return this.#inner.open();
  }

  async append(expected: number, events: readonly Event[], commands?: readonly RecordedCommand[]): Promise<void> {
    if (this.#refused !== undefined) throw this.#refused;
    const fate = this.#fateOf(events);
    if (fate === "written") return this.#inner.append(expected, events, commands);
    this.#refused = fate === "lost" ? new JournalError("io", "an earlier append was lost, so this journal takes no more") : fate;
    if (fate === "lost") return new Promise(() => {});
    throw fate;
  }

  read(after: number, to?: number): AsyncIterable<readonly Event[]> {
    return this.#inner.read(after, to);
  }

  recorded(after: number, to?: number): AsyncIterable<readonly Recorded[]> {
    return this.#inner.recorded(after, to);
  }

  hashAt(position: number): Promise<string | undefined> {
    return this.#inner.hashAt(position);
  }

  checkpointBefore(position: number): Promise<Snapshot | null> {
    return this.#inner.checkpointBefore(position);
  }

  newest(options: { limit: number; to?: number; types?: readonly Event["type"][] }): Promise<readonly Event[]> {
    return this.#inner.newest(options);
  }

  checkpoint(snapshot: Snapshot): Promise<void> {
    return this.#inner.checkpoint(snapshot);
  }

  compact(through: number): Promise<number> {
    return this.#inner.compact(through);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
