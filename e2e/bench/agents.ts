import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Command } from "commander";
import { SignalboxServer } from "../support/signalbox-server.ts";
import type { FleetOrder, FleetReport } from "./agents-load.ts";
import { number } from "./figures.ts";
import { cpuSeconds, memoryMb, usageKnown } from "./usage.ts";

/** What a large fleet costs that is only there: memory and CPU of the server while every agent keeps its lease alive. */
const options = new Command("bench:agents")
  .option("--agents <n>", "connected agents", Number, 10_000)
  .option("--ttl <ms>", "their lease; each sends three heartbeats in it", Number, 15_000)
  .option("--seconds <n>", "measured seconds", Number, 30)
  .option("--memory", "without a durable journal", false)
  .parse()
  .opts<{ agents: number; ttl: number; seconds: number; memory: boolean }>();

if (!usageKnown) {
  console.error("This figure is read from /proc, which only Linux has.");
  process.exit(1);
}

const report = async (child: ChildProcess) => (await once(child, "message"))[0] as FleetReport;
async function beatsOf(children: readonly ChildProcess[]) {
  const reports = await Promise.all(
    children.map((child) => {
      const answer = report(child);
      child.send({});
      return answer;
    }),
  );
  const sum = { sent: 0, answered: 0, refused: 0, lost: 0 };
  for (const one of reports) {
    if (one.type !== "beats") continue;
    for (const key of ["sent", "answered", "refused", "lost"] as const) sum[key] += one[key];
  }
  return sum;
}

const server = await SignalboxServer.start({ args: options.memory ? ["--memory"] : [] });
const children: ChildProcess[] = [];
try {
  console.log(`empty server: ${number(memoryMb(server.pid))} MB`);
  const processes = 4;
  const startMs = Date.now();
  await Promise.all(
    Array.from({ length: processes }, async (_, index) => {
      const child = fork("e2e/bench/agents-load.ts", { execArgv: ["--import", "tsx"] });
      children.push(child);
      const first = Math.floor((options.agents * index) / processes);
      const order: FleetOrder = { url: server.url, first, agents: Math.floor((options.agents * (index + 1)) / processes) - first, ttlMs: options.ttl };
      const joined = Promise.race([report(child), once(child, "exit").then(() => Promise.reject(new Error("a fleet process ended")))]);
      child.send(order);
      await joined;
    }),
  );
  console.log(`${number(options.agents)} agents joined in ${number((Date.now() - startMs) / 1_000, 1)} s`);
  const before = { cpu: cpuSeconds(server.pid), beats: await beatsOf(children), atMs: Date.now() };
  let peakMb = 0;
  while (Date.now() < before.atMs + options.seconds * 1_000) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    peakMb = Math.max(peakMb, memoryMb(server.pid));
  }
  const after = { cpu: cpuSeconds(server.pid), beats: await beatsOf(children), atMs: Date.now() };
  const seconds = (after.atMs - before.atMs) / 1_000;
  console.log(`over ${number(seconds, 1)} s:`);
  console.log(
    `  heartbeats answered  ${number((after.beats.answered - before.beats.answered) / seconds)} a second; refused ${after.beats.refused}, connections lost ${after.beats.lost}`,
  );
  console.log(`  memory of the server ${number(memoryMb(server.pid))} MB at the end, ${number(peakMb)} MB at most (target: below 300)`);
  console.log(`  CPU of the server    ${number((100 * (after.cpu - before.cpu)) / seconds, 1)}% of one core`);
  if (after.beats.refused > 0 || after.beats.lost > 0 || after.beats.answered === before.beats.answered) process.exitCode = 1;
} finally {
  for (const child of children) child.kill();
  await server.remove();
}
