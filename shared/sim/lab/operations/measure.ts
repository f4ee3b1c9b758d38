import { Clock } from "../../clock.ts";
import { agreedLeader } from "../../protocols/agreement.ts";
import { Group, namesOf } from "../../protocols/group.ts";
import type { Watch } from "../../protocols/host.ts";
import type { ProtocolWorld } from "../../protocols/world.ts";
import { worldNamed, worlds } from "../../protocols/worlds.ts";
import { Random } from "../../random.ts";
import { quantile } from "../summary.ts";
import { labVariant, labWeather } from "../trial.ts";
import { hashRule } from "./hash.ts";
import { leaderWithLease } from "./lease.ts";
import { voteOnEach } from "./vote.ts";

/** How agents come to agree on one operation. The last ones replicate it as well, and are asked where their leader is. */
export const operationRules = ["hash", "lease", "vote", "raft", "pbft"] as const;

/** Those that can be measured here: by themselves, or as a world. */
export const measuredRules = operationRules.filter(
  (rule) => rule === "hash" || rule === "lease" || rule === "vote" || worlds.some(({ name }) => name === rule),
);

export type OperationRule = (typeof operationRules)[number];

export interface OperationCell {
  readonly rule: OperationRule;
  readonly members: number;
  readonly loss: number;
  readonly delayMs: number;
}

/** What an operation costs, from when an agent wants it until it knows that it may. */
export interface OperationRow extends OperationCell {
  readonly operations: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly maxMs: number | null;
  readonly messages: number;
}

/** How many operations are measured for each seed. */
export const operationsPerSeed = 20;

/** The operations of one run. */
export interface OperationTrial {
  readonly tookMs: readonly number[];
  readonly messages: number;
}

export function summariseOperations(cell: OperationCell, trials: readonly OperationTrial[]): OperationRow {
  const tookMs = trials.flatMap((trial) => trial.tookMs);
  const messages = trials.reduce((sum, trial) => sum + trial.messages, 0);
  return {
    ...cell,
    operations: tookMs.length,
    p50Ms: quantile(tookMs, 0.5),
    p95Ms: quantile(tookMs, 0.95),
    maxMs: quantile(tookMs, 1),
    messages: tookMs.length === 0 ? 0 : messages / tookMs.length,
  };
}

/** Measures one rule from one seed. Operations come one at a time, so that none waits for another; whoever wants one is drawn anew where anybody may. */
export function runOperations(cell: OperationCell, seed: number): OperationTrial {
  const retryMs = 4 * cell.delayMs;
  switch (cell.rule) {
    case "hash":
      return runRule({ machine: hashRule, configOf: (_, members) => ({ members }), boundMs: atOnce }, cell, seed);
    case "lease":
      return runRule(
        { machine: leaderWithLease, configOf: (agent, members) => ({ agent, members, leader: members[0] ?? agent, retryMs }), boundMs: atOnce },
        cell,
        seed,
      );
    case "vote":
      return runRule({ machine: voteOnEach, configOf: (agent, members) => ({ agent, members, retryMs }), boundMs: atOnce }, cell, seed);
    case "raft":
    case "pbft":
      return worldNamed(cell.rule).open((world) => runRule(world, cell, seed));
  }
}

const atOnce = () => 0;

type Rule<Config, Node, Message, Durable> = Pick<ProtocolWorld<Config, Node, Message, Durable>, "machine" | "configOf" | "boundMs">;

function runRule<Config, Node, Message, Durable>(rule: Rule<Config, Node, Message, Durable>, cell: OperationCell, seed: number): OperationTrial {
  const clock = new Clock(0);
  const random = new Random(seed);
  const members = namesOf(cell.members);
  const options = { maxDelayMs: cell.delayMs, variant: labVariant };
  const tookMs: number[] = [];
  let messages = 0;
  /** What is waited for, and since when. */
  let wanted: { readonly id: string; readonly atMs: number } | undefined;
  const watch: Watch<Node, Message, Durable> = {
    stepped({ outputs, atMs }) {
      if (!outputs.some((output) => output.type === "answer" && output.id === wanted?.id) || wanted === undefined) return;
      tookMs.push(atMs - wanted.atMs);
      wanted = undefined;
    },
    sent: ({ from, to }) => {
      if (from !== to) messages++;
    },
  };
  const group = new Group(rule, {
    clock,
    random: random.fork(),
    agents: members,
    members,
    liars: new Set(),
    options,
    weather: labWeather(cell),
    watch,
    parsed: false,
    frozen: false,
    apartMs: 0,
  });
  const pass = (ms: number) => {
    const untilMs = clock.nowMs + ms;
    while (clock.step(untilMs));
  };
  group.start();
  pass(rule.boundMs(cell.members, options));
  const [fromMs, fromMessages] = [clock.nowMs, messages];
  for (let operation = 1; operation <= operationsPerSeed; operation++) {
    const id = `op${operation}`;
    wanted = { id, atMs: clock.nowMs };
    group.hosts.get(agreedLeader(group.views()) ?? random.pick(members))?.ask({ type: "propose", id, value: `x=${operation}` });
    // What is still under way is over before the next one begins.
    const giveUpMs = clock.nowMs + 100 * cell.delayMs;
    while (wanted !== undefined && clock.step(giveUpMs));
    pass(10 * cell.delayMs);
  }
  const ofOperations = messages - fromMessages;
  // What is sent anyway is no cost of theirs.
  messages = 0;
  pass(clock.nowMs - fromMs);
  return { tookMs, messages: Math.max(0, ofOperations - messages) };
}
