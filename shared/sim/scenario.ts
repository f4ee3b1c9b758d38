import type { ElectionPolicy, ElectionSettings, Settings } from "../model/index.ts";
import type { DiskHabits } from "./disk.ts";
import { simulatedKinds } from "./faults.ts";
import type { SimulatedKind } from "./felt.ts";
import { calm, type Weather } from "./network.ts";
import type { Random } from "./random.ts";
import type { ServerHabits } from "./server.ts";

/** How one agent behaves: weights of what it does next, and how long things take. */
export interface Habits {
  readonly ttlMs: number;
  readonly minThinkMs: number;
  readonly maxThinkMs: number;
  /** Probability to take rather than give back while it holds something. A hoarder takes and takes. */
  readonly greed: number;
  /** Probability per step of something that a well-behaved client would not do: stale fences, others' locks, old ids. */
  readonly mischief: number;
  /** Probability per step to do nothing while it waits for something. */
  readonly stubborn: number;
}

/** How often faults strike, as mean distances in time; infinite for never. */
export interface Faults {
  readonly agentCrashMs: number;
  readonly agentPauseMs: number;
  readonly cutMs: number;
  readonly serverCrashMs: number;
  readonly serverStallMs: number;
  /** Something of the whole menu, or of these kinds. */
  readonly menuMs: number;
  readonly kinds?: readonly SimulatedKind[];
}

/** One run, drawn from its seed. */
export interface Scenario {
  readonly name: string;
  readonly agents: readonly Habits[];
  readonly operators: number;
  readonly viewers: number;
  readonly minActMs: number;
  readonly maxActMs: number;
  readonly resources: readonly string[];
  readonly rules: readonly { readonly pattern: string; readonly settings: Settings }[];
  readonly weather: Weather;
  readonly disk: DiskHabits;
  readonly server: ServerHabits;
  readonly faults: Faults;
  /** Length of the busy part. */
  readonly busyMs: number;
  /** Probability that a request has a priority. */
  readonly priorities: number;
  /** Weights: of waits that agents declare, and of faults that operators inject. */
  readonly declares: number;
  readonly injects: number;
  /** Liveness: so many of the first agents are healthy and must get on while the others keep their faults. None: safety. */
  readonly core: number;
  /** Groups in which agents campaign, and how much of what they do is about these. */
  readonly groups: readonly string[];
  readonly elects: number;
  /** The policies that groups are set up with. */
  readonly policies: readonly ElectionPolicy[];
}

const tree = ["repo", "repo/src", "repo/src/a.ts", "repo/src/b.ts", "repo/src/lib", "repo/src/lib/c.ts", "repo/test/a.test.ts"];
const globs = ["repo/*", "repo/src/*.ts", "repo/**/*.test.ts", "repo/src/**/?.ts", "repo/s*/lib", "**/a.ts", "repo/src/a*", "**/a.ts/*", "repo/src/a*/**"];
const one = ["index"];
const flat = ["k1", "k2", "k3"];

/** Where agents meet, and under which settings. */
const places: readonly { readonly name: string; readonly resources: readonly string[]; readonly rules: Scenario["rules"] }[] = [
  { name: "one mutex", resources: one, rules: [{ pattern: "index", settings: { agingStepMs: 500, lockDelayMs: 1_500 } }] },
  { name: "some keys", resources: flat, rules: [] },
  { name: "tree", resources: tree, rules: [{ pattern: "repo", settings: { lockDelayMs: 800, agingStepMs: 1_000 } }] },
  { name: "globs", resources: [...tree, ...globs], rules: [{ pattern: "repo/src/*.ts", settings: { maxHoldMs: 3_000, lockDelayMs: 300 } }] },
  {
    name: "semaphores",
    resources: ["gpu/0", "gpu/1", "gpu", "budget", "k1"],
    rules: [
      { pattern: "gpu/*", settings: { capacity: 3, lockDelayMs: 1_000 } },
      { pattern: "budget", settings: { capacity: 10, agingStepMs: 700, lockDelayMs: 0 } },
    ],
  },
  {
    name: "guarded",
    resources: ["db/users", "db/orders", "db", "k1"],
    rules: [
      { pattern: "db", settings: { guarded: true } },
      { pattern: "db/orders", settings: { maxHoldMs: 2_500 } },
    ],
  },
  {
    name: "levels",
    resources: ["doc/a", "doc/b", "doc", "doc/*", "note/a", "note", "free/a", "k1"],
    rules: [
      { pattern: "doc", settings: { level: "optimistic" } },
      { pattern: "note", settings: { level: "advisory" } },
      { pattern: "free", settings: { level: "none" } },
      { pattern: "doc/b", settings: { level: "sequenced", lockDelayMs: 400 } },
    ],
  },
];

/** Draws what happens in the run of a seed: for liveness, or for safety. */
export function drawScenario(random: Random, live = random.chance(0.25)): Scenario {
  const place = random.pick(places);
  const rough = random.chance(0.5);
  const agents = Array.from({ length: random.between(2, 7) }, () => drawHabits(random));
  const rare = (probability: number, low: number, high: number) => (random.chance(probability) ? random.between(low, high) : Number.POSITIVE_INFINITY);
  return {
    name: place.name,
    agents,
    operators: random.weighted([
      [0, 3],
      [1, 4],
      [2, 1],
    ]),
    viewers: random.pick([0, 1, 1, 2]),
    minActMs: 300,
    maxActMs: random.between(1_500, 6_000),
    resources: place.resources,
    rules: [...drawPolicies(random, place.resources, live), ...place.rules],
    weather: rough ? drawWeather(random) : calm,
    disk: { minFlushMs: 0, maxFlushMs: random.pick([0, 3, 20, 200]), failure: random.chance(0.15) ? 0.01 : 0 },
    server: { maxPending: random.chance(0.1) ? 4 : 100_000, checkpoint: random.pick([0, 0.005, 0.015]) },
    faults: {
      agentCrashMs: rare(0.4, 4_000, 15_000),
      agentPauseMs: rare(0.5, 3_000, 12_000),
      cutMs: rare(0.4, 3_000, 12_000),
      serverCrashMs: rare(0.35, 4_000, 12_000),
      serverStallMs: rare(0.35, 2_000, 8_000),
      menuMs: rare(0.5, 800, 5_000),
      // A few kinds that strike again and again meet each other more often.
      ...(random.chance(0.3) && { menuMs: random.between(300, 1_500), kinds: [1, 2, 3, 4].map(() => random.pick(simulatedKinds)) }),
    },
    busyMs: random.between(8_000, 16_000),
    priorities: random.pick([0, 0.2, 0.6]),
    // Who says that it waits for somebody healthy makes that one give way for ever.
    declares: live ? 0 : random.pick([0, 0, 1, 4]),
    injects: random.pick([0, 6, 24]),
    core: live ? Math.ceil(agents.length / 2) : 0,
    elects: random.pick([0, 0, 0, 3, 10]),
    groups: ["merger", "db/leader", "repo"].slice(0, random.between(1, 3)),
    // Votes and windows take some time to be over: they get their share.
    policies: ["firstCome", "priority", "priority", "rendezvous", "rendezvous", "operator", "quorum", "quorum", "quorum"],
  };
}

/** How deadlocks are dealt with, one way for all or another for each resource. A lock that is never given back has to end for others to get on. */
function drawPolicies(random: Random, resources: readonly string[], live: boolean): Scenario["rules"] {
  const rules: { pattern: string; settings: Settings }[] = [];
  const bounded = live ? { maxHoldMs: 2_000 } : {};
  if (live || random.chance(0.7)) rules.push({ pattern: "**", settings: { ...drawPolicy(random), ...bounded } });
  if (random.chance(0.3)) for (const pattern of resources) if (random.chance(0.5)) rules.push({ pattern, settings: drawPolicy(random) });
  return rules;
}

export function drawPolicy(random: Random): Settings {
  const policy = random.weighted([
    ["detect" as const, 6],
    ["woundWait" as const, 2],
    ["waitDie" as const, 2],
    ["ordered" as const, 1],
    ["timeout" as const, 1],
    ["manual" as const, 2],
  ]);
  return {
    policy,
    victim: random.pick(["youngest", "lowestPriority", "leastWork", "fewestLocks", "mostReleased"] as const),
    automatic: random.pick(["live", "live", "live", "canary", "shadow", "off"] as const),
    inherit: random.chance(0.4),
    ...(policy === "timeout" && { waitLimitMs: random.between(300, 3_000) }),
  };
}

/** How a group elects, so that windows, ballots and delays are over within a run. */
export function drawElection(random: Random, { agents, policies }: Pick<Scenario, "agents" | "policies">): ElectionSettings {
  const all = agents.map((_, index) => `a${index + 1}`);
  return {
    policy: random.pick(policies),
    preempt: random.chance(0.5),
    windowMs: random.pick([1_000, 2_500, 60_000]),
    roles: random.pick([[], [], [], ["merger"]]),
    labels: random.pick<Record<string, string>>([{}, {}, {}, { zone: "a" }]),
    members: random.pick([[], all, all.slice(0, 3), [...all.slice(1), "absent"]]),
    confirmMs: random.pick([200, 600, 2_000]),
    delayMs: random.pick([0, 0, 300, 1_500]),
  };
}

function drawHabits(random: Random): Habits {
  const maxThinkMs = random.pick([200, 500, 1_200]);
  return {
    ttlMs: random.pick([1_000, 2_000, 5_000]),
    minThinkMs: 20,
    maxThinkMs,
    greed: random.pick([0.25, 0.5, 0.85]),
    mischief: random.pick([0, 0.05, 0.15]),
    stubborn: random.pick([0, 0, 0.7, 0.95]),
  };
}

function drawWeather(random: Random): Weather {
  return {
    minDelayMs: 1,
    maxDelayMs: random.pick([5, 40, 250]),
    drop: random.pick([0, 0.01, 0.08]),
    duplicate: random.pick([0, 0.02, 0.1]),
    late: random.pick([0, 0.05]),
    lateMs: random.pick([50, 1_000]),
  };
}
