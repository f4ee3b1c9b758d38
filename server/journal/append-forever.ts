import { eventsAfter } from "./fixtures.ts";
import { openJournal } from "./open-journal.ts";

/** Run by tests that kill it: appends batches and prints each position once it is acknowledged. */
const [dataFolder = "", space = ""] = process.argv.slice(2);
const journal = openJournal({ dataFolder, space, kind: "sqlite" });
let { position } = await journal.open();
for (;;) {
  const count = 1 + (position % 13);
  await journal.append(position, eventsAfter(position, count));
  position += count;
  process.stdout.write(`${position}\n`);
}
