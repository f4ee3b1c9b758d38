import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Presets, SingleBar } from "cli-progress";
import { play } from "./play.ts";

/** Generates histories, breaks half of them by one change each, and tells how many the checker judged rightly. */

const usage = `npm run histories -- [--histories N] [--from S] [--json FILE]
  N generated histories (default 10,000) from seed S (default 1), every second one broken by one planted change.`;

function count(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new TypeError(`--${name} wants a whole number from 1 on, not ${JSON.stringify(text)}`);
  return value;
}

/** The bar is drawn by timers, so the loop has to let them run. */
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

let bar: SingleBar | undefined;

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: { histories: { type: "string", default: "10000" }, from: { type: "string", default: "1" }, json: { type: "string" } },
  });
  const histories = count("histories", values.histories);
  const from = count("from", values.from);
  bar = new SingleBar(
    { format: "{bar} {value}/{total} histories  {duration_formatted}, {eta_formatted} left", etaBuffer: 200, noTTYOutput: true, notTTYSchedule: 10_000 },
    Presets.shades_classic,
  );
  bar.start(histories, 0);
  const startedMs = performance.now();
  const table = new Map<string, { histories: number; wrong: number }>();
  const wrong: string[] = [];
  let operations = 0;
  let bruteForced = 0;
  let broken = 0;
  for (let seed = from; seed < from + histories; seed++) {
    const played = play(seed);
    const name = played.planted ?? "left as it was";
    const row = table.get(name) ?? { histories: 0, wrong: 0 };
    row.histories += 1;
    operations += played.operations;
    if (played.bruteForced) bruteForced += 1;
    if (!played.expected) broken += 1;
    if (played.got !== played.expected) {
      row.wrong += 1;
      wrong.push(`seed ${seed}, ${name}: judged ${played.got}, is ${played.expected}`);
    }
    table.set(name, row);
    bar.update(seed - from + 1);
    if (seed % 100 === 0) await breathe();
  }
  bar.stop();
  const seconds = Math.round(performance.now() - startedMs) / 1_000;
  console.table(Object.fromEntries([...table].sort(([a], [b]) => a.localeCompare(b))));
  if (wrong.length > 0) console.log(`Judged wrongly (at most ten):\n  ${wrong.slice(0, 10).join("\n  ")}`);
  const result = { histories, broken, right: histories - wrong.length, wrong: wrong.length, bruteForced, operations, seconds };
  console.log(JSON.stringify(result));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, undefined, 2)}\n`);
  return wrong.length === 0;
}

try {
  if (!(await main())) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  console.error(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
} finally {
  bar?.stop();
}
