import { afterAll } from "vitest";
import { journalContract } from "./contract.ts";
import { temporaryFolder } from "./fixtures.ts";
import { openJournal } from "./open-journal.ts";

const removals: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const remove of removals) await remove();
});

journalContract("SqliteJournal", async () => {
  const { folder, remove } = await temporaryFolder();
  removals.push(remove);
  return () => openJournal({ dataFolder: folder, space: "main", kind: "sqlite" });
});
