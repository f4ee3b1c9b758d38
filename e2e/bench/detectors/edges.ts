import { DirectedGraph } from "graphology";
import { stronglyConnectedComponents } from "graphology-components";
import { deadlockAt, needsOf } from "../../../shared/analysis/index.ts";
import { Random } from "../../../shared/sim/random.ts";
import type { State } from "../../../shared/state/index.ts";
import { BenchSpace, type Forest, forest, own } from "./space.ts";
import { allocatedBytes, cpuMicros, micros, type Spread, spread, spreads, type Timed, timed } from "./timing.ts";

export interface EdgeOptions {
  readonly agents: number;
  /** Share of the agents that wait. */
  readonly waiting: number;
  readonly edges: number;
  readonly searches: number;
}

export interface EdgeFigures {
  readonly waits: number;
  readonly without: { readonly least: Spread; readonly first: Spread };
  readonly finding: { readonly least: Spread; readonly first: Spread };
  /** Of edges that close nothing: processor time of one check, the collector included, and what it allocates. */
  readonly meanCpuMicros: number;
  readonly allocatedBytes: number;
  /** The full search after some of these edges, and the check of just these. */
  readonly search: Spread;
  readonly searchedCheck: Spread;
}

const looks = 6;
const warmUp = 4_000;

/** An agent that waits for nobody asks for what another one holds. */
interface Edge {
  readonly root: number;
  readonly target: number;
}

/**
 * The check at a new edge of a root: into another tree, which closes nothing, or into its own. The answer of every check is
 * known from the forest, and every full search has to agree.
 */
export function measureEdges(options: EdgeOptions, progress: (words: string) => void): EdgeFigures {
  const random = new Random(7);
  const trees = forest(options.agents, options.waiting, random);
  const anywhere = (): Edge => ({ root: random.pick(trees.roots), target: random.between(0, options.agents - 1) });
  for (let turn = 0; turn < warmUp; turn++) check(trees, anywhere(), 1);

  const without: Timed[] = [];
  const finding: Timed[] = [];
  const quiet: Edge[] = [];
  for (let turn = 0; turn < options.edges; turn++) {
    const edge = anywhere();
    if (edge.root === edge.target) continue;
    const closes = trees.rootOf(edge.target) === edge.root;
    (closes ? finding : without).push(check(trees, edge, looks));
    if (!closes && quiet.length < 2_000) quiet.push(edge);
    if (turn % 5_000 === 4_999) progress(`${turn + 1} of ${options.edges} edges`);
  }
  // An edge into its own tree is rare by chance: every third agent once more as what its root asks for.
  for (let at = options.agents - 1; at > 0; at -= 3) if (trees.rootOf(at) !== at) finding.push(check(trees, { root: trees.rootOf(at), target: at }, looks));
  progress(`${finding.length} deadlocks found; full searches`);
  return {
    waits: trees.space.state.waits.size,
    without: spreads(without),
    finding: spreads(finding),
    ...measureCost(trees.space, quiet),
    ...measureSearch(trees, anywhere, options.searches),
  };
}

function check({ space, rootOf }: Forest, { root, target }: Edge, times: number): Timed {
  const wait = space.queue(root, own(target));
  let found: unknown;
  const took = timed(times, () => {
    found = deadlockAt(space.state, `s${root}`);
  });
  space.dequeue(wait);
  const closes = root !== target && rootOf(target) === root;
  if ((found !== undefined) !== closes)
    throw new Error(`${root} asks for what ${target} holds: ${closes ? "a deadlock was missed" : "a deadlock was invented"}`);
  return took;
}

/** What single times cannot show: the collector's work for what the checks leave behind. */
function measureCost(space: BenchSpace, edges: readonly Edge[]): Pick<EdgeFigures, "meanCpuMicros" | "allocatedBytes"> {
  let cpu = 0;
  let bytes = 0;
  const times = 50;
  for (const { root, target } of edges) {
    const wait = space.queue(root, own(target));
    const startMicros = cpuMicros();
    for (let look = 0; look < times; look++) deadlockAt(space.state, `s${root}`);
    cpu += cpuMicros() - startMicros;
    space.dequeue(wait);
  }
  const sample = edges.slice(0, 50);
  for (const { root, target } of sample) {
    const wait = space.queue(root, own(target));
    const repeat = (turns: number) => {
      for (let look = 0; look < turns; look++) deadlockAt(space.state, `s${root}`);
    };
    // What asking for the heap's size allocates itself is taken off.
    bytes += (allocatedBytes(() => repeat(times)) - allocatedBytes(() => repeat(0))) / times;
    space.dequeue(wait);
  }
  return { meanCpuMicros: cpu / (edges.length * times), allocatedBytes: bytes / sample.length };
}

/** Tarjan's strong components over the whole wait-for graph, which is kept up for the library at no charge. */
function measureSearch(trees: Forest, anywhere: () => Edge, searches: number): Pick<EdgeFigures, "search" | "searchedCheck"> {
  const { space, rootOf } = trees;
  const graph = new DirectedGraph();
  for (const session of space.state.sessions.keys()) graph.addNode(session);
  for (const wait of space.state.waits.values()) for (const on of awaitedBy(space.state, wait.request)) graph.mergeEdge(wait.session, on);
  const search: number[] = [];
  const checked: number[] = [];
  while (search.length < searches) {
    const edge = anywhere();
    if (edge.root === edge.target) continue;
    checked.push(check(trees, edge, looks).least);
    const wait = space.queue(edge.root, own(edge.target));
    const added = awaitedBy(space.state, wait.request);
    for (const on of added) graph.mergeEdge(wait.session, on);
    let rings = 0;
    const { least } = timed(3, () => {
      rings = stronglyConnectedComponents(graph).filter((ring) => ring.length > 1).length;
    });
    search.push(least);
    for (const on of added) graph.dropEdge(wait.session, on);
    space.dequeue(wait);
    if (rings > 0 !== (rootOf(edge.target) === edge.root)) throw new Error("the library and the detector do not agree");
  }
  return { search: spread(search), searchedCheck: spread(checked) };
}

function awaitedBy(state: State, request: number): string[] {
  const wait = state.waits.get(request);
  const sessions = wait === undefined ? [] : needsOf(state, wait).flatMap((need) => need.from.map(({ on }) => on.session));
  return [...new Set(sessions)];
}

export interface RingFigures {
  /** Milliseconds of processor time of the check alone, and the shortest as the clock has it. */
  readonly checkCpuMs: Spread;
  readonly shortestMs: number;
  /** Processor time of the whole command that closes the ring. */
  readonly commandCpuMs: number;
}

/** One ring through every agent there is, the longest that can be. */
export function measureLongestRing(agents: number): RingFigures {
  const space = new BenchSpace(agents);
  for (let at = 0; at + 1 < agents; at++) space.acquire(at, own(at + 1));
  const last = agents - 1;
  const wait = space.queue(last, own(0));
  const cpuMs: number[] = [];
  let shortestMs = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 20; turn++) {
    let length = 0;
    const startMicros = cpuMicros();
    const tookMs =
      micros(() => {
        length = deadlockAt(space.state, `s${last}`)?.cycle.length ?? 0;
      }) / 1_000;
    cpuMs.push((cpuMicros() - startMicros) / 1_000);
    shortestMs = Math.min(shortestMs, tookMs);
    if (length !== agents) throw new Error(`a ring of ${length} was found, of ${agents}`);
  }
  space.dequeue(wait);
  const startMicros = cpuMicros();
  space.acquire(last, own(0));
  return { checkCpuMs: spread(cpuMs), shortestMs, commandCpuMs: (cpuMicros() - startMicros) / 1_000 };
}
