import { writeFileSync } from "node:fs";
import { Presets, SingleBar } from "cli-progress";
import { Command, InvalidArgumentError } from "commander";
import { type FoundMistake, type Outcome, type Simulated, simulated } from "./simulated.ts";

interface Options {
  readonly seeds: number;
  readonly from: number;
  readonly planted?: boolean;
  readonly limit: number;
  readonly json?: string;
  /** Those that are run. */
  readonly world: readonly Simulated[];
}

const options = new Command("simulate")
  .description("Runs simulated worlds, seed by seed, and checks every rule of shared/SPEC.md after every step. Stops at the first broken one with exit code 1.")
  .option("--world <name>", `which: ${simulated.map(({ name }) => name).join(", ")}, or all`, chosen, chosen("space"))
  .option("--seeds <n>", "how many runs of each", count, 1_000)
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

function chosen(name: string): readonly Simulated[] {
  const found = name === "all" ? simulated : simulated.filter((one) => one.name === name);
  if (found.length === 0) throw new InvalidArgumentError(`One of ${simulated.map((one) => one.name).join(", ")}, or all.`);
  return found;
}

function barOf(total: number, what: string): SingleBar {
  const format = `{bar} {value}/{total} ${what}  {note}  {duration_formatted}, {eta_formatted} left`;
  const bar = new SingleBar({ format, etaBuffer: 200, noTTYOutput: true, notTTYSchedule: 10_000 }, Presets.shades_classic);
  bar.start(total, 0, { note: "" });
  return bar;
}

/** The bar is drawn by timers, so the loop has to let them run. */
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

async function runSeeds({ world: chosenWorlds, seeds, from, json }: Options): Promise<boolean> {
  const bar = barOf(seeds * chosenWorlds.length, "runs");
  const startedMs = performance.now();
  let steps = 0;
  let simulatedMs = 0;
  let runs = 0;
  let failed: Outcome["failed"];
  for (const { name, run } of chosenWorlds) {
    for (let seed = from; seed < from + seeds && failed === undefined; seed++) {
      const outcome = run(seed);
      steps += outcome.steps;
      simulatedMs += outcome.simulatedMs;
      failed = outcome.failed;
      bar.update(++runs, { note: `${name}, ${steps} steps` });
      if (runs % 20 === 0) await breathe();
    }
  }
  bar.stop();
  const seconds = (performance.now() - startedMs) / 1_000;
  const hours = simulatedMs / 3_600_000;
  if (failed === undefined) console.log(`Every rule held in ${runs} runs, ${steps} steps, ${hours.toFixed(1)} simulated hours, ${seconds.toFixed(1)} s.`);
  else console.error(failed.text);
  write(json, { from, runs, steps, simulatedHours: hours, seconds, failed: failed?.result });
  return failed === undefined;
}

async function runPlanted({ world: chosenWorlds, from, limit, json }: Options): Promise<boolean> {
  const finds = chosenWorlds.flatMap((world) => world.finds.map((find) => ({ world: world.name, ...find })));
  const bar = barOf(finds.length, "mistakes");
  const found: (FoundMistake & { world: string })[] = [];
  for (const { world, plant, find } of finds) {
    bar.update(found.length, { note: plant });
    await breathe();
    found.push({ ...find(from, limit), world });
  }
  bar.update(found.length, { note: "" });
  bar.stop();
  console.table(
    found.map(({ world, plant, note, breaks, seed, seedsTried, rules }) => ({
      world,
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
