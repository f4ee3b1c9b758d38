import { fork } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { number } from "./figures.ts";
import { generateTrace } from "./generated-trace.ts";
import type { CheckFigures } from "./trace-checker.ts";
import type { ReadFigures } from "./trace-reader.ts";

/** What it takes to open a long trace, to look at any of its positions, to check it and to decide it again. */

const options = new Command("bench:trace")
  .option("--events <n>", "length of the trace", Number, 1_000_000)
  .option("--agents <n>", "agents in it", Number, 200)
  .option("--resources <n>", "files that they share", Number, 1_000)
  .option("--seed <n>", "the same seed gives the same trace", Number, 1)
  .option("--keep <file>", "write the trace there and keep it; one that is there is read")
  .option("--checked <n>", "length of the trace that is checked and decided again", Number, 20_000)
  .option("--json <file>", "write the figures there")
  .parse()
  .opts<{ events: number; agents: number; resources: number; seed: number; checked: number; keep?: string; json?: string }>();

/** In a process of its own, so that its memory is the trace's. */
function inChild<Figures>(program: string, file: string): Promise<Figures> {
  const child = fork(program, [file], { execArgv: ["--import", "tsx", "--expose-gc"] });
  return new Promise((resolve, reject) => {
    child.once("message", (figures) => resolve(figures as Figures));
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
    const figures = await inChild<ReadFigures>("e2e/bench/trace-reader.ts", path);
    results[kind] = figures;
    const { firstPictureMs, firstPictureCpuMs, openMs, openCpuMs, memoryMb } = figures;
    console.log(
      `${kind}: first picture ${number(firstPictureMs)} ms (${number(firstPictureCpuMs)} ms of CPU), open ${number(openMs)} ms (${number(openCpuMs)} ms of CPU, ${number((openCpuMs * 1e3) / options.events, 1)} us an event)`,
    );
    for (const [way, { p50, p99, cpuP50, cpuP99 }] of Object.entries(figures.seeks))
      console.log(
        `  seek ${way.padEnd(9)} p50 ${number(p50, 1)} ms, p99 ${number(p99, 1)} ms; of CPU p50 ${number(cpuP50, 1)} ms, p99 ${number(cpuP99, 1)} ms`,
      );
    console.log(
      `  memory: ${number(memoryMb.used)} MB used (${number(memoryMb.before)} before), process ${number(memoryMb.rss)} MB, at most ${number(memoryMb.peakRss)} MB`,
    );
  }
  const checkedFile = join(folder, "checked.sbtrace");
  await generateTrace({ ...options, events: options.checked }, checkedFile);
  const checked = await inChild<CheckFigures>("e2e/bench/trace-checker.ts", checkedFile);
  console.log(`of ${number(checked.events)} events, CPU for each: check ${number(checked.checkUs, 1)} us, deciding again ${number(checked.rerunUs, 1)} us`);
  if (options.json)
    writeFileSync(options.json, `${JSON.stringify({ node: process.version, cpus: cpus().length, world: options, sizes, results, checked }, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
