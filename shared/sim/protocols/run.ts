import { Clock } from "../clock.ts";
import { Digest } from "../digest.ts";
import { calm } from "../network.ts";
import { Random } from "../random.ts";
import { Agreement } from "./agreement.ts";
import { NodeInjector, type Stage, strikeNodes, type Victim } from "./faults.ts";
import { General } from "./general.ts";
import { Group, namesOf, watchAll } from "./group.ts";
import type { Watch } from "./host.ts";
import { spoilt } from "./hostile.ts";
import { drawNodeScenario, type NodeScenario } from "./scenario.ts";
import { stepText } from "./story.ts";
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
const storyLines = 80;
/** Messages kept to be sent again by a flood. */
const overheardAtMost = 200;
const stranger = "stranger";

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
  const digest = new Digest();
  const story: (() => string)[] = [];
  const overheard: { from: string; to: string; text: string }[] = [];
  let steps = 0;
  let messages = 0;

  const stop = () => (runOptions.until === undefined ? breaches.length > 0 : breaches.some(({ rule }) => rule === runOptions.until));
  const failAs = (checker: string) => (rule: string, message: string) => {
    breaches.push({ rule, checker, message, atMs: clock.nowMs - startMs });
  };
  const tell = (line: () => string) => {
    if (breaches.length > 0) return;
    story.push(line);
    if (story.length > storyLines) story.shift();
  };
  /** What was in the story when a rule broke, and what broke it, is what one wants to read. */
  const teller: Watch<Node, Message, Durable> = {
    stepped({ agent, input, outputs, atMs }) {
      steps++;
      const text = JSON.stringify([agent, input, outputs]);
      digest.add(`${atMs} ${text}`);
      tell(() => `${atMs - startMs} ms  ${stepText(agent, input, outputs)}`);
    },
    sent({ from, to, message }) {
      messages++;
      if (liars.has(from)) group.felt.add("lie");
      const kept = { from, to, text: JSON.stringify(message) };
      if (overheard.length < overheardAtMost) overheard.push(kept);
      else overheard[messages % overheardAtMost] = kept;
    },
    crashed: (agent, atMs) => tell(() => `${atMs - startMs} ms  ${agent} is down`),
    restarted: (agent, atMs) => tell(() => `${atMs - startMs} ms  ${agent} comes back`),
    refused: () => group.felt.add("hostileInput"),
  };
  const watches: Watch<Node, Message, Durable>[] = [teller];
  const watch = watchAll(watches);
  const group = new Group(world, {
    clock,
    random: random.fork(),
    agents,
    members,
    liars,
    options,
    weather: scenario.weather,
    watch,
    parsed: true,
    frozen: scenario.frozen,
    apartMs: 1_000,
  });
  const cast = { agents, members, liars, configs: group.configs };
  const checkers = Object.entries(world.checkers).map(([name, make]) => make(failAs(name), cast));
  watches.push(new General(world, group, liars, failAs("general")), ...checkers);
  // The first breach ends the story, so checkers come after the teller; the agreement looks on what they have seen.
  const agreement = new Agreement(world, group, members, liars, failAs("agreement"));
  watches.push(agreement);

  const byName = (agent: string): Victim => hostOf(agent);
  const hostOf = (agent: string) => {
    const host = group.hosts.get(agent);
    if (host === undefined) throw new Error(`${agent} is not of this group.`);
    return host;
  };
  const faultRandom = random.fork();
  const stage: Stage = {
    clock,
    random: faultRandom,
    network: group.network,
    victims: agents.map(byName),
    felt: group.felt,
    clocks: world.clocks?.(options) ?? { maxDrift: 0.5, jumps: true },
    hostile: (victim) => {
      if (overheard.length === 0) return;
      const { from, text } = faultRandom.pick(overheard);
      const sent = faultRandom.chance(0.5) ? spoilt(faultRandom, JSON.parse(text)) : JSON.parse(text);
      const read = world.machine.message.safeParse(sent);
      if (!read.success) return hostOf(victim.agent).receive(from, sent);
      if (world.fromStranger?.(read.data) === false) return;
      group.felt.add("hostileInput", "well formed");
      hostOf(victim.agent).receive(stranger, sent);
    },
    replay: (victim) => {
      const to = overheard.filter((message) => message.to === victim.agent);
      if (to.length === 0) return;
      const { from, text } = faultRandom.pick(to);
      group.felt.add("flood");
      hostOf(victim.agent).receive(from, JSON.parse(text));
    },
  };
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
      if (wanted !== undefined) hostOf(wanted.agent).ask(wanted.ask);
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
      group.network.weather = { ...calm, maxDelayMs: options.maxDelayMs };
      injector.heal(left);
      quiet = true;
      tell(() => `${clock.nowMs - startMs} ms  every fault is over${left.size > 0 ? `, ${[...left].join(", ")} stay down` : ""}`);
      for (const checker of checkers) checker.healed?.(clock.nowMs);
      runUntil(clock.nowMs + world.boundMs(scenario.members, options));
      if (!stop()) agreement.begin();
      runUntil(clock.nowMs + scenario.stayMs);
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
    steps,
    messages,
    faults: injector.begun,
    felt: group.felt.counts,
    simulatedMs: clock.nowMs - startMs,
    digest: digest.toString(),
    story: breaches.length > 0 ? story.map((line) => line()) : [],
  };
}
