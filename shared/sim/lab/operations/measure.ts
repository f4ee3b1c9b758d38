import type { Machine } from "../../../agents/machine.ts";
import { Clock } from "../../clock.ts";
import { Group, namesOf } from "../../protocols/group.ts";
import type { Watch } from "../../protocols/host.ts";
import { Random } from "../../random.ts";
import { quantile } from "../summary.ts";
import { labWeather } from "../trial.ts";
import { hashRule } from "./hash.ts";
import { leaderWithLease } from "./lease.ts";
import { voteOnEach } from "./vote.ts";

/** How agents come to agree on one operation. */
export const operationRules = ["hash", "lease", "vote"] as const;

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

/** Measures one rule from one seed. Operations come one at a time, each at an agent drawn anew, so that none waits for another. */
export function runOperations(cell: OperationCell, seed: number): OperationTrial {
  const retryMs = 4 * cell.delayMs;
  switch (cell.rule) {
    case "hash":
      return runMachine(hashRule, (_agent, members) => ({ members }), cell, seed);
    case "lease":
      return runMachine(leaderWithLease, (agent, members) => ({ agent, members, leader: members[0] ?? agent, retryMs }), cell, seed);
    case "vote":
      return runMachine(voteOnEach, (agent, members) => ({ agent, members, retryMs }), cell, seed);
  }
}

function runMachine<Config, Node, Message>(
  machine: Machine<Config, Node, Message>,
  configOf: (agent: string, members: readonly string[]) => Config,
  cell: OperationCell,
  seed: number,
): OperationTrial {
  const clock = new Clock(0);
  const random = new Random(seed);
  const members = namesOf(cell.members);
  const tookMs: number[] = [];
  let messages = 0;
  let askedMs = 0;
  let answered = true;
  const watch: Watch<Node, Message, null> = {
    stepped({ outputs, atMs }) {
      if (answered || !outputs.some(({ type }) => type === "answer")) return;
      answered = true;
      tookMs.push(atMs - askedMs);
    },
    sent: ({ from, to }) => {
      if (from !== to) messages++;
    },
  };
  const group = new Group(
    { machine, configOf },
    {
      clock,
      random: random.fork(),
      agents: members,
      members,
      liars: new Set(),
      options: { maxDelayMs: cell.delayMs, variant: 0 },
      weather: labWeather(cell),
      watch,
      parsed: false,
      frozen: false,
      apartMs: 0,
    },
  );
  group.start();
  for (let operation = 1; operation <= operationsPerSeed; operation++) {
    answered = false;
    askedMs = clock.nowMs;
    group.hosts.get(random.pick(members))?.ask({ type: "propose", id: `op${operation}`, value: "" });
    // What is still under way is over before the next one begins.
    const untilMs = clock.nowMs + 100 * cell.delayMs;
    while (clock.step(untilMs));
  }
  return { tookMs, messages };
}
