import { journalFiles } from "./files.ts";
import { eventsAfter, snapshotAt } from "./fixtures.ts";
import { snapshotParts } from "./snapshot-parts.ts";
import { SqliteStore } from "./sqlite-store.ts";

/** A store without its worker, for tests that look at its files. */

export const space = "main";

export function linesOf(after: number, count: number): string {
  return eventsAfter(after, count)
    .map((event) => JSON.stringify(event))
    .join("\n");
}

export function openStore(dataFolder: string, maxBytes?: number): SqliteStore {
  const store = SqliteStore.open({ files: journalFiles(dataFolder, space), space, maxBytes });
  try {
    store.verifyAfter(store.base);
  } catch (error) {
    store.close();
    throw error;
  }
  return store;
}

export function writeCheckpoint(store: SqliteStore, position: number): void {
  store.beginCheckpoint(position);
  for (const part of snapshotParts(snapshotAt(position), 1_000)) store.addToCheckpoint(part);
  store.finishCheckpoint(position, 1);
}
