import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Command } from "commander";
import { collect, commandsFor, eventsAfter, snapshotAt } from "../../server/journal/fixtures.ts";
import type { Journal } from "../../server/journal/journal.ts";
import { openJournal } from "../../server/journal/open-journal.ts";
import { median, quantile } from "./figures.ts";

/** What the durable journal costs: appends, start-up with a long journal, and checkpoints of a large state. */

const batchSizes = [1, 16, 128];
const agents = 10_000;

interface Row {
  readonly what: string;
  readonly [figure: string]: string | number;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** The longest time that the event loop was kept while something ran. */
async function withStalls<T>(run: () => Promise<T>): Promise<{ value: T; ms: number; longestStallMs: number }> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = performance.now();
  const value = await run();
  const ms = performance.now() - start;
  delay.disable();
  return { value, ms, longestStallMs: delay.max / 1e6 };
}

/** With `commands` every second event has the command that it came of, as in a busy space or worse. */
async function appends(journal: Journal, from: number, { batch, seconds, commands }: { batch: number; seconds: number; commands: boolean }) {
  const latencies: number[] = [];
  let position = from;
  const cpu = process.cpuUsage();
  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end) {
    const events = eventsAfter(position, batch);
    const decided = commands ? commandsFor(events) : [];
    const start = performance.now();
    await journal.append(position, events, decided);
    latencies.push(performance.now() - start);
    position += batch;
  }
  latencies.sort((a, b) => a - b);
  const busyMs = latencies.reduce((sum, ms) => sum + ms, 0);
  const { user, system } = process.cpuUsage(cpu);
  return {
    position,
    cpuMicros: (user + system) / (position - from),
    eventsPerSecond: (latencies.length * batch * 1_000) / busyMs,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  };
}

async function benchAppends(folder: string, rounds: number, seconds: number): Promise<Row[]> {
  const journal = openJournal({ dataFolder: folder, space: "appends", kind: "sqlite" });
  await journal.open();
  const kinds = batchSizes.flatMap((batch) => [false, true].map((commands) => ({ batch, commands, results: [] as Awaited<ReturnType<typeof appends>>[] })));
  const stalls = await withStalls(async () => {
    let position = 0;
    for (let round = 0; round < rounds; round += 1) {
      for (const { batch, commands, results } of kinds) {
        const result = await appends(journal, position, { batch, seconds, commands });
        position = result.position;
        results.push(result);
      }
    }
  });
  await journal.close();
  const rows = kinds.map(({ batch, commands, results }, index): Row => {
    // Each pair was measured one right after the other: the median of their ratios, not the ratio of medians.
    const without = kinds[index - 1]?.results ?? [];
    const ratio = median(results.map((result, round) => result.eventsPerSecond / (without[round]?.eventsPerSecond ?? Number.NaN)));
    // Making the events is in it; on a busy machine it still says more than the time does.
    const cpu = median(results.map(({ cpuMicros }) => cpuMicros));
    return {
      what: `append, batches of ${batch}${commands ? ", with commands" : ""}`,
      ...(commands ? { "of that without": rounded(ratio) } : {}),
      "events/s": Math.round(median(results.map((result) => result.eventsPerSecond))),
      "CPU µs/event": rounded(cpu),
      "p50 ms": rounded(median(results.map((result) => result.p50))),
      "p99 ms": rounded(median(results.map((result) => result.p99))),
    };
  });
  return [...rows, { what: "append, longest stall of the event loop", ms: rounded(stalls.longestStallMs) }];
}

async function benchStartUp(folder: string, events: number): Promise<Row[]> {
  const open = () => openJournal({ dataFolder: folder, space: "long", kind: "sqlite" });
  const writer = open();
  await writer.open();
  for (let position = 0; position < events; position += 1_000) await writer.append(position, eventsAfter(position, Math.min(1_000, events - position)));
  const plain = events - 10_000;
  await writer.close();

  const start = async (what: string): Promise<Row> => {
    const journal = open();
    const opened = await withStalls(() => journal.open());
    const rest = await withStalls(() => collect(journal.read(opened.value.checkpoint?.position ?? events)));
    await journal.close();
    return { what, ms: Math.round(opened.ms), "then reading the rest, ms": Math.round(rest.ms), "rest, events": rest.value.length };
  };
  const rows = [await start(`start with ${events} events, no checkpoint: the whole chain verified`)];
  const keeper = open();
  await keeper.open();
  const snapshot = snapshotAt(plain, agents);
  const checkpoint = await withStalls(() => keeper.checkpoint(snapshot));
  await keeper.close();
  rows.push({
    what: `checkpoint of ${agents} agents and locks`,
    ms: Math.round(checkpoint.ms),
    "longest stall ms": rounded(checkpoint.longestStallMs),
    "MB of JSON": rounded(JSON.stringify(snapshot).length / 1e6),
  });
  rows.push(await start(`start with ${events} events, checkpoint of ${agents} agents ${events - plain} events before the end`));
  return rows;
}

const options = new Command("bench:journal")
  .option("--events <n>", "length of the long journal", Number, 1_000_000)
  .option("--rounds <n>", "rounds of appends, batch sizes interleaved", Number, 3)
  .option("--seconds <n>", "length of one round of one batch size", Number, 2)
  .option("--json <file>", "write the figures there")
  .parse()
  .opts<{ events: number; rounds: number; seconds: number; json?: string }>();

const folder = mkdtempSync(join(tmpdir(), "signalbox-bench-"));
try {
  const rows = [...(await benchAppends(folder, options.rounds, options.seconds)), ...(await benchStartUp(folder, options.events))];
  for (const { what, ...figures } of rows)
    console.log(
      `${what.padEnd(86)} ${Object.entries(figures)
        .map(([name, value]) => `${name} ${value}`)
        .join("   ")}`,
    );
  if (options.json)
    writeFileSync(
      options.json,
      `${JSON.stringify({ node: process.version, cpus: cpus().length, eventBytes: JSON.stringify(eventsAfter(0, 1)[0]).length, rows }, null, 2)}\n`,
    );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
