import { Clock } from "../clock.ts";
import { calm } from "../network.ts";
import { Random } from "../random.ts";
import { Agreement } from "./agreement.ts";
import { NodeInjector, type Stage, strikeNodes } from "./faults.ts";
import { General } from "./general.ts";
import { Group, namesOf, watchAll } from "./group.ts";
import type { Watch } from "./host.ts";
import { Tap } from "./hostile.ts";
import { drawNodeScenario, type NodeScenario } from "./scenario.ts";
import { Story } from "./story.ts";
import type { ProtocolWorld } from "./world.ts";
import type { HostedWorld } from "./worlds.ts";

export interface WorldRunOptions {
  /** Instead of the one that the seed draws. */
  readonly scenario?: NodeScenario;
  /** Goes on past other breaches until this rule breaks. */
  readonly until?: string;
}

/** A rule of SPEC.md that was broken, when in virtual time, and who noticed. */
export interface WorldBreach {
  readonly rule: string;
  readonly checker: string;
  readonly message: string;
  readonly atMs: number;
}

export interface WorldRunResult {
  readonly world: string;
  readonly seed: number;
  readonly scenario: NodeScenario;
  /** Broken rules; none when all is well. */
  readonly breaches: readonly WorldBreach[];
  readonly steps: number;
  readonly messages: number;
  readonly faults: number;
  /** How often a fault really changed something, by kind. */
  readonly felt: ReadonlyMap<string, number>;
  readonly simulatedMs: number;
  /** Of all inputs and outputs: equal for equal runs. */
  readonly digest: string;
  /** What happened last before the first breach. */
  readonly story: readonly string[];
}

const startMs = 1_000_000;
/** Far more than any run needs: then something goes round in circles. */
const stepsAtMost = 400_000;

/** As `runWorld`, for a world whose types are of no interest. */
export function runHosted({ open }: HostedWorld, seed: number, options?: WorldRunOptions): WorldRunResult {
  return open((world) => runWorld(world, seed, options));
}

/** One run of one world from one number: the same number gives the same run, byte for byte. Stops at the first broken rule. */
export function runWorld<Config, Node, Message, Durable>(
  world: ProtocolWorld<Config, Node, Message, Durable>,
  seed: number,
  runOptions: WorldRunOptions = {},
): WorldRunResult {
  const random = new Random(seed);
  const drawn = drawNodeScenario(world, random.fork());
  const scenario = runOptions.scenario ?? drawn;
  const { options } = scenario;
  const clock = new Clock(startMs);
  const members = namesOf(scenario.members);
  const agents = namesOf(scenario.members + scenario.spares);
  const liars = new Set(members.slice(members.length - scenario.liars));
  const breaches: WorldBreach[] = [];
  const stop = () => (runOptions.until === undefined ? breaches.length > 0 : breaches.some(({ rule }) => rule === runOptions.until));
  const failAs = (checker: string) => (rule: string, message: string) => {
    breaches.push({ rule, checker, message, atMs: clock.nowMs - startMs });
  };
  const story = new Story<Node, Message, Durable>(startMs, () => breaches.length > 0);
  const watches: Watch<Node, Message, Durable>[] = [story];
  const group = new Group(world, {
    clock,
    random: random.fork(),
    agents,
    members,
    liars,
    options,
    weather: scenario.weather,
    watch: watchAll(watches),
    parsed: true,
    frozen: scenario.frozen,
    apartMs: 1_000,
  });
  const { felt, network, hosts } = group;
  const faultRandom = random.fork();
  const tap = new Tap({
    random: faultRandom,
    felt,
    schema: world.machine.message,
    fromStranger: world.fromStranger,
    deliver: (to, from, sent) => hosts.get(to)?.receive(from, sent),
  });
  const taps: Watch<Node, Message, Durable> = {
    sent(sent) {
      tap.hear(sent);
      if (liars.has(sent.from)) felt.add("lie");
    },
    refused: () => felt.add("hostileInput"),
  };
  const cast = { agents, members, liars, configs: group.configs };
  const checkers = Object.entries(world.checkers).map(([name, make]) => make(failAs(name), cast));
  // Whether all agree is asked after everything else was looked at.
  const agreement = new Agreement(world, group, members, liars, failAs("agreement"));
  watches.push(taps, new General(world, group, liars, failAs("general")), ...checkers, agreement);

  const clocks = world.clocks?.(options) ?? { maxDrift: 0.5, jumps: true };
  const stage: Stage = { clock, random: faultRandom, network, victims: [...hosts.values()], felt, tap, clocks };
  const injector = new NodeInjector(stage);

  const runUntil = (untilMs: number) => {
    let left = stepsAtMost;
    while (!stop() && clock.step(untilMs)) if (left-- === 0) throw new Error(`The run does not come to rest: time stands at ${clock.nowMs - startMs} ms.`);
  };
  const askRandom = random.fork();
  let asked = 0;
  let quiet = false;
  const ask = () => {
    if (world.workload === undefined) return;
    clock.after(askRandom.between(Math.ceil(scenario.askMs / 2), scenario.askMs * 2), () => {
      const situation = { agents, members, views: group.views(liars), id: `ask${++asked}`, changes: scenario.spares > 0, quiet };
      const wanted = world.workload?.(askRandom, situation);
      if (wanted !== undefined) hosts.get(wanted.agent)?.ask(wanted.ask);
      ask();
    });
  };

  try {
    const quietMs = startMs + scenario.busyMs;
    group.start();
    ask();
    strikeNodes(injector, stage, { kinds: scenario.kinds, unitMs: scenario.unitMs, untilMs: quietMs });
    runUntil(quietMs);
    if (!stop()) {
      const leaving = members.filter((member) => !liars.has(member));
      const left = new Set<string>();
      while (left.size < scenario.left) left.add(faultRandom.pick(leaving));
      network.weather = { ...calm, maxDelayMs: options.maxDelayMs };
      injector.heal(left);
      quiet = true;
      story.tell(clock.nowMs, () => `every fault is over${left.size > 0 ? `, ${[...left].join(", ")} stay down` : ""}`);
      for (const checker of checkers) checker.healed?.(clock.nowMs);
      const dueMs = clock.nowMs + injector.setBackMs + world.boundMs(scenario.members, options);
      // Who has agreed for as long as it has to stay need not be watched until the last moment at which it might have begun.
      while (!stop() && clock.nowMs < dueMs && agreement.heldMs(clock.nowMs) < scenario.stayMs) {
        runUntil(Math.min(dueMs, clock.nowMs + 5 * options.maxDelayMs));
        agreement.look(clock.nowMs);
      }
      if (!stop()) agreement.due(clock.nowMs);
      runUntil(clock.nowMs + scenario.stayMs - agreement.heldMs(clock.nowMs));
      if (!stop()) for (const checker of checkers) checker.done?.(clock.nowMs);
    }
  } catch (error) {
    failAs("exception")("EL-47", error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  return {
    world: world.name,
    seed,
    scenario,
    breaches,
    steps: story.steps,
    messages: story.messages,
    faults: injector.begun,
    felt: felt.counts,
    simulatedMs: clock.nowMs - startMs,
    digest: story.digest,
    story: breaches.length > 0 ? story.lines : [],
  };
}
