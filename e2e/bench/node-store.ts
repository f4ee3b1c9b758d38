import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { type RaftDurable, type RaftNode, raft } from "../../shared/agents/election/raft/index.ts";
import type { NodeStore } from "../../shared/client/index.ts";
import { fileNodeStore } from "../../shared/client/protocol/file-store.ts";
import { Keeping } from "../../shared/client/protocol/keeping.ts";
import { number, table } from "./figures.ts";

/**
 * What it costs a live Raft node to keep one more entry, with few and with many entries in its log: what changed behind what
 * is there, and beside it the whole anew each time. A cost that follows what changed is the same in both. Everything is
 * flushed to the disk of `--folder`.
 */
const options = new Command("bench:node-store")
  .option("--entries <n...>", "entries in the log before it is measured", (text: string, others: number[] | undefined) => [...(others ?? []), Number(text)])
  .option("--steps <n>", "measured steps of each", Number, 500)
  .option("--folder <path>", "on the disk that is measured", tmpdir())
  .option("--json <file>", "write the figures there")
  .parse()
  .opts<{ entries?: number[]; steps: number; folder: string; json?: string }>();

interface Figures {
  readonly entries: number;
  readonly how: "whole" | "changes";
  readonly stepsPerSecond: number;
  readonly bytesPerStep: number;
}

/** What a node persists, step by step. */
function durablesOf(entries: number, steps: number): RaftDurable[] {
  let node: RaftNode = raft.start({ id: "a", members: ["a"], snapshotAfter: 10_000 }, { nowMs: 0, chance: 0 }).node;
  const durables: RaftDurable[] = [];
  const take = (input: Parameters<typeof raft.step>[1]) => {
    const step = raft.step(node, input);
    node = step.node;
    for (const output of step.outputs) if (output.type === "persist") durables.push(output.durable);
  };
  take({ type: "timer", timer: "election", nowMs: 5_000, chance: 0 });
  for (let at = 1; at < entries + steps; at++) {
    take({ type: "ask", ask: { type: "propose", id: `w1-${at}`, value: `x=${"v".repeat(100)}` }, nowMs: 5_000, chance: 0 });
  }
  return durables.slice(entries - 1);
}

async function measure(entries: number, how: Figures["how"], folder: string): Promise<Figures> {
  let bytes = 0;
  const file = fileNodeStore(join(folder, `${how}-${entries}.json`));
  const counted = (keep: (record: string) => Promise<void>) => (record: string) => {
    bytes += record.length;
    return keep(record);
  };
  const store: NodeStore = { load: file.load, save: counted(file.save), add: counted(file.add) };
  const keeping = new Keeping<RaftDurable>(store);
  const keep = how === "changes" ? (durable: RaftDurable) => keeping.keep(durable) : (durable: RaftDurable) => store.save(JSON.stringify(durable));
  const [first, ...rest] = durablesOf(entries, options.steps + 1);
  if (first !== undefined) await keep(first);
  bytes = 0;
  const startMs = performance.now();
  for (const durable of rest) await keep(durable);
  const seconds = (performance.now() - startMs) / 1_000;
  return { entries, how, stepsPerSecond: rest.length / seconds, bytesPerStep: bytes / rest.length };
}

const folder = mkdtempSync(join(options.folder, "signalbox-bench-"));
const figures: Figures[] = [];
try {
  await measure(1, "changes", folder);
  for (const entries of options.entries ?? [10, 1_000, 9_000])
    for (const how of ["whole", "changes"] as const) figures.push(await measure(entries, how, folder));
} finally {
  rmSync(folder, { recursive: true });
}

const machine = { cpu: cpus()[0]?.model, cores: availableParallelism(), node: process.version, load: loadavg()[0] };
console.log(`\nNode ${machine.node}, ${machine.cores} cores (${machine.cpu}), load ${number(machine.load ?? 0, 1)}.\n`);
console.log(
  table(
    ["entries in the log", "kept", "steps a second", "bytes a step"],
    figures.map(({ entries, how, stepsPerSecond, bytesPerStep }) => [number(entries), how, number(stepsPerSecond), number(bytesPerStep)]),
  ),
);
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ options, machine, figures }, undefined, 2)}\n`);
