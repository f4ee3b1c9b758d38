import { fork } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { Command } from "commander";
import type { LoadOrder } from "./client.ts";
import { median, number, table } from "./figures.ts";
import { type LoadMessage, type Run, type Scenario, scenarios } from "./scenarios.ts";
import { type Target, targets } from "./targets.ts";
import { cpuSeconds } from "./usage.ts";

const list = (text: string) => text.split(",").map((part) => part.trim());

const options = new Command("bench")
  .description("Locks per second and waiting times beside a bare Socket.IO echo, Redis and etcd. Rounds are interleaved; medians of one run.")
  .option("--rounds <n>", "rounds over all targets", Number, 5)
  .option("--seconds <n>", "measured seconds of each load", Number, 3)
  .option("--warm <n>", "seconds before measuring", Number, 1)
  .option("--targets <names>", `of: ${targets.map((target) => target.name).join(", ")}`, list)
  .option("--scenarios <names>", `of: ${scenarios.map((scenario) => scenario.name).join(", ")}`, list)
  .option("--json <file>", "write every measurement there")
  .parse()
  .opts<{ rounds: number; seconds: number; warm: number; targets?: string[]; scenarios?: string[]; json?: string }>();

/** One load against one fresh server, in a process of its own. */
async function measure(target: Target, scenario: Scenario): Promise<Run> {
  const server = await target.start();
  try {
    const order: LoadOrder = { client: target.client, url: server.url, scenario, warmSeconds: options.warm, seconds: options.seconds };
    const child = fork("e2e/bench/load.ts", { execArgv: ["--import", "tsx"] });
    const timer = setTimeout(() => child.kill("SIGKILL"), (options.warm + options.seconds + 60) * 1_000);
    return await new Promise<Run>((resolve, reject) => {
      let beganCpu = Number.NaN;
      child.on("message", (message: LoadMessage) => {
        if (message.type === "began") beganCpu = cpuSeconds(server.pid);
        else resolve({ ...message.measured, serverMicros: (1e6 * (cpuSeconds(server.pid) - beganCpu)) / message.measured.pairs });
      });
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`${target.name}, ${scenario.name}: the load process ended with ${code}`)));
      child.send(order);
    }).finally(() => clearTimeout(timer));
  } finally {
    await server.stop();
  }
}

function pick<T extends { name: string }>(all: readonly T[], names: readonly string[] | undefined): readonly T[] {
  for (const name of names ?? [])
    if (!all.some((one) => one.name === name)) throw new Error(`There is no ${name}; there are: ${all.map((one) => one.name).join(", ")}.`);
  return names === undefined ? all : all.filter((one) => names.includes(one.name));
}

const chosenTargets = pick(targets, options.targets).filter((target) => target.installed());
const chosenScenarios = pick(scenarios, options.scenarios);
const results = chosenScenarios.map((scenario) => ({ scenario, byTarget: new Map<string, Run[]>(chosenTargets.map((target) => [target.name, []])) }));

for (let round = 0; round < options.rounds; round++) {
  for (const { scenario, byTarget } of results) {
    // Every round begins with another target, so that none is always first after a pause.
    for (let turn = 0; turn < chosenTargets.length; turn++) {
      const target = chosenTargets[(turn + round) % chosenTargets.length] as Target;
      const measured = await measure(target, scenario);
      byTarget.get(target.name)?.push(measured);
      console.error(
        `round ${round + 1}/${options.rounds}  ${scenario.name.padEnd(18)} ${target.name.padEnd(19)} ${number(measured.pairs / measured.seconds).padStart(8)} pairs/s`,
      );
    }
  }
}

const of = (runs: readonly Run[] | undefined, value: (measured: Run) => number) => median((runs ?? []).map(value));
const rate = (measured: Run) => measured.pairs / measured.seconds;

const rows = results.flatMap(({ scenario, byTarget }) =>
  chosenTargets.map((target) => {
    const runs = byTarget.get(target.name);
    const perSecond = of(runs, rate);
    return [
      `${scenario.name}, ${target.name}`,
      number(perSecond),
      `${number((100 * perSecond) / of(byTarget.get("echo"), rate))}%`,
      `${number((100 * perSecond) / of(byTarget.get("redis always"), rate))}%`,
      number(
        of(runs, (measured) => measured.serverMicros),
        1,
      ),
      number(
        of(runs, (measured) => measured.pairP50),
        2,
      ),
      number(
        of(runs, (measured) => measured.pairP99),
        2,
      ),
      number(
        of(runs, (measured) => measured.acquireP99),
        2,
      ),
      number(
        of(runs, (measured) => measured.acquireMax),
        1,
      ),
      number(
        of(runs, (measured) => measured.fewest / Math.max(1, measured.most)),
        2,
      ),
    ];
  }),
);
console.log(`${options.rounds} rounds of ${options.seconds} s, interleaved, medians; ${cpus().length} cores (${cpus()[0]?.model}), Node ${process.version}.`);
console.log(
  "A pair is one acquire and one release, each answered; on the echo two round trips. Times in ms; server us/pair is CPU time of the server process.\n",
);
console.log(
  table(
    ["scenario, target", "pairs/s", "of echo", "of redis", "server us/pair", "pair p50", "pair p99", "acquire p99", "acquire max", "min/max per client"],
    rows,
  ),
);
if (options.json) {
  const all = results.map(({ scenario, byTarget }) => ({ scenario, runs: Object.fromEntries(byTarget) }));
  writeFileSync(options.json, `${JSON.stringify({ options, node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, results: all }, null, 2)}\n`);
}
