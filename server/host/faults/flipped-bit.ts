import { copyFile, mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { type JournalFiles, journalFiles } from "../../journal/files.ts";
import { JournalError } from "../../journal/journal.ts";
import { SqliteJournal } from "../../journal/sqlite-journal.ts";
import { verifyJournal } from "../../journal/verify.ts";

const chunkBytes = 1024 * 1024;
/** So much of an event lies in one piece, whatever its page looks like. */
const needleBytes = 300;

/** A journal in which one bit has turned. It is a copy: the true one is never touched, whatever comes in between. */
export interface FlippedBit {
  /** What was found when the journal was opened: where the damage is. */
  readonly found: string;
  /** Puts the bit back and sees that the journal opens again; the copy goes. */
  putBack(): Promise<void>;
}

interface Bit {
  readonly offset: number;
  readonly mask: number;
}

/**
 * Turns one bit of an event in a copy of a closed journal, and opens that as a start does.
 * @param body the event as it was written.
 * @param chance from 0 to 1: which of its bits.
 */
export async function flipBit(files: JournalFiles, space: string, body: string, chance: number): Promise<FlippedBit> {
  const dataFolder = join(files.folder, "bit-flip");
  await rm(dataFolder, { recursive: true, force: true });
  const copy = journalFiles(dataFolder, space);
  await mkdir(copy.folder, { recursive: true });
  for (const part of ["database", "anchor", "key"] as const) await copyFile(files[part], copy[part]);

  const needle = Buffer.from(body).subarray(0, needleBytes);
  const bit = Math.floor(chance * needle.length * 8);
  // An older copy of a page may lie about, so the event may be there more than once.
  const bits = (await placesOf(copy.database, needle)).map((place) => ({ offset: place + (bit >> 3), mask: 1 << (bit & 7) }));
  await turn(copy.database, bits);
  const found = (await problemOf(copy, space)) ?? (await verifyJournal({ dataFolder, space })).problems[0];
  if (found === undefined) throw new Error(`${bits.length} turned bits in ${copy.database} were not found out`);
  return {
    found,
    async putBack() {
      await turn(copy.database, bits);
      const problem = await problemOf(copy, space);
      await rm(dataFolder, { recursive: true, force: true });
      if (problem !== undefined) throw new Error(`the bit was put back, and yet: ${problem}`);
    },
  };
}

async function turn(path: string, bits: readonly Bit[]): Promise<void> {
  const file = await open(path, "r+");
  try {
    const byte = Buffer.alloc(1);
    for (const { offset, mask } of bits) {
      await file.read(byte, 0, 1, offset);
      byte[0] = (byte[0] ?? 0) ^ mask;
      await file.write(byte, 0, 1, offset);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Where these bytes are in a file, read piece by piece. */
async function placesOf(path: string, needle: Buffer): Promise<number[]> {
  const places: number[] = [];
  const file = await open(path, "r");
  try {
    const chunk = Buffer.alloc(chunkBytes);
    for (let start = 0; ; start += chunkBytes - needle.length) {
      const { bytesRead } = await file.read(chunk, 0, chunkBytes, start);
      const read = chunk.subarray(0, bytesRead);
      for (let at = read.indexOf(needle); at >= 0; at = read.indexOf(needle, at + 1)) if (!places.includes(start + at)) places.push(start + at);
      if (bytesRead < chunkBytes) return places;
    }
  } finally {
    await file.close();
  }
}

/** What a start says of a journal; undefined when it finds nothing. */
async function problemOf(files: JournalFiles, space: string): Promise<string | undefined> {
  const journal = new SqliteJournal({ files, space });
  try {
    await journal.open();
    return undefined;
  } catch (error) {
    if (error instanceof JournalError && error.kind === "corrupt") return error.message;
    throw error;
  } finally {
    await journal.close();
  }
}
