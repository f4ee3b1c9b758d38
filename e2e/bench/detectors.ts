import { writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { Command } from "commander";
import { type EdgeFigures, measureEdges, measureLongestRing } from "./detectors/edges.ts";
import { measureShare, type ShareFigures } from "./detectors/share.ts";
import { number, table } from "./figures.ts";

/**
 * What it costs to know that something is stuck. The check for a deadlock at every new edge, beside a full search of the
 * same wait-for graph by a graph library (Tarjan's strong components in graphology; its graph is kept up for it at no
 * charge); and all detectors together, as a share of what the engine takes for the same commands without them.
 */
const options = new Command("bench:detectors")
  .option("--agents <n>", "agents, each with a lock of its own", Number, 10_000)
  .option("--waiting <share>", "share of the agents that wait for another one", Number, 0.5)
  .option("--edges <n>", "measured edges", Number, 20_000)
  .option("--searches <n>", "measured full searches", Number, 60)
  .option("--rounds <n>", "rounds with, and as many without detectors", Number, 160)
  .option("--commands <n>", "commands of each round", Number, 5_000)
  .option("--per-second <n>", "commands a second of virtual time: the detectors are looked at once a second", Number, 5_000)
  .option("--json <file>", "write the figures there")
  .parse()
  .opts<{ agents: number; waiting: number; edges: number; searches: number; rounds: number; commands: number; perSecond: number; json?: string }>();

const startMs = performance.now();
const progress = (words: string) => console.error(`${number((performance.now() - startMs) / 1_000).padStart(4)} s  ${words}`);

progress(`a space of ${number(options.agents)} agents`);
const edges = measureEdges(options, progress);
progress("a ring through all of them");
const longestRing = measureLongestRing(options.agents);
progress("rounds with and without detectors");
const share = measureShare(options, progress);
progress("done");

const machine = { cpu: cpus()[0]?.model, cores: availableParallelism(), node: process.version, load: loadavg()[0] };
console.log(
  `\n${number(options.agents)} agents with a lock each, ${number(edges.waits)} of them wait; Node ${machine.node}, ${machine.cores} cores (${machine.cpu}), load ${number(machine.load ?? 0, 1)}.\n`,
);
console.log(edgeTable(edges));
console.log(edgeWords(edges));
console.log(shareWords(share));
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ options, machine, edges, longestRing, share }, undefined, 2)}\n`);

function edgeTable({ without, finding, search, searchedCheck }: EdgeFigures): string {
  const row = (name: string, { p50, p99, max, count }: EdgeFigures["search"], target: string) => [
    name,
    number(count),
    number(p50, 2),
    number(p99, 2),
    number(max, 1),
    target,
  ];
  return table(
    ["at one new edge, microseconds", "edges", "p50", "p99", "max", "target p99"],
    [
      row("check, nothing there: shortest of 6 looks", without.least, "20"),
      row("check, nothing there: first look", without.first, "20"),
      row("check, one is found: shortest of 6 looks", finding.least, "10,000"),
      row("check, one is found: first look", finding.first, "10,000"),
      row("full search, graphology: shortest of 3", search, "-"),
      row("check of the same edges: shortest of 6", searchedCheck, "-"),
    ],
  );
}

function edgeWords({ search, searchedCheck, meanCpuMicros, allocatedBytes }: EdgeFigures): string {
  return [
    "",
    "The first look has in it whatever other processes took away meanwhile and our own collector's pauses; the shortest has neither. What a check",
    `leaves to the collector: ${number(allocatedBytes)} bytes; its processor time, the collector's threads included: ${number(meanCpuMicros, 2)} µs on average.`,
    `The full search takes ${number(search.p50 / searchedCheck.p50)} times as long by the medians, ${number(search.p99 / searchedCheck.p99)} times by the p99s.`,
    `A ring through all ${number(options.agents)} agents is found in ${number(longestRing.checkCpuMs.p50, 1)} ms of processor time (median of ${longestRing.checkCpuMs.count}; the shortest by the clock ${number(longestRing.shortestMs, 1)} ms);`,
    `the command that closes it, writing it down included, takes ${number(longestRing.commandCpuMs)} ms.`,
  ].join("\n");
}

function shareWords({ share: part, middleHalf, ofQuicker, engineMicros, detectorsMicros, looksMicros, findings }: ShareFigures): string {
  const percent = (value: number) => `${number(value * 100, 1)}%`;
  return [
    "",
    `All detectors together: ${percent(part)} of the engine's time per command (target: 25% or less): median of ${options.rounds} pairs of rounds, the middle half from`,
    `${percent(middleHalf[0])} to ${percent(middleHalf[1])}; of the quicker quarter of rounds ${percent(ofQuicker)}. Processor time, the collector included. Beside ${number(engineMicros, 2)} µs a command of the engine they`,
    `take ${number(detectorsMicros, 2)} µs, of it ${number(looksMicros, 2)} µs for one look a second at ${number(options.perSecond)} commands a second. ${number(findings)} findings stood at the end.`,
  ].join("\n");
}
