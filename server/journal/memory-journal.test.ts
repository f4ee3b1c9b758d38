import { journalContract } from "./contract.ts";
import { MemoryJournal, MemoryStorage } from "./memory-journal.ts";

journalContract("MemoryJournal", async () => {
  const storage = new MemoryStorage();
  return () => new MemoryJournal(storage);
});
