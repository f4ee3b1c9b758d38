import { once } from "node:events";
import { createReadStream, createWriteStream, renameSync, rmSync, statSync } from "node:fs";
import { PassThrough, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type OpenTrace, TraceError, TraceReader } from "../../shared/trace/index.ts";
import { fail } from "./fail.ts";

const chunkBytes = 256 * 1024;

/** Reads a trace from a file, plain or gzip. Throws `TraceError`, or the file system's error. */
export async function readTraceFile(file: string, onProgress: (events: number, of: number) => void = () => undefined): Promise<OpenTrace> {
  const reader = new TraceReader();
  for await (const chunk of createReadStream(file, { highWaterMark: chunkBytes })) {
    reader.feed(chunk as Buffer);
    const trace = reader.open?.trace;
    if (trace !== undefined) onProgress(trace.count, trace.header.counts.events);
  }
  return reader.end();
}

/** A file that is there whole or not at all. Packed when its name ends in `.gz`. */
export class WholeFile {
  readonly #path: string;
  readonly #part: string;
  readonly #into: Transform;
  /** Fails as soon as anything of it cannot be written. */
  readonly #written: Promise<void>;

  constructor(path: string) {
    this.#path = path;
    this.#part = `${path}.part`;
    const file = createWriteStream(this.#part);
    this.#into = path.endsWith(".gz") ? createGzip() : new PassThrough();
    this.#written = pipeline(this.#into, file);
    this.#written.catch(() => undefined);
  }

  /** Waits when the disk is slower. */
  async write(text: string): Promise<void> {
    if (!this.#into.write(text)) await Promise.race([once(this.#into, "drain"), this.#written]);
  }

  async keep(): Promise<void> {
    this.#into.end();
    await this.#written;
    renameSync(this.#part, this.#path);
  }

  async drop(): Promise<void> {
    this.#into.destroy();
    await this.#written.catch(() => undefined);
    rmSync(this.#part, { force: true });
  }
}

/** Writes a file by an action; when that fails there is none. */
export async function writing<T>(path: string, action: (write: (text: string) => Promise<void>) => Promise<T>): Promise<T> {
  const file = new WholeFile(path);
  try {
    const result = await action((text) => file.write(text));
    await file.keep();
    return result;
  } catch (error) {
    await file.drop();
    throw error;
  }
}

/** Ends the command when the file is there and may not be written over. */
export function assertNew(file: string, force: boolean | undefined): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (force !== true) fail(`${file} is there already: choose another file, or say --force.`, 2);
  // The whole file takes its place: a device or a folder must not go for that.
  if (!found.isFile()) fail(`${file} is no file that can be written over.`, 2);
}

/** What to tell somebody whose file could not be read. */
export function reasonOf(error: unknown): string | undefined {
  if (error instanceof TraceError) return error.message;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "that is a folder";
  if (code === "EACCES") return "it may not be read or written";
  return code === undefined ? undefined : (error as Error).message;
}
