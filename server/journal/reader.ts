import { existsSync } from "node:fs";
import type Database from "libsql";
import { CheckpointTable } from "./checkpoint-table.ts";
import { EventTable } from "./event-table.ts";
import { type JournalFiles, journalFiles } from "./files.ts";
import { JournalError } from "./journal.ts";
import { openForReading } from "./schema.ts";
import { loadSigner, type Signer } from "./signer.ts";
import { journalErrorFrom } from "./sqlite-errors.ts";

/** A journal for reading only: beside a running server, or what a crash left, unchanged. */
export interface JournalReader {
  readonly files: JournalFiles;
  readonly database: Database.Database;
  readonly signer: Signer;
  readonly events: EventTable;
  readonly checkpoints: CheckpointTable;
}

/** A backup without its key can still be read; its signatures cannot be vouched for. */
const nobody: Signer = {
  id: "none",
  sign: () => {
    throw new Error("there is no key to sign with");
  },
  verifies: () => false,
};

/** Lends a reader to an action. Throws `JournalError` when there is no journal, or none that can be read. */
export async function withReader<T>(options: { dataFolder: string; space: string }, action: (reader: JournalReader) => Promise<T>): Promise<T> {
  const { space } = options;
  const files = journalFiles(options.dataFolder, space);
  if (!existsSync(files.database)) throw new JournalError("io", `there is no journal ${files.database}: check the data folder and the name of the space`);
  try {
    const { database, meta } = openForReading(files.database, space);
    try {
      const signer = existsSync(files.key) ? loadSigner(files.key, false) : nobody;
      return await action({
        files,
        database,
        signer,
        events: new EventTable(database, meta, files.database),
        checkpoints: new CheckpointTable(database, space, signer),
      });
    } finally {
      database.close();
    }
  } catch (error) {
    throw journalErrorFrom(error, files.database);
  }
}
