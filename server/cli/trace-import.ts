import { readFile, stat } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import type { ImportOptions } from "../../shared/trace/import/index.ts";
// Only what it takes to say no: the importers are read by the worker.
import { importLimits } from "../../shared/trace/import/limits.ts";
import { fail, messageOf } from "./fail.ts";
import type { ImportAnswer, ImportProgress, ImportQuestion } from "./import-worker.ts";

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
  const bytes = await bytesOf(file);
  const answer = await importInWorker({ bytes, options: { format: options.format, parser: options.parser, delimiter: options.delimiter } });
  if (answer.kind === "failed") {
    const { line, byte } = answer;
    const where = [line === undefined ? [] : [`line ${line}`], byte === undefined ? [] : [`byte ${byte}`]].flat().join(", ");
    if (options.json === true) process.stdout.write(`${JSON.stringify({ error: { message: answer.message, line, byte } }, null, 1)}\n`);
    fail(`${file}${where === "" ? "" : `, ${where}`}: ${answer.message}`);
  }
  process.stdout.write(options.json === true ? `${answer.report}\n` : answer.words);
}

async function bytesOf(file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { size } = await stat(file);
    if (size > largestFile) fail(`${file} has ${size} bytes; an import reads at most ${importLimits.bytes}.`);
    return new Uint8Array(await readFile(file));
  } catch (error) {
    fail(`${file} cannot be read: ${messageOf(error)}`);
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
