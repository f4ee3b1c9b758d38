import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Presets, SingleBar } from "cli-progress";
import { contests, play, type Score } from "../../shared/sim/detectors/score.ts";

/** Plays seeded worlds with planted troubles and with look-alikes, and tells how many were found and how many invented. */

const usage = `npm run detectors -- [--worlds N] [--from S] [--only KIND] [--json FILE]
  N worlds of each kind (default 1,000) from seed S (default 1). KIND is one of ${Object.keys(contests).join(", ")}.
  recall: share of what was planted that was found exactly; falseAlarms: share of the look-alikes in which anything was found.`;

/** What each kind has to reach; exit code 1 when one does not. */
const targets: Readonly<Record<string, { readonly recall: number; readonly falseAlarms: number }>> = {
  deadlock: { recall: 1, falseAlarms: 0 },
  livelock: { recall: 0.99, falseAlarms: 0.01 },
  splitBrain: { recall: 1, falseAlarms: 0 },
};

function count(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new TypeError(`--${name} wants a whole number from 1 on, not ${JSON.stringify(text)}`);
  return value;
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      worlds: { type: "string", default: "1000" },
      from: { type: "string", default: "1" },
      only: { type: "string" },
      json: { type: "string" },
    },
  });
  if (values.only !== undefined && contests[values.only] === undefined) throw new TypeError(`--only does not know ${values.only}`);
  return { worlds: count("worlds", values.worlds), from: count("from", values.from), only: values.only, json: values.json };
}

/** The bar is drawn by timers, so the loop has to let them run. */
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

async function main(): Promise<boolean> {
  const { worlds, from, only, json } = readOptions();
  const chosen = Object.entries(contests).filter(([kind]) => only === undefined || kind === only);
  const format = "{bar} {value}/{total} worlds  {note}  {duration_formatted}, {eta_formatted} left";
  const bar = new SingleBar({ format, etaBuffer: 200, noTTYOutput: true, notTTYSchedule: 10_000 }, Presets.shades_classic);
  bar.start(worlds * chosen.length, 0, { note: "" });
  const scores: Record<string, Score> = {};
  const rows: Record<string, string | number>[] = [];
  const wrong: string[] = [];
  for (const [at, [kind, contest]] of chosen.entries()) {
    const game = play(contest, worlds, from);
    for (;;) {
      const step = game.next();
      if (step.done) {
        const { score, planted } = step.value;
        scores[kind] = score;
        rows.push({ kind, worlds, planted, recall: percent(score.recall), "look-alikes": worlds - planted, "false alarms": percent(score.falseAlarms) });
        wrong.push(...step.value.wrong.slice(0, 10).map(({ seed, name, what }) => `  ${kind}, seed ${seed}, "${name}": ${what}`));
        break;
      }
      bar.update(at * worlds + step.value, { note: kind });
      if (step.value % 20 === 0) await breathe();
    }
  }
  bar.stop();
  console.table(rows);
  if (wrong.length > 0) console.log(`Went wrong (at most ten of a kind):\n${wrong.join("\n")}`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(scores, undefined, 2)}\n`);
  return chosen.every(([kind]) => {
    const [target, score] = [targets[kind], scores[kind]];
    return target === undefined || score === undefined || (score.recall >= target.recall && score.falseAlarms <= target.falseAlarms);
  });
}

function percent(rate: number): string {
  return `${(rate * 100).toFixed(2)}%`;
}

try {
  if (!(await main())) {
    console.error("A target was missed: deadlock and split brain 100% and 0%, livelock at least 99% and at most 1%.");
    process.exitCode = 1;
  }
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  console.error(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}
