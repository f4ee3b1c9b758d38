import { writeFileSync } from "node:fs";
import { Presets, SingleBar } from "cli-progress";
import { Command, InvalidArgumentError } from "commander";
import { allPlants, type Found, findPlant } from "../../shared/sim/planted.ts";
import { failureText } from "../../shared/sim/report.ts";
import { type RunResult, runSeed } from "../../shared/sim/run.ts";

interface Options {
  readonly seeds: number;
  readonly from: number;
  readonly planted?: boolean;
  readonly limit: number;
  readonly json?: string;
}

const options = new Command("simulate")
  .description(
    "Runs simulated spaces, seed by seed, and checks every rule of shared/SPEC.md after every event. Stops at the first broken one with exit code 1.",
  )
  .option("--seeds <n>", "how many runs", count, 1_000)
  .option("--from <seed>", "the first seed", count, 1)
  .option("--planted", "plant every known mistake, one by one, and tell which rule and seed found it; fails unless all are found")
  .option("--limit <n>", "most seeds tried for a planted mistake", count, 1_000)
  .option("--json <file>", "write the outcome there")
  .parse()
  .opts<Options>();

function count(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("A whole number from 1 on is wanted.");
  return value;
}

function barOf(total: number, what: string): SingleBar {
  const format = `{bar} {value}/{total} ${what}  {note}  {duration_formatted}, {eta_formatted} left`;
  const bar = new SingleBar({ format, etaBuffer: 200, noTTYOutput: true, notTTYSchedule: 10_000 }, Presets.shades_classic);
  bar.start(total, 0, { note: "" });
  return bar;
}

/** The bar is drawn by timers, so the loop has to let them run. */
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

async function runSeeds({ seeds, from, json }: Options): Promise<boolean> {
  const bar = barOf(seeds, "seeds");
  const startedMs = performance.now();
  let events = 0;
  let simulatedMs = 0;
  let failed: RunResult | undefined;
  let done = 0;
  for (; done < seeds && failed === undefined; done++) {
    const result = runSeed(from + done);
    events += result.events;
    simulatedMs += result.simulatedMs;
    if (result.breaches.length > 0) failed = result;
    bar.update(done + 1, { note: `${events} events` });
    if (done % 20 === 0) await breathe();
  }
  bar.stop();
  const seconds = (performance.now() - startedMs) / 1_000;
  const hours = simulatedMs / 3_600_000;
  if (failed === undefined) console.log(`Every rule held in ${done} runs, ${events} events, ${hours.toFixed(1)} simulated hours, ${seconds.toFixed(1)} s.`);
  else console.error(failureText(failed));
  write(json, { from, runs: done, events, simulatedHours: hours, seconds, failed });
  return failed === undefined;
}

async function runPlanted({ from, limit, json }: Options): Promise<boolean> {
  const bar = barOf(allPlants.length, "mistakes");
  const found: Found[] = [];
  for (const name of allPlants) {
    bar.update(found.length, { note: name });
    await breathe();
    found.push(findPlant(name, from, limit));
  }
  bar.update(found.length, { note: "" });
  bar.stop();
  console.table(
    found.map(({ plant, note, breaks, seed, seedsTried, rules }) => ({
      plant,
      note,
      rule: seed === undefined ? `NOT FOUND (${breaks})` : breaks,
      seed,
      tried: seedsTried,
      "broke as well": rules.filter((rule) => rule !== breaks).join(" "),
    })),
  );
  const missed = found.filter(({ seed }) => seed === undefined);
  if (missed.length === 0) console.log(`All ${found.length} planted mistakes were found.`);
  else
    console.error(`${missed.length} of ${found.length} planted mistakes were not found within ${limit} seeds: ${missed.map(({ plant }) => plant).join(", ")}`);
  write(json, { from, limit, found });
  return missed.length === 0;
}

function write(file: string | undefined, data: unknown): void {
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(data, undefined, 2)}\n`);
}

if (!(options.planted ? await runPlanted(options) : await runSeeds(options))) process.exitCode = 1;
