import { writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { Command, Option } from "commander";
import { number, quantile, table } from "../bench/figures.ts";
import { type Blow, blows, Fleet, type Round } from "./fleet.ts";

/**
 * How long nobody leads: a real server and real processes, the leader struck again and again in each way, and the time until
 * a follower knows the next one. Exit code 1 when one took longer than the lease and a second, or the guard let a late write in.
 */
const options = new Command("failover")
  .option("--rounds <n>", "rounds of each blow", Number, 10)
  .option("--ttl <ms>", "the candidates' lease", Number, 3_000)
  .addOption(new Option("--only <blow>", "one kind alone").choices([...blows]))
  .option("--json <file>", "write the figures there")
  .parse()
  .opts<{ rounds: number; ttl: number; only?: Blow; json?: string }>();

/** What a leader does by itself, or an operator to it, needs no lease to pass. */
const boundMs = (blow: Blow) => (blow === "kill" || blow === "pause" || blow === "cut" ? options.ttl + 1_000 : 1_000);

const startMs = performance.now();
const rounds: Round[] = [];
let overwrites = 0;
{
  await using fleet = await Fleet.start(options.ttl);
  for (const blow of blows.filter((one) => options.only === undefined || one === options.only)) {
    for (let round = 0; round < options.rounds; round++) rounds.push(await fleet.round(blow));
    console.error(`${number((performance.now() - startMs) / 1_000).padStart(4)} s  ${blow}: ${options.rounds} rounds`);
  }
  overwrites = await fleet.overwrites();
}

const figures = blows.flatMap((blow) => {
  const own = rounds.filter((round) => round.blow === blow);
  if (own.length === 0) return [];
  const took = own.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  const stopped = own.flatMap(({ stoppedBeforeMs }) => stoppedBeforeMs ?? []);
  return [
    {
      blow,
      rounds: own.length,
      p50Ms: quantile(took, 0.5),
      p95Ms: quantile(took, 0.95),
      maxMs: quantile(took, 1),
      boundMs: boundMs(blow),
      over: took.filter((ms) => ms > boundMs(blow)).length,
      refused: own.reduce((sum, { refused }) => sum + refused, 0),
      ...(stopped.length > 0 && { stoppedBeforeMs: Math.min(...stopped) }),
    },
  ];
});
const load = loadavg()[0] ?? 0;
console.log(
  `\nLease ${number(options.ttl)} ms, ${availableParallelism()} cores, load ${number(load, 1)}. From the blow until a follower knows the next leader, in ms.\n`,
);
console.log(
  table(
    ["blow", "rounds", "p50", "p95", "max", "bound", "over", "old one knew before", "late writes refused"],
    figures.map(({ blow, rounds: count, p50Ms, p95Ms, maxMs, boundMs: bound, over, refused, stoppedBeforeMs }) => [
      blow,
      number(count),
      number(p50Ms),
      number(p95Ms),
      number(maxMs),
      number(bound),
      number(over),
      stoppedBeforeMs === undefined ? "" : number(stoppedBeforeMs),
      number(refused),
    ]),
  ),
);
console.log(`\nLate writes that the guard let in: ${overwrites}.`);
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ options, load, figures, overwrites, rounds }, undefined, 2)}\n`);
if (overwrites > 0 || figures.some(({ over }) => over > 0)) process.exitCode = 1;
