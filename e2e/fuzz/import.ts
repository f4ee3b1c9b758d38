import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { type Format, formats } from "../../shared/trace/import/imported.ts";
import { bytesOf, fixtures } from "../../shared/trace/import/testing/fixtures.ts";
import { mutated } from "../../shared/trace/import/testing/mutations.ts";
import { ownTrace } from "../../shared/trace/import/testing/own-trace.ts";
import type { FuzzAnswer, FuzzQuestion } from "./import-worker.ts";

/**
 * Imports mutated files of every format: each has to come back whole or be refused with words within two seconds, and the
 * memory must not grow. `--files 10000` of each format, `--seed 1` the first seed, `--format NAME` one format only.
 */
const { values } = parseArgs({
  options: { files: { type: "string", default: "1000" }, seed: { type: "string", default: "1" }, format: { type: "string" }, json: { type: "string" } },
});
const files = Number(values.files);
const firstSeed = Number(values.seed);
/** Longest that one file may take: time of the processor, so that a busy machine is not a hang. */
const longestMs = 2_000;
/** A worker that says nothing for so long hangs. */
const hangMs = 30_000;
/** What may be kept between the first files of a format and the last, after a collection. */
const growthMegabytes = 32;

interface Figures {
  files: number;
  imported: number;
  refused: number;
  slowestMs: number;
  slowestSeed: number;
  heapMegabytes: { first: number; last: number };
  failures: string[];
}

class Importer {
  #worker = this.#start();

  #start(): Worker {
    return new Worker(new URL("./import-worker.js", import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: 1_024 } });
  }

  /** Undefined when the worker hung or crashed; another one goes on. */
  async ask(question: FuzzQuestion): Promise<FuzzAnswer | undefined> {
    const worker = this.#worker;
    const answer = await new Promise<FuzzAnswer | undefined>((resolve) => {
      const timer = setTimeout(() => resolve(undefined), hangMs);
      const done = (value: FuzzAnswer | undefined): void => {
        clearTimeout(timer);
        worker.off("message", done);
        worker.off("error", crashed);
        resolve(value);
      };
      const crashed = (error: Error): void => {
        process.stderr.write(`The worker crashed: ${error.message}\n`);
        done(undefined);
      };
      worker.on("message", done);
      worker.on("error", crashed);
      worker.postMessage(question);
    });
    if (answer === undefined) {
      await worker.terminate();
      this.#worker = this.#start();
    }
    return answer;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

async function fuzz(format: Format, importer: Importer): Promise<Figures> {
  const own = format === "sbtrace" ? [ownTrace()] : fixtures.filter((one) => one.format === format).map((one) => bytesOf(one.text));
  const figures: Figures = { files: 0, imported: 0, refused: 0, slowestMs: 0, slowestSeed: 0, heapMegabytes: { first: 0, last: 0 }, failures: [] };
  const fail = (seed: number, what: string): void => {
    if (figures.failures.length < 20) figures.failures.push(`${format}, seed ${seed}: ${what}`);
  };
  for (let seed = firstSeed; seed < firstSeed + files; seed += 1) {
    const { bytes, mutations } = mutated(own[seed % own.length]!, seed);
    const last = seed === firstSeed + files - 1;
    const measure = last || seed === firstSeed + Math.min(500, Math.floor(files / 2));
    const answer = await importer.ask({ bytes, format: seed % 2 === 0 ? format : undefined, measure });
    figures.files += 1;
    if (answer === undefined) {
      fail(seed, `hung or crashed (${mutations.join(" + ")})`);
      continue;
    }
    if (answer.outcome === "imported") figures.imported += 1;
    else if (answer.outcome === "refused") figures.refused += 1;
    else fail(seed, `${answer.message} (${mutations.join(" + ")})`);
    if (answer.cpuMs > figures.slowestMs) [figures.slowestMs, figures.slowestSeed] = [Math.round(answer.cpuMs), seed];
    if (answer.cpuMs > longestMs) fail(seed, `took ${Math.round(answer.cpuMs)} ms (${mutations.join(" + ")})`);
    if (measure) figures.heapMegabytes[last ? "last" : "first"] = Math.round(answer.heapBytes / 2 ** 20);
  }
  const { first, last } = figures.heapMegabytes;
  if (last - first > growthMegabytes) fail(firstSeed + files - 1, `the memory grew from ${first} to ${last} megabytes`);
  return figures;
}

const importer = new Importer();
const results: Record<string, Figures> = {};
for (const format of formats) {
  if (values.format !== undefined && values.format !== format) continue;
  results[format] = await fuzz(format, importer);
  const { imported, refused, slowestMs, slowestSeed, heapMegabytes, failures } = results[format];
  process.stdout.write(
    `${format}: ${imported} imported, ${refused} refused, slowest ${slowestMs} ms (seed ${slowestSeed}), heap ${heapMegabytes.first} to ${heapMegabytes.last} MB\n`,
  );
  for (const failure of failures) process.stdout.write(`  ${failure}\n`);
}
await importer.end();
const failures = Object.values(results).flatMap((one) => one.failures);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ filesPerFormat: files, firstSeed, formats: results, failures }, null, 1)}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;
