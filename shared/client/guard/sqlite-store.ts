import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Database from "libsql";
import { compareFences } from "../../state/fences.ts";
import { type FenceStore, withAncestors } from "./store.ts";

/** How long a check waits for other processes that are at the file. */
const busyTimeoutMs = 10_000;

/**
 * Highest fences in one SQLite file, for Node: several processes may share it, each admission is on the disk before it is
 * told, and the lock on the file goes with the process that had it. One small row a resource.
 */
export function sqliteFenceStore(path: string): FenceStore & Disposable {
  mkdirSync(dirname(path), { recursive: true });
  const db = new Database(path, { timeout: busyTimeoutMs });
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.exec("CREATE TABLE IF NOT EXISTS fences (resource TEXT PRIMARY KEY, highest TEXT NOT NULL) WITHOUT ROWID");
  const select = db.prepare("SELECT highest FROM fences WHERE resource = ?");
  const record = db.prepare("INSERT INTO fences (resource, highest) VALUES (?, ?) ON CONFLICT (resource) DO UPDATE SET highest = excluded.highest");

  const highestOf = (resource: string): string | undefined => (select.get(resource) as { highest: string } | undefined)?.highest;

  const admit = (resources: readonly string[], fence: string): Awaited<ReturnType<FenceStore["admit"]>> => {
    for (const resource of resources.flatMap(withAncestors)) {
      const highest = highestOf(resource);
      if (highest !== undefined && compareFences(highest, fence) > 0) return { resource, highest };
    }
    // A further write under the same lock changes nothing, so it costs no trip to the disk.
    for (const resource of resources) if (highestOf(resource) !== fence) record.run(resource, fence);
    return undefined;
  };
  // Immediate: the write lock is taken before the first look, so nobody comes between the look and the record.
  const admitAtOnce = db.transaction(admit).immediate as typeof admit;

  return {
    admit: async (resources, fence) => admitAtOnce(resources, fence),
    [Symbol.dispose]: () => void db.close(),
  };
}
