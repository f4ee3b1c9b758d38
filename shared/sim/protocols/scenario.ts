import { calm, type Weather } from "../network.ts";
import type { Random } from "../random.ts";
import { type NodeFault, nodeFaults } from "./faults.ts";
import type { ProtocolWorld, WorldOptions } from "./world.ts";

/** One run of a world, drawn from its seed. */
export interface NodeScenario {
  readonly members: number;
  readonly spares: number;
  readonly liars: number;
  readonly options: WorldOptions;
  readonly weather: Weather;
  /** Which faults strike while it is busy. */
  readonly kinds: readonly NodeFault[];
  /** Faults come and last about this long. */
  readonly unitMs: number;
  readonly busyMs: number;
  /** Mean time from one ask to the next. */
  readonly askMs: number;
  /** So many members stay down once everybody else is well again. */
  readonly left: number;
  /** Once it is quiet, and somebody leads, it is watched for this long. */
  readonly stayMs: number;
  /** Nodes are frozen after every step, so that a change in place throws. */
  readonly frozen: boolean;
}

/** Draws what happens in the run of a seed. */
export function drawNodeScenario<Config, Node, Message, Durable>(world: ProtocolWorld<Config, Node, Message, Durable>, random: Random): NodeScenario {
  const members = random.between(world.sizes.low, world.sizes.high);
  const options: WorldOptions = { maxDelayMs: random.pick([5, 20, 20, 100]), variant: random.unit() };
  const boundMs = world.boundMs(members, options);
  const changes = world.spares !== undefined && random.chance(0.6);
  const needed = world.needed?.(members) ?? Math.floor(members / 2) + 1;
  const mild = random.chance(0.2);
  const few = random.chance(0.4);
  return {
    members,
    spares: changes ? random.between(0, world.spares ?? 0) : 0,
    liars: world.liars !== undefined && random.chance(0.6) ? random.between(0, world.liars.atMost(members)) : 0,
    options,
    weather: mild ? { ...calm, maxDelayMs: options.maxDelayMs } : drawWeather(random, options.maxDelayMs),
    kinds: mild ? [] : few ? [1, 2, 3].map(() => random.pick(nodeFaults)) : nodeFaults,
    unitMs: Math.max(50, Math.ceil(boundMs / random.pick([5, 20]))),
    busyMs: Math.min(25_000, Math.max(2_000, world.stormMs?.(options) ?? 3 * boundMs)),
    askMs: Math.max(20, Math.ceil(boundMs / random.pick([3, 10, 40]))),
    // Who may be a member by then is not known here: with changes everybody comes back.
    left: changes || world.liars !== undefined ? 0 : random.between(0, members - needed),
    stayMs: Math.min(8_000, boundMs),
    frozen: random.chance(0.25),
  };
}

function drawWeather(random: Random, maxDelayMs: number): Weather {
  return {
    minDelayMs: 1,
    maxDelayMs: random.pick([1, 1, 10]) * maxDelayMs,
    drop: random.pick([0, 0.02, 0.2]),
    duplicate: random.pick([0, 0.02, 0.2]),
    late: random.pick([0, 0.05, 0.3]),
    lateMs: random.pick([5, 50]) * maxDelayMs,
  };
}
