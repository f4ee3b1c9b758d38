import Database from "libsql";
import { acceptJournal } from "../../server/journal/accept.ts";
import { journalFiles } from "../../server/journal/files.ts";

/** Takes the newest events out of a journal, as if a server had acknowledged them before they were durable. */
export function plantLoss(dataFolder: string, space: string, events: number): void {
  const database = new Database(journalFiles(dataFolder, space).database);
  database.exec(`DELETE FROM events WHERE position > (SELECT max(position) FROM events) - ${events}`);
  database.close();
  acceptJournal({ dataFolder, space });
}
