import { journalFiles } from "./files.ts";
import type { Journal } from "./journal.ts";
import { MemoryJournal, MemoryStorage } from "./memory-journal.ts";
import { SqliteJournal } from "./sqlite-journal.ts";

/**
 * Where a server keeps a space: `memory` forgets it when the process ends. With `maxBytes` the file stays below that, and
 * the space stops as on a full disk. Call `open()` on what comes back.
 */
export function openJournal(options: { dataFolder: string; space: string; kind: "sqlite" | "memory"; maxBytes?: number }): Journal {
  if (options.kind === "memory") return new MemoryJournal(new MemoryStorage(), options.space);
  return new SqliteJournal({ files: journalFiles(options.dataFolder, options.space), space: options.space, maxBytes: options.maxBytes });
}
