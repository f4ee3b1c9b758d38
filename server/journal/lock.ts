import { readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import Database from "libsql";
import { JournalError } from "./journal.ts";
import { journalErrorFrom, primaryCode } from "./sqlite-errors.ts";

/**
 * One server at a time. The lock is SQLite's own exclusive lock on an empty database: the operating system drops it
 * when the process ends, however it ends, so there is no stale lock to clear by hand (a file with a process id has that).
 * Returns how to release it. Throws `JournalError("locked")` when another has it.
 */
export function acquireLock(path: string): () => void {
  const ownerFile = `${path}.owner`;
  let database: Database.Database | undefined;
  try {
    database = new Database(path);
    database.exec("PRAGMA journal_mode = MEMORY");
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database?.close();
    if (primaryCode(error) !== "busy") throw journalErrorFrom(error, path);
    throw new JournalError(
      "locked",
      `${path} is held by ${owner(ownerFile)}: two servers must not write one journal. Stop the other one, or give this one another data folder`,
      { cause: error },
    );
  }
  writeFileSync(ownerFile, `process ${process.pid} on ${hostname()}`);
  const held = database;
  return () => {
    held.exec("ROLLBACK");
    held.close();
  };
}

function owner(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "another process";
  }
}
