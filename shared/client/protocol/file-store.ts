import { hash } from "node:crypto";
import { constants } from "node:fs";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { NodeStore } from "./store.ts";

/**
 * One file a node, for Node: a record a line, behind a checksum that covers the one before as well. A first record is written
 * beside the file and flushed, then takes its place, and the folder is flushed so that the place outlives a crash, too. Each
 * further one is put behind it and flushed.
 */
export function fileNodeStore(path: string): NodeStore {
  /** Of the last record that this store wrote. */
  let checksum: string | undefined;
  return {
    async load() {
      try {
        return recordsIn(await readFile(path, "utf8"), path);
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
        throw error;
      }
    },
    async save(record) {
      const folder = dirname(path);
      await mkdir(folder, { recursive: true });
      const fresh = `${path}.new`;
      checksum = checksumOf("", record);
      const line = lineOf(checksum, record);
      await flushed(fresh, "w", (file) => file.writeFile(`${line}\n`));
      await rename(fresh, path);
      await flushed(folder, "r", async () => undefined);
    },
    async add(record) {
      if (checksum === undefined) throw new Error(`${path}: the first record of a run is saved.`);
      checksum = checksumOf(checksum, record);
      const line = lineOf(checksum, record);
      // A file that is not there any more must not begin with what only changes it.
      await flushed(path, constants.O_WRONLY | constants.O_APPEND, (file) => file.writeFile(`${line}\n`));
    },
  };
}

/** Of a record behind another one: a record that is lost or out of its place is found out, too. */
const checksumOf = (previous: string, record: string) => hash("sha256", previous + record, "hex");

const lineOf = (checksum: string, record: string) => `${checksum} ${record}`;

/** Digits of a checksum, and the space behind them. */
const headLength = 65;

/**
 * What is whole, in order. Only a last line whose writing was cut short is left out: one without an end, or with zeros where a
 * block of the disk was not written. Anything else that does not fit its checksum was durable once. Throws where it is lost.
 */
function recordsIn(text: string, path: string): string[] {
  // As earlier versions wrote it: the whole alone.
  if (!text.includes("\n")) return [text];
  const lines = text.split("\n");
  const rest = lines.pop();
  const records: string[] = [];
  let previous = "";
  for (const [at, line] of lines.entries()) {
    const record = line.slice(headLength);
    previous = checksumOf(previous, record);
    if (line !== lineOf(previous, record)) {
      const wasCutShort = at > 0 && at === lines.length - 1 && rest === "" && line.includes("\0");
      if (wasCutShort) break;
      throw new Error(`${path} is damaged in line ${at + 1}: what the node must not forget is lost.`);
    }
    records.push(record);
  }
  return records;
}

type File = Awaited<ReturnType<typeof open>>;

async function flushed(path: string, flags: string | number, write: (file: File) => Promise<void>): Promise<void> {
  const file = await open(path, flags);
  try {
    await write(file);
    await file.sync();
  } finally {
    await file.close();
  }
}
