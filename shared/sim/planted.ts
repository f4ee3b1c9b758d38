import { type Plant, plant, plantNotes, unplant } from "../state/index.ts";
import { Random } from "./random.ts";
import { runSeed } from "./run.ts";
import { drawScenario, type Faults, type Scenario } from "./scenario.ts";

/** What became of one planted mistake. */
export interface Found {
  readonly plant: Plant;
  readonly note: string;
  /** The rule that has to show it. */
  readonly breaks: string;
  /** Undefined when no seed found it. */
  readonly seed: number | undefined;
  /** Every rule that broke in that run, the first one first. */
  readonly rules: readonly string[];
  /** What the rule said. */
  readonly message: string;
  readonly seedsTried: number;
}

export const allPlants = Object.keys(plantNotes) as Plant[];

const never = Number.POSITIVE_INFINITY;
const noFaults: Faults = { agentCrashMs: never, agentPauseMs: never, cutMs: never, serverCrashMs: never, serverStallMs: never, menuMs: never };
const greedy = ({ agents }: Scenario) => agents.map((habits) => ({ ...habits, greed: 0.85 }));
const automatic: Scenario["rules"] = [{ pattern: "**", settings: { policy: "detect", victim: "youngest", automatic: "live" } }];

const elections = ({ agents }: Scenario): Partial<Scenario> => ({
  ...{ operators: 2, minActMs: 50, maxActMs: 600, elects: 10, core: 0, declares: 0, injects: 0 },
  agents: agents.map((habits) => ({ ...habits, mischief: 0.3 })),
});

/** Mistakes that only matter where things come together that are seldom drawn together: what is set for them in each scenario. */
const whereItMatters: Partial<Record<Plant, (drawn: Scenario) => Partial<Scenario>>> = {
  // Many who wait with a deadline, and a server that reads its messages late and before its timers.
  deadlineLate: () => ({
    operators: 0,
    core: 0,
    declares: 0,
    resources: ["k1", "k2", "k3"],
    rules: [],
    agents: Array.from({ length: 7 }, () => ({ ttlMs: 5_000, minThinkMs: 20, maxThinkMs: 200, greed: 0.5, mischief: 0, stubborn: 0 })),
    busyMs: 30_000,
    faults: { ...noFaults, serverStallMs: 2_000 },
  }),
  // The same few in one deadlock after the other.
  abortedForEver: (drawn) => ({ resources: ["k1", "k2", "k3"], rules: automatic, agents: greedy(drawn), declares: 0, core: 0, busyMs: 30_000 }),
  // Queues through which cycles go, again and again.
  reorderUnbounded: (drawn) => ({
    resources: ["repo", "repo/src", "repo/src/a.ts"],
    rules: automatic,
    agents: greedy(drawn),
    declares: 0,
    core: 0,
    busyMs: 30_000,
  }),
  // Agents that are named while they are gone.
  declaredAbsent: ({ faults }) => ({ declares: 12, core: 0, faults: { ...faults, agentCrashMs: 3_000 } }),
  // Operators who have nothing else in mind, and agents who claim what is not theirs.
  blockIgnored: elections,
  deposeUnnamed: elections,
  voteTwice: elections,
  oldTermAccepted: elections,
  deposedReturns: elections,
  appointedOnIce: elections,
  previewAlone: elections,
  rivalUnheard: elections,
  handedPastQuorum: (drawn) => ({ ...elections(drawn), policies: ["quorum"] }),
  refusedForEver: (drawn) => ({ ...elections(drawn), policies: ["quorum"], groups: ["merger"] }),
  equalPreempts: (drawn) => ({ ...elections(drawn), policies: ["priority"] }),
  observerOutlives: (drawn) => ({ ...elections(drawn), server: { ...drawn.server, checkpoint: 0.02 } }),
  peerUnchecked: ({ faults }) => ({ operators: 2, injects: 24, core: 0, faults: { ...faults, agentCrashMs: 3_000 } }),
};

export const rarePlants = Object.keys(whereItMatters) as Plant[];

/** The scenario in which a seed is tried for a mistake: as it is drawn, but for what the mistake needs to matter. */
export function scenarioFor(name: Plant, seed: number): Scenario {
  const drawn = drawScenario(new Random(seed).fork());
  return { ...drawn, ...whereItMatters[name]?.(drawn) };
}

/** Plants one mistake and runs seeds until the rule that it breaks shows it, at most `limit`. Takes it out again in any case. */
export function findPlant(name: Plant, from: number, limit: number): Found {
  const found = { plant: name, ...plantNotes[name] };
  plant(name);
  try {
    for (let tried = 1; tried <= limit; tried++) {
      const at = from + tried - 1;
      const { seed, breaches } = runSeed(at, { until: found.breaks, ...(name in whereItMatters && { scenario: scenarioFor(name, at) }) });
      const shown = breaches.find((breach) => breach.rule === found.breaks);
      if (shown !== undefined) return { ...found, seed, rules: [...new Set(breaches.map((breach) => breach.rule))], message: shown.message, seedsTried: tried };
    }
    return { ...found, seed: undefined, rules: [], message: "", seedsTried: limit };
  } finally {
    unplant();
  }
}
