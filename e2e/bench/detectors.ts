import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { DirectedGraph } from "graphology";
import { stronglyConnectedComponents } from "graphology-components";
import { deadlockAt, needsOf } from "../../shared/analysis/index.ts";
import { execute } from "../../shared/engine/index.ts";
import { FindingWatch } from "../../shared/host/index.ts";
import type { EngineCommand } from "../../shared/model/index.ts";
import { Random } from "../../shared/sim/random.ts";
import { emptyState, type State } from "../../shared/state/index.ts";
import { median, number, quantile, table } from "./figures.ts";

/**
 * What it costs to know that something is stuck. The check for a deadlock at every new edge, beside a full search of the
 * same wait-for graph by a graph library (Tarjan's strong components in graphology; its graph is kept up for it at no
 * charge); and all detectors together, as a share of what the engine takes for the same commands without them.
 */
const options = new Command("bench:detectors")
  .option("--agents <n>", "agents, each with a lock of its own", Number, 10_000)
  .option("--waiting <share>", "share of the agents that wait for another one", Number, 0.5)
  .option("--edges <n>", "measured edges", Number, 20_000)
  .option("--searches <n>", "measured full searches", Number, 100)
  .option("--rounds <n>", "rounds with and without detectors", Number, 15)
  .option("--commands <n>", "commands of each round", Number, 40_000)
  .option("--per-second <n>", "commands a second of virtual time: the detectors are looked at once a second", Number, 5_000)
  .option("--json <file>", "write the figures there")
  .parse()
  .opts<{ agents: number; waiting: number; edges: number; searches: number; rounds: number; commands: number; perSecond: number; json?: string }>();

const random = new Random(7);
let ids = 0;

class Bench {
  readonly state: State = emptyState("bench");
  nowMs = 1_700_000_000_000;
  watch: FindingWatch | undefined;

  constructor() {
    // Found, and not resolved: what is measured is the finding.
    const actor = { principal: "bench", role: "operator" as const };
    const configure = { id: "", type: "resource.configure" as const, pattern: "**", settings: { automatic: "off" as const }, reason: "bench" };
    this.run({ from: "operator", nowMs: this.nowMs, actor, command: { ...configure, id: `o${ids++}` } });
    for (let at = 0; at < options.agents; at++) {
      const join = { session: `s${at}`, agent: `a${at}`, principal: "bench", roles: [], labels: {}, ttlMs: 15_000, resumeHash: "", replace: false };
      this.run({ from: "system", nowMs: this.nowMs, command: { type: "session.join", ...join } });
      this.acquire(at, own(at));
    }
  }

  run(command: EngineCommand) {
    const outcome = execute(this.state, command);
    this.watch?.feed(this.state, command, outcome);
    return outcome;
  }

  agent(at: number, command: object) {
    return this.run({ from: "agent", nowMs: this.nowMs, session: `s${at}`, command: { id: `c${ids++}`, ...command } } as EngineCommand);
  }

  acquire(at: number, resource: string, waitMs?: number) {
    const wants = [{ resource, mode: "exclusive", weight: 1 }];
    return this.agent(at, { type: "lock.acquire", wants, priority: 0, ...(waitMs !== undefined && { waitMs }) });
  }

  release(at: number, resource: string): void {
    const fence = this.state.index.locks.at(resource)[0]?.fence;
    if (fence !== undefined) this.agent(at, { type: "lock.release", resource, fence, wrote: false });
  }

  cancel(at: number): void {
    for (const request of [...(this.state.bySession.get(`s${at}`)?.waits ?? [])]) {
      this.agent(at, { type: "lock.cancel", acquire: this.state.waits.get(request)?.command });
    }
  }
}

const own = (at: number) => `repo/part${at % 100}/file${at}.ts`;

/** A share of the agents waits for an earlier one, so there are chains and trees and no ring; the others are their roots. */
function forest(): { bench: Bench; waitsFor: (number | undefined)[]; roots: number[] } {
  const bench = new Bench();
  const waitsFor: (number | undefined)[] = [undefined];
  for (let at = 1; at < options.agents; at++) {
    const on = random.chance(options.waiting) ? random.between(Math.max(0, at - 200), at - 1) : undefined;
    waitsFor.push(on);
    if (on !== undefined) bench.acquire(at, own(on));
  }
  return { bench, waitsFor, roots: waitsFor.flatMap((on, at) => (on === undefined ? [at] : [])) };
}

function rootOf(waitsFor: readonly (number | undefined)[], at: number): number {
  let root = at;
  for (let on = waitsFor[root]; on !== undefined; on = waitsFor[root]) root = on;
  return root;
}

function micros(work: () => void): number {
  const startMs = performance.now();
  work();
  return (performance.now() - startMs) * 1_000;
}

/** Processor time of this process, its collector's threads included: other processes do not count. */
function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function spread(values: readonly number[]): { p50: number; p99: number } {
  const sorted = [...values].sort((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}

/** A root that others wait for asks for something in another tree: an edge that closes nothing, or something of its own tree. */
function measureEdges() {
  const { bench, waitsFor, roots } = forest();
  const graph = new DirectedGraph();
  for (let at = 0; at < options.agents; at++) graph.addNode(`s${at}`);
  for (const wait of bench.state.waits.values()) {
    for (const need of needsOf(bench.state, wait)) for (const { on } of need.from) graph.mergeEdge(wait.session, on.session);
  }
  const without: number[] = [];
  const finding: number[] = [];
  const searching: number[] = [];
  for (let turn = -2_000; turn < options.edges; turn++) {
    const root = random.pick(roots);
    const target = random.between(0, options.agents - 1);
    const closes = rootOf(waitsFor, target) === root;
    if (target === root) continue;
    bench.acquire(root, own(target));
    let found: unknown;
    const took = micros(() => {
      found = deadlockAt(bench.state, `s${root}`);
    });
    if ((found !== undefined) !== closes)
      throw new Error(`${root} asks for what ${target} holds: ${closes ? "a deadlock was missed" : "a deadlock was invented"}`);
    if (turn >= 0) (closes ? finding : without).push(took);
    if (turn >= 0 && searching.length < options.searches && turn % 20 === 0) {
      const edges = [...bench.state.waits.values()].filter((wait) => wait.session === `s${root}`);
      const added = edges.flatMap((wait) => needsOf(bench.state, wait).flatMap((need) => need.from.map(({ on }) => on.session)));
      for (const on of added) graph.mergeEdge(`s${root}`, on);
      let rings = 0;
      searching.push(
        micros(() => {
          rings = stronglyConnectedComponents(graph).filter((ring) => ring.length > 1).length;
        }),
      );
      if (rings > 0 !== closes) throw new Error("the library and the detector do not agree");
      for (const on of added) graph.dropEdge(`s${root}`, on);
    }
    bench.cancel(root);
  }
  // Most edges to a tree of its own are rare by chance: every root once more, each to the deepest below it.
  for (let at = options.agents - 1; at > 0 && finding.length < 2_000; at -= 3) {
    const root = rootOf(waitsFor, at);
    if (root === at) continue;
    bench.acquire(root, own(at));
    finding.push(micros(() => deadlockAt(bench.state, `s${root}`)));
    bench.cancel(root);
  }
  return { waits: bench.state.waits.size, without: spread(without), finding: { ...spread(finding), count: finding.length }, search: spread(searching) };
}

/** One ring through every agent there is: the longest that can be. */
function measureLongestRing(): number {
  const bench = new Bench();
  for (let at = 0; at + 1 < options.agents; at++) bench.acquire(at, own(at + 1));
  const tookMs: number[] = [];
  for (let turn = 0; turn < 20; turn++) {
    bench.acquire(options.agents - 1, own(0));
    tookMs.push(micros(() => deadlockAt(bench.state, `s${options.agents - 1}`)) / 1_000);
    bench.cancel(options.agents - 1);
  }
  return median(tookMs);
}

/** What a fleet does all day: short locks beside one that is held, queues, refused tries, progress. */
function work(bench: Bench, turn: number): number {
  const at = (turn * 7_919) % options.agents;
  switch (turn % 5) {
    case 0:
    case 1: {
      const resource = `free/dir${turn % 1_000}/file${turn % 10_000}.ts`;
      bench.acquire(at, resource);
      bench.release(at, resource);
      return 2;
    }
    case 2: {
      const other = (at + 1) % options.agents;
      const resource = `hot/key${turn % 40}`;
      bench.acquire(at, resource);
      bench.acquire(other, resource);
      bench.release(at, resource);
      bench.release(other, resource);
      return 4;
    }
    case 3:
      bench.acquire(at, own((at + 1) % options.agents), 0);
      return 1;
    default:
      bench.agent(at, { type: "session.declare", state: "working", doing: "edits", progress: turn + 1 });
      return 1;
  }
}

/** The same commands on the same kind of space, now with detectors and now without, in turns. */
function measureShare() {
  const bench = new Bench();
  // Some stand in queues all the time, so that there is something to look at.
  for (let at = 0; at < options.agents / 10; at++) bench.acquire(at * 10 + 5, own(at * 10));
  const watch = new FindingWatch(bench.state, bench.nowMs, () => bench.nowMs);
  const micros = { without: [] as number[], with: [] as number[], looks: [] as number[] };
  let turn = 0;
  for (let round = -4; round < options.rounds * 2; round++) {
    const watched = round % 2 === 0;
    bench.watch = watched ? watch : undefined;
    const startMicros = cpuMicros();
    let commands = 0;
    let looksMicros = 0;
    for (let sinceLook = 0; commands < options.commands; ) {
      const done = work(bench, turn++);
      commands += done;
      sinceLook += done;
      if (sinceLook < options.perSecond) continue;
      sinceLook = 0;
      bench.nowMs += 1_000;
      if (!watched) continue;
      const lookStartMicros = cpuMicros();
      const report = watch.look(bench.state, bench.nowMs);
      if (report !== undefined) bench.run({ from: "system", nowMs: bench.nowMs, command: report });
      looksMicros += cpuMicros() - lookStartMicros;
    }
    if (round < 0) continue;
    micros[watched ? "with" : "without"].push((cpuMicros() - startMicros) / commands);
    if (watched) micros.looks.push(looksMicros / commands);
  }
  // Each round beside its neighbour: what else the machine does meanwhile drifts.
  const share = median(micros.with.map((each, at) => each / (micros.without[at] as number))) - 1;
  const engineMicros = median(micros.without);
  return { engineMicros, detectorsMicros: engineMicros * share, looksMicros: median(micros.looks), share, findings: bench.state.findings.size };
}

const edges = measureEdges();
const longestRingMs = measureLongestRing();
const share = measureShare();
const ratio = edges.search.p50 / edges.without.p50;

console.log(`${number(options.agents)} agents with a lock each, ${number(edges.waits)} of them wait; Node ${process.version}. Microseconds.\n`);
console.log(
  table(
    ["at one new edge", "p50", "p99", "target p99"],
    [
      ["deadlock check, nothing there", number(edges.without.p50, 2), number(edges.without.p99, 2), "20"],
      ["deadlock check, one is found", number(edges.finding.p50, 1), number(edges.finding.p99, 1), "10,000"],
      ["full search, graphology", number(edges.search.p50), number(edges.search.p99), "-"],
    ],
  ),
);
console.log(
  `\nThe full search takes ${number(ratio)} times as long. A ring through all ${number(options.agents)} agents is found in ${number(longestRingMs, 1)} ms.`,
);
console.log(
  `\nAll detectors together: ${number(share.detectorsMicros, 2)} µs a command beside ${number(share.engineMicros, 2)} µs of the engine: ${number(share.share * 100, 1)}% (target: 25% or less), ` +
    `of it ${number(share.looksMicros, 2)} µs for one look a second at ${number(options.perSecond)} commands a second. ${number(share.findings)} findings stood at the end.`,
);
if (options.json !== undefined)
  writeFileSync(options.json, `${JSON.stringify({ agents: options.agents, waiting: options.waiting, edges, ratio, longestRingMs, share }, undefined, 2)}\n`);
