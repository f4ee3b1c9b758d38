import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { JournalFiles } from "../../journal/files.ts";

/** What the process that dies is to write. */
export interface LastWrite {
  readonly files: JournalFiles;
  readonly space: string;
  readonly expected: number;
  /** The events' bodies, one a line. */
  readonly lines: string;
}

const tearProcess = fileURLToPath(new URL("./tear-process.ts", import.meta.url));

/**
 * Leaves a torn tail behind a journal that is closed: a process of its own writes one more commit and kills itself, and
 * the write-ahead log is cut within that commit. Nothing else is touched, and nobody was ever told of that commit: whenever
 * this is interrupted, the journal is one that a crash may leave.
 * @param at how much of the commit is there, from 0 to 1.
 */
export async function tearTail(write: LastWrite, at: number): Promise<void> {
  const child = spawn(process.execPath, ["--import", "tsx", tearProcess], { stdio: ["pipe", "ignore", "pipe"] });
  let problem = "";
  child.stderr.on("data", (chunk: Buffer) => {
    if (problem.length < 2_000) problem += chunk.toString();
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(JSON.stringify(write));
  const [, signal] = (await once(child, "close")) as [number | null, string | null];
  const log = `${write.files.database}-wal`;
  const size = signal === "SIGKILL" || process.platform === "win32" ? (await stat(log)).size : 0;
  if (size === 0) throw new Error(`the commit to be torn was not written: ${problem}`);
  const file = await open(log, "r+");
  try {
    await file.truncate(Math.min(size - 1, Math.floor(size * (0.5 + at / 2))));
    await file.sync();
  } finally {
    await file.close();
  }
}
