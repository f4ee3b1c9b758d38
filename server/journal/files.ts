import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { JournalError } from "./journal.ts";

/** Where a space's journal is. Everything of one space lies in one folder. */
export interface JournalFiles {
  readonly folder: string;
  /** The SQLite database; SQLite keeps `-wal` and `-shm` beside it. */
  readonly database: string;
  /** The signed position and hash that the database must at least reach. */
  readonly anchor: string;
  /** Locked while a server has the journal open. */
  readonly lock: string;
  /** Signs anchors and checkpoints; one for all spaces of a data folder. */
  readonly key: string;
}

const spaceName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Throws `JournalError("io")` when the space's name cannot be a folder's name. */
export function journalFiles(dataFolder: string, space: string): JournalFiles {
  if (!spaceName.test(space))
    throw new JournalError("io", `"${space}" cannot name a space: use at most 64 letters, digits and . _ -, and begin with a letter or digit`);
  const folder = join(dataFolder, space);
  return {
    folder,
    database: join(folder, "journal.sqlite"),
    anchor: join(folder, "journal.anchor"),
    lock: join(folder, "journal.lock"),
    key: join(dataFolder, "journal-key.pem"),
  };
}

/** Makes new names in a folder durable. Windows does that by itself and cannot open a folder. */
export function fsyncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Replaces a file so that after a power cut either the old or the new content is there, whole. */
export function replaceFile(path: string, content: string): void {
  const fresh = `${path}.new`;
  const descriptor = openSync(fresh, "w", 0o600);
  try {
    writeSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(fresh, path);
  fsyncFolder(dirname(path));
}
