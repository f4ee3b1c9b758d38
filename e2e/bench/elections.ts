import { writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { Command } from "commander";
import type { Spread } from "./detectors/timing.ts";
import { type InMemoryFigures, measureHeartbeats, measureInMemory } from "./elections/in-memory.ts";
import { measureOverSockets, type OverSocketsFigures } from "./elections/over-sockets.ts";
import { number, table } from "./figures.ts";
import { usageKnown } from "./usage.ts";

/**
 * What many elections cost: groups with three candidates each, in a space's host alone and in a real server. Beside the full
 * space a small one in the same run: a cost that follows what changed is the same in both.
 */
const options = new Command("bench:elections")
  .option("--groups <n>", "groups with three candidates each", Number, 10_000)
  .option("--small <n>", "groups of the small space beside it", Number, 100)
  .option("--changes <n>", "measured changes of each kind in the host alone", Number, 5_000)
  .option("--socket-changes <n>", "measured changes of each kind in a real server", Number, 300)
  .option("--heartbeats <n>", "heartbeats of each round in the host alone", Number, 1_000_000)
  .option("--socket-heartbeats <n>", "heartbeats of each round in a real server", Number, 20_000)
  .option("--rounds <n>", "rounds of heartbeats with, and as many without groups", Number, 7)
  .option("--no-server", "the host alone")
  .option("--json <file>", "write the figures there")
  .parse()
  .opts<{
    groups: number;
    small: number;
    changes: number;
    socketChanges: number;
    heartbeats: number;
    socketHeartbeats: number;
    rounds: number;
    server: boolean;
    json?: string;
  }>();

const startMs = performance.now();
const progress = (words: string) => console.error(`${number((performance.now() - startMs) / 1_000).padStart(4)} s  ${words}`);
const { groups, small, changes, rounds } = options;

progress("heartbeats with and without groups");
const heartbeats = await measureHeartbeats({ groups, heartbeats: options.heartbeats, rounds });
progress(`${number(small)} groups in memory`);
// The first pass warms up what both are measured with.
await measureInMemory({ groups: small, changes: Math.min(changes, 2_000) });
const few = await measureInMemory({ groups: small, changes });
progress(`${number(groups)} groups in memory`);
const many = await measureInMemory({ groups, changes });
let sockets: OverSocketsFigures | undefined;
if (options.server && usageKnown) {
  progress("a real server");
  sockets = await measureOverSockets({ groups, changes: options.socketChanges, heartbeats: options.socketHeartbeats, rounds: Math.min(rounds, 5) });
}
progress("done");

const machine = { cpu: cpus()[0]?.model, cores: availableParallelism(), node: process.version, load: loadavg()[0] };
console.log(`\nNode ${machine.node}, ${machine.cores} cores (${machine.cpu}), load ${number(machine.load ?? 0, 1)}.\n`);
console.log(changeTable());
console.log(
  [
    "",
    `heartbeat          ${number(heartbeats.withNs)} ns of one that campaigns in ${number(groups)} groups, ${number(heartbeats.withoutNs)} ns in a space without groups: ratio ${number(heartbeats.ratio, 2)}`,
    `a session expires  ${number(many.expireMs)} ms for ${number(groups)} groups that it led, ${number(few.expireMs, 1)} ms for ${number(small)}`,
    `memory             ${number(many.heapBytes / groups)} bytes a group with three candidates`,
    `checkpoint         ${number(many.checkpointBytes / 1_048_576, 1)} MB, ${number(many.checkpointBytes / groups)} bytes a group, put into words in ${number(many.checkpointMs)} ms`,
  ].join("\n"),
);
if (sockets !== undefined) console.log(`\n${socketWords(sockets)}`);
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ options, machine, heartbeats, few, many, sockets }, undefined, 2)}\n`);

function changeTable(): string {
  const rows = (["campaign", "resign", "handOver", "depose", "proclaim", "refused"] as const).map((kind) => row(kind, few[kind], many[kind]));
  const perGroup = [
    "expire, each group",
    number(few.expirePerGroup, 1),
    "",
    number(many.expirePerGroup, 1),
    "",
    number(many.expirePerGroup / few.expirePerGroup, 2),
  ];
  const space = ({ groups }: InMemoryFigures) => number(groups);
  return table(["one command in the host, microseconds", `p50 of ${space(few)}`, "p99", `p50 of ${space(many)}`, "p99", "ratio of p50"], [...rows, perGroup]);
}

function row(kind: string, less: Spread, more: Spread): string[] {
  return [kind, number(less.p50, 1), number(less.p99, 1), number(more.p50, 1), number(more.p99, 1), number(more.p50 / less.p50, 2)];
}

function socketWords({ campaignsPerSecond, heartbeatCpu, heartbeatRatio, depose, handOver, expire, memoryMb }: OverSocketsFigures): string {
  return [
    `A real server, ${number(groups)} groups, every change durable and heard by a follower of all of them:`,
    `campaigns          ${number(campaignsPerSecond)} a second, from one client at a time in batches`,
    `heartbeat          ${number(heartbeatCpu.empty, 1)} µs of processor time without groups; with them ${number(heartbeatCpu.inNone, 1)} of an agent in none and ${number(heartbeatCpu.inAll, 1)} of one in all: ratio ${number(heartbeatRatio, 2)}`,
    `depose             next leader known after ${number(depose.p50, 1)} ms (p50), ${number(depose.p99, 1)} ms (p99) of ${number(depose.count)}`,
    `hand over          next leader known after ${number(handOver.p50, 1)} ms (p50), ${number(handOver.p99, 1)} ms (p99)`,
    `expiry of all      first next leader known ${number(expire.firstMs)} ms after the lease's end, the last ${number(expire.lastMs)} ms after it`,
    `memory             ${number(memoryMb.empty)} MB without, ${number(memoryMb.full)} MB with groups`,
  ].join("\n");
}
