import { existsSync, renameSync } from "node:fs";
import { writeAnchor } from "./anchor.ts";
import { CheckpointTable } from "./checkpoint-table.ts";
import { EventTable } from "./event-table.ts";
import { journalFiles } from "./files.ts";
import { JournalError } from "./journal.ts";
import { acquireLock } from "./lock.ts";
import { openDatabase } from "./schema.ts";
import { loadSigner } from "./signer.ts";
import { journalErrorFrom } from "./sqlite-errors.ts";

/**
 * Takes a journal as it is, though its anchor, its key or its log says that something is missing: for a journal restored
 * from a backup, when there is no better one. Its chain must be whole. The anchor that did not fit is kept beside it as
 * `.before`. Returns the position from which it goes on. Run it with the server stopped.
 */
export function acceptJournal(options: { dataFolder: string; space: string }): number {
  const { space } = options;
  const files = journalFiles(options.dataFolder, space);
  if (!existsSync(files.database)) throw new JournalError("io", `there is no journal ${files.database}: check the data folder and the name of the space`);
  try {
    const unlock = acquireLock(files.lock);
    try {
      const signer = loadSigner(files.key, true);
      const { database, meta } = openDatabase(files.database, space, false);
      try {
        const events = new EventTable(database, meta, files.database);
        for (let at = meta.base; at < events.position; ) at = events.chunk(at, events.position).last;
        const checkpoints = new CheckpointTable(database, space, signer);
        for (const position of checkpoints.positions()) checkpoints.signAgain(position);
        database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").all();
        if (existsSync(files.anchor)) renameSync(files.anchor, `${files.anchor}.before`);
        writeAnchor(files.anchor, { space, position: events.position, hash: events.hash }, signer);
        return events.position;
      } finally {
        database.close();
      }
    } finally {
      unlock();
    }
  } catch (error) {
    throw journalErrorFrom(error, files.database);
  }
}
