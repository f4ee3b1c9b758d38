import { writeFileSync } from "node:fs";
import { Presets, SingleBar } from "cli-progress";
import { Command } from "commander";
import { z } from "zod";
import { compare } from "../../shared/sim/lab/compare.ts";
import type { OperationRow } from "../../shared/sim/lab/operations/measure.ts";
import { type LabParameters, labFromTexts, labParametersSchema, labTroubles } from "../../shared/sim/lab/parameters.ts";
import type { LabRow } from "../../shared/sim/lab/summary.ts";

type Texts = Record<string, string | undefined>;

const usual = labParametersSchema.parse({});
const program = new Command("elections")
  .description(
    "Compares how leaders are elected: every algorithm in the same simulated worlds, in virtual time. Lists have commas between. Equal options give equal figures.",
  )
  .option("--algorithms <names>", `of ${usual.algorithms.join(", ")}; all when left out`)
  .option("--members <counts>", `how many take part, 3 to 99; ${usual.members} when left out`)
  .option("--loss <shares>", `share of messages that are lost, 0 to 0.5; ${usual.loss} when left out`)
  .option("--delay <ms>", `longest time of a message, one way, 1 to 2000 ms; ${usual.delayMs} when left out`)
  .option("--troubles <names>", `of ${labTroubles.join(", ")}; ${usual.troubles} when left out`)
  .option("--seeds <n>", `runs of each combination; ${usual.seeds} when left out`)
  .option("--from <seed>", `the first seed; ${usual.from} when left out`)
  .option("--seconds <n>", `virtual length of a run, 10 to 600; ${usual.seconds} when left out`)
  .option("--json <file>", "write the figures there")
  .parse();

const { json, delay, ...texts } = program.opts<Texts>();

function readParameters(): LabParameters {
  try {
    return labFromTexts({ ...texts, delayMs: delay });
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    return program.error(z.prettifyError(error));
  }
}

/** The bar is drawn by timers, so the loop has to let them run. */
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

const round = (value: number | null, digits = 0) => (value === null ? "-" : Number(value.toFixed(digits)));

function electionLine(row: LabRow) {
  return {
    trouble: row.trouble,
    members: row.members,
    "delay ms": row.delayMs,
    loss: row.loss,
    algorithm: row.algorithm,
    "first p50": round(row.firstP50Ms),
    "first p95": round(row.firstP95Ms),
    "next p50": round(row.nextP50Ms),
    "next p95": round(row.nextP95Ms),
    never: row.without,
    "leaderless %": round(100 * row.leaderlessShare, 1),
    "msg/s steady": round(row.steadyPerSecond),
    "msg/election": round(row.perElection),
    "msg total": round(row.messages),
    terms: round(row.terms, 1),
    split: round(row.splitVotes, 1),
    "two lead ms": round(row.overlapMs),
  };
}

function operationLine(row: OperationRow) {
  return {
    members: row.members,
    "delay ms": row.delayMs,
    loss: row.loss,
    rule: row.rule,
    "p50 ms": round(row.p50Ms),
    "p95 ms": round(row.p95Ms),
    "max ms": round(row.maxMs),
    "messages per operation": round(row.messages, 1),
  };
}

const parameters = readParameters();
const rows: LabRow[] = [];
const operations: OperationRow[] = [];
const bar = new SingleBar(
  { format: "{bar} {value}/{total} runs  {duration_formatted}, {eta_formatted} left", etaBuffer: 50, noTTYOutput: true, notTTYSchedule: 10_000 },
  Presets.shades_classic,
);
bar.start(1, 0);
const startedMs = performance.now();
for (const progress of compare(parameters)) {
  bar.setTotal(progress.total);
  bar.update(progress.done);
  if (progress.row !== undefined) rows.push(progress.row);
  if (progress.operations !== undefined) operations.push(progress.operations);
  await breathe();
}
bar.stop();
console.log("\nElections. Times in virtual ms: to the first leader, and from the loss of a leader to the next one.");
console.table(rows.map(electionLine));
console.log(
  "\nOne operation, from when an agent wants it until it knows that it may: a rule of hashes, a leader with a lease,\na vote of all on each, and logs that replicate it as well, asked at their leader.",
);
console.table(operations.map(operationLine));
console.log(`${((performance.now() - startedMs) / 1_000).toFixed(1)} s`);
if (json !== undefined) writeFileSync(json, `${JSON.stringify({ parameters, rows, operations }, undefined, 2)}\n`);
