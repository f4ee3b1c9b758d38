import { fork } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { number } from "./figures.ts";
import { generateTrace } from "./generated-trace.ts";
import type { ReadFigures } from "./trace-reader.ts";

/** What it takes to open a long trace and to look at any of its positions. */

const options = new Command("bench:trace")
  .option("--events <n>", "length of the trace", Number, 1_000_000)
  .option("--agents <n>", "agents in it", Number, 200)
  .option("--resources <n>", "files that they share", Number, 1_000)
  .option("--seed <n>", "the same seed gives the same trace", Number, 1)
  .option("--keep <file>", "write the trace there and keep it; one that is there is read")
  .option("--json <file>", "write the figures there")
  .parse()
  .opts<{ events: number; agents: number; resources: number; seed: number; keep?: string; json?: string }>();

/** In a process of its own, so that its memory is the trace's. */
function read(file: string): Promise<ReadFigures> {
  const child = fork("e2e/bench/trace-reader.ts", [file], { execArgv: ["--import", "tsx", "--expose-gc"] });
  return new Promise((resolve, reject) => {
    child.once("message", (figures) => resolve(figures as ReadFigures));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the reader ended with ${code}`)));
  });
}

const folder = mkdtempSync(join(tmpdir(), "signalbox-trace-"));
try {
  const file = options.keep ?? join(folder, "bench.sbtrace");
  if (!existsSync(file)) {
    const begun = process.cpuUsage();
    const { events, commands } = await generateTrace(options, file);
    console.error(`generated ${number(events)} events of ${number(commands)} commands with ${number(process.cpuUsage(begun).user / 1e6, 1)} s of CPU`);
  }
  const sizes = { plain: statSync(file).size, gzip: statSync(`${file}.gz`).size };
  console.log(`file: ${number(sizes.plain / 1e6, 1)} MB plain, ${number(sizes.gzip / 1e6, 1)} MB gzip`);
  const results: Record<string, ReadFigures> = {};
  for (const [kind, path] of [
    ["plain", file],
    ["gzip", `${file}.gz`],
  ] as const) {
    const figures = await read(path);
    results[kind] = figures;
    const { firstPictureMs, firstPictureCpuMs, openMs, openCpuMs, memoryMb } = figures;
    console.log(
      `${kind}: first picture ${number(firstPictureMs)} ms (${number(firstPictureCpuMs)} ms of CPU), open ${number(openMs)} ms (${number(openCpuMs)} ms of CPU)`,
    );
    for (const [way, { p50, p99, cpuP50, cpuP99 }] of Object.entries(figures.seeks))
      console.log(
        `  seek ${way.padEnd(9)} p50 ${number(p50, 1)} ms, p99 ${number(p99, 1)} ms; of CPU p50 ${number(cpuP50, 1)} ms, p99 ${number(cpuP99, 1)} ms`,
      );
    console.log(
      `  memory: ${number(memoryMb.used)} MB used (${number(memoryMb.before)} before), process ${number(memoryMb.rss)} MB, at most ${number(memoryMb.peakRss)} MB`,
    );
  }
  if (options.json) writeFileSync(options.json, `${JSON.stringify({ node: process.version, cpus: cpus().length, world: options, sizes, results }, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
