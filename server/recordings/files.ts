import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Recording } from "../../shared/model/index.ts";
import { traceContentsSchema } from "../../shared/trace/contents.ts";
import { traceHeaderSchema } from "../../shared/trace/index.ts";
import { journalFiles, replaceFile } from "../journal/files.ts";

/** What is in a recording's file, kept beside it: by this it is listed and searched. */
const fileInfoSchema = z.strictObject({
  header: traceHeaderSchema,
  contents: traceContentsSchema,
  bytes: z.number().int(),
  /** Whether its chain and its positions were good when it was written, and the rules that it breaks. */
  verified: z.boolean(),
  broken: z.array(z.string()),
});

export type FileInfo = z.infer<typeof fileInfoSchema>;

/** Writes a span of a space's journal to a file, packed. Resolves with what is in it, without its size. */
export type SpanWriter = (span: { from: number; to: number; name: string; tags: readonly string[] }, path: string) => Promise<Omit<FileInfo, "bytes">>;

/** Where a space's recordings are, beside its journal. */
export function recordingFolder(dataFolder: string, space: string): string {
  return join(journalFiles(dataFolder, space).folder, "recordings");
}

/** The files of one space's recordings. */
export interface RecordingFiles {
  /** Undefined while there is no file. */
  info(recording: Recording): FileInfo | undefined;
  path(recording: Recording): string;
  /** Writes it whole or not at all. Rejects with the reason. */
  write(recording: Recording): Promise<void>;
  remove(id: string): Promise<void>;
  /** Removes what an earlier run left: files of recordings deleted since, of ids up to `last`, and those that were not finished. */
  sweep(recordings: Iterable<Recording>, last: number): Promise<void>;
}

/**
 * Recordings in a folder: `ID-BEGUN.sbtrace.gz` and, written after it, `ID-BEGUN.json`. The time in the name keeps a
 * recording apart from one of the same id that an older journal, restored from a backup, gives out again.
 */
export class RecordingFolder implements RecordingFiles {
  readonly #folder: string;
  readonly #writeSpan: SpanWriter;
  readonly #infos = new Map<string, FileInfo>();

  constructor(folder: string, writeSpan: SpanWriter) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#folder = folder;
    this.#writeSpan = writeSpan;
    for (const name of readdirSync(folder)) {
      const key = /^(r\d+-\d+)\.json$/.exec(name)?.[1];
      const info = key === undefined ? undefined : readInfo(join(folder, name));
      if (key !== undefined && info !== undefined) this.#infos.set(key, info);
    }
  }

  info(recording: Recording): FileInfo | undefined {
    return this.#infos.get(keyOf(recording));
  }

  path(recording: Recording): string {
    return this.#file(keyOf(recording), "sbtrace.gz");
  }

  async write(recording: Recording): Promise<void> {
    const { from, to, name, tags } = recording;
    if (to === undefined) throw new Error(`recording ${name} has not ended yet`);
    const path = this.path(recording);
    const info = { ...(await this.#writeSpan({ from, to, name, tags }, path)), bytes: statSync(path).size };
    replaceFile(this.#file(keyOf(recording), "json"), JSON.stringify(info));
    this.#infos.set(keyOf(recording), info);
  }

  async remove(id: string): Promise<void> {
    for (const key of [...this.#infos.keys()]) {
      if (!key.startsWith(`${id}-`)) continue;
      // What describes it goes first: what is left after a crash in between is a file that nobody lists.
      rmSync(this.#file(key, "json"), { force: true });
      rmSync(this.#file(key, "sbtrace.gz"), { force: true });
      this.#infos.delete(key);
    }
  }

  async sweep(recordings: Iterable<Recording>, last: number): Promise<void> {
    const kept = new Set([...recordings].map(keyOf));
    for (const name of readdirSync(this.#folder)) {
      const [, key = "", id, unfinished] = /^(r(\d+)-\d+)\.(?:json|sbtrace\.gz)(\.new)?$/.exec(name) ?? [];
      // Ids beyond the last belong to a newer journal than the one that was restored: nobody deleted those.
      if (id === undefined || (unfinished === undefined && (kept.has(key) || Number(id) > last))) continue;
      rmSync(join(this.#folder, name), { force: true });
      if (unfinished === undefined) this.#infos.delete(key);
    }
  }

  #file(key: string, extension: string): string {
    return join(this.#folder, `${key}.${extension}`);
  }
}

const keyOf = ({ recording, begunMs }: Recording): string => `${recording}-${begunMs}`;

/** Undefined when it cannot be read: then the recording is written again. */
function readInfo(path: string): FileInfo | undefined {
  try {
    return fileInfoSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}
