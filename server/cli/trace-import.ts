import { readFile, stat } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import type { ImportOptions } from "../../shared/trace/import/index.ts";
// Only what it takes to say no: the importers are read by the worker.
import { importLimits } from "../../shared/trace/import/limits.ts";
import { fail, messageOf } from "./fail.ts";
import type { ImportAnswer, ImportProgress, ImportQuestion } from "./import-worker.ts";
import { reasonOf } from "./trace-file.ts";

export interface TraceImportOptions extends ImportOptions {
  readonly json?: boolean;
}

/** Our own traces may be larger than what an import of another format takes. */
const largestFile = 1024 * 1024 * 1024;
/** Reading takes time that goes with the size; matching an expression may take any, and is stopped sooner. */
const patience = {
  reading: { ms: 10_000, msPerMegabyte: 2_000 },
  matching: { ms: 1_500, msPerMegabyte: 120 },
} as const;
const memoryMegabytes = 2_048;

/**
 * Imports a file of another system and prints what was found. It is read in a worker: an expression that would be matched
 * for ever is stopped, and a file that would fill the memory ends the worker and not the command.
 */
export async function importFile(file: string, options: TraceImportOptions): Promise<void> {
  const bytes = await bytesOf(file, options.json);
  const answer = await importInWorker({ bytes, options: { format: options.format, parser: options.parser, delimiter: options.delimiter } });
  if (answer.kind === "failed") {
    const { line, byte } = answer;
    const where = [line === undefined ? [] : [`line ${line}`], byte === undefined ? [] : [`byte ${byte}`]].flat().join(", ");
    const told = { ok: false, error: { message: answer.message, line, byte } };
    fail(`${file}${where === "" ? "" : `, ${where}`}: ${answer.message}`, 1, options.json === true ? told : undefined);
  }
  process.stdout.write(options.json === true ? `${answer.report}\n` : answer.words);
}

/** A whole file; ends the command where it cannot be read. */
export async function bytesOf(file: string, json: boolean | undefined): Promise<Uint8Array<ArrayBuffer>> {
  const cannot = (message: string) => fail(`${file}: ${message}`, 1, json === true ? { ok: false, error: { message } } : undefined);
  try {
    const { size } = await stat(file);
    if (size > largestFile) cannot(`it has ${size} bytes; an import reads at most ${importLimits.bytes}`);
    return new Uint8Array(await readFile(file));
  } catch (error) {
    return cannot(reasonOf(error) ?? messageOf(error));
  }
}

/** @returns what the worker said, or that it had to be stopped. */
export async function importInWorker(question: ImportQuestion): Promise<ImportAnswer> {
  const worker = new Worker(new URL("./import-worker.js", import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: memoryMegabytes } });
  const { ms, msPerMegabyte } = hasExpression(question) ? patience.matching : patience.reading;
  const waitMs = ms + (msPerMegabyte * question.bytes.length) / 2 ** 20;
  try {
    return await new Promise<ImportAnswer>((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      worker.on("message", (message: ImportAnswer | ImportProgress) => {
        if (message.kind === "ready") {
          timer = setTimeout(() => resolve(stopped(question.options, waitMs)), waitMs);
          worker.postMessage(question, [question.bytes.buffer]);
          return;
        }
        clearTimeout(timer);
        if (message.kind === "imported" || message.kind === "failed") resolve(message);
      });
      worker.on("error", (error) => {
        clearTimeout(timer);
        resolve({ kind: "failed", message: `The file cannot be read: ${messageOf(error)}.` });
      });
    });
  } finally {
    await worker.terminate();
  }
}

/** One is given, or the log begins with its own. */
function hasExpression({ bytes, options }: ImportQuestion): boolean {
  return options.parser !== undefined || Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 8_192)).includes("(?<clock>");
}

function stopped({ parser }: ImportOptions, waitMs: number): ImportAnswer {
  const advice =
    parser === undefined
      ? "The file is made so that it takes too long to read"
      : "The parser expression takes too long on this file: groups within groups that both repeat, such as (a+)+, do that";
  return { kind: "failed", message: `${advice}. It was stopped after ${Math.round(waitMs)} ms.` };
}
