import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { SingleBar } from "cli-progress";
import { acceptJournal } from "../journal/accept.ts";
import { exportJournal } from "../journal/export.ts";
import { JournalError } from "../journal/journal.ts";
import { verifyJournal } from "../journal/verify.ts";
import { fail } from "./fail.ts";

interface JournalOptions {
  readonly data?: string;
  readonly space: string;
}

function folderOf({ data, space }: JournalOptions): { dataFolder: string; space: string } {
  return { dataFolder: data ?? process.env.SIGNALBOX_DATA ?? ".signalbox", space };
}

/** Checks every event, checkpoint and hash of a journal; ends with 1 when something is wrong. */
export async function verify(options: JournalOptions): Promise<void> {
  const bar = new SingleBar({ format: "{bar} {value}/{total} events", stream: process.stderr, noTTYOutput: false, clearOnComplete: true, hideCursor: true });
  let started = false;
  const found = await readable(() =>
    verifyJournal(folderOf(options), (position, end) => {
      if (!started) bar.start(end, position);
      started = true;
      bar.update(position);
    }),
  );
  bar.stop();
  process.stdout.write(`Space ${found.space}: events ${found.base + 1} to ${found.position} are good, ${found.checkpoints.length} checkpoints.\n`);
  for (const problem of found.problems) process.stdout.write(`  ${problem}\n`);
  if (found.problems.length > 0) fail(`The journal is damaged: ${found.problems.length} ${found.problems.length === 1 ? "problem" : "problems"}.`);
}

/** Writes a journal as lines of JSON, to a file or to the standard output. */
export async function exportLines(options: JournalOptions & { readonly out?: string; readonly to?: number }): Promise<void> {
  const out = options.out === undefined ? process.stdout : createWriteStream(options.out, { flags: "wx" });
  out.on("error", (error: Error & { code?: string }) => {
    // Whoever reads, such as `head`, has enough.
    if (error.code === "EPIPE") process.exit(0);
    fail(error.code === "EEXIST" ? `${options.out} is there already: choose another file.` : error.message);
  });
  const last = await readable(() =>
    exportJournal({ ...folderOf(options), to: options.to }, async (lines) => {
      if (!out.write(lines)) await once(out, "drain");
    }),
  );
  if (out !== process.stdout) {
    out.end();
    await once(out, "finish");
    process.stderr.write(`Exported up to position ${last}.\n`);
  }
}

/** Takes a journal as it is, though something of it is missing: after the restore of a backup, when there is no better one. */
export async function accept({ yes, ...options }: JournalOptions & { readonly yes?: boolean }): Promise<void> {
  if (!yes) {
    fail(
      "What is missing at the end of this journal would be gone for good, and fences that were given out after it may come again: guards then refuse their holders until they have passed. Stop the server, look with `signalbox journal verify`, and say --yes.",
      2,
    );
  }
  const position = await readable(async () => acceptJournal(folderOf(options)));
  process.stdout.write(`Accepted: the journal goes on from position ${position}.\n`);
}

async function readable<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof JournalError) fail(error.message);
    throw error;
  }
}
