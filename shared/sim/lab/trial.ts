import { Clock } from "../clock.ts";
import { Group, namesOf, watchAll } from "../protocols/group.ts";
import type { Watch } from "../protocols/host.ts";
import type { ProtocolWorld } from "../protocols/world.ts";
import { Random } from "../random.ts";
import { Meter } from "./meter.ts";
import type { LabCell } from "./parameters.ts";
import { cutOff, kill } from "./troubles.ts";

/** What one run of one combination came to. Times are virtual. */
export interface Trial {
  /** From the start until the group had a leader; null when it never had. */
  readonly firstMs: number | null;
  /** From each time that its leader was lost until it had another one; null when it had none in time. What the end of the run cuts off is left out. */
  readonly nextMs: readonly (number | null)[];
  readonly messages: number;
  /** Messages from the start to the first leader, and from each loss to the next leader. */
  readonly electionMessages: readonly number[];
  /** While it had a leader and nothing was wrong: messages, and for how long. */
  readonly steadyMessages: number;
  readonly steadyMs: number;
  readonly leaderlessMs: number;
  readonly totalMs: number;
  readonly terms: number;
  readonly splitVotes: number;
  /** Longest time that two or more believed at once that they lead. */
  readonly overlapMs: number;
}

/** Who was lost comes back this long after the next leader is there, or has not come. */
const backMs = 1_000;
/** The plainest variant of every algorithm. */
export const labVariant = 0.99;

/** Which messages a group of the lab loses and how long they take. */
export function labWeather({ loss, delayMs }: Pick<LabCell, "loss" | "delayMs">) {
  return { minDelayMs: Math.ceil(delayMs / 4), maxDelayMs: delayMs, drop: loss, duplicate: 0, late: 0, lateMs: 0 };
}

interface Loss {
  readonly atMs: number;
  /** Still believes that it leads: another one has to come. */
  readonly stays: string | undefined;
  readonly messages: number;
  /** Takes back what made it. */
  heal: () => void;
}

/** Sees a run as it goes on. */
export interface TrialWatch<Node, Message, Durable> extends Watch<Node, Message, Durable> {
  /** Something was done to the group, in words. */
  troubled?(atMs: number, what: string): void;
}

/** Runs one combination from one seed: the same seed gives the same figures, whoever watches. */
export function runTrial<Config, Node, Message, Durable>(
  world: ProtocolWorld<Config, Node, Message, Durable>,
  cell: LabCell,
  seed: number,
  seconds: number,
  watch: TrialWatch<Node, Message, Durable> = {},
): Trial {
  const clock = new Clock(0);
  const random = new Random(seed);
  const members = namesOf(cell.members);
  const totalMs = seconds * 1_000;
  // A group is left alone for this long once it has a leader, before the next trouble; the beginning of that belongs to the election.
  const aloneMs = Math.max(4_000, 100 * cell.delayMs);
  const settleMs = aloneMs / 4;
  // Timeouts are some ten delays long everywhere; who has no leader by then does not get one.
  const giveUpMs = Math.max(10_000, 500 * cell.delayMs);
  const meter = new Meter(cell.members, 0);
  const counter: Watch<Node, Message, Durable> = {
    stepped: ({ agent, died, before, after, atMs }) => {
      if (!died && before !== after) meter.shows(agent, group.hosts.get(agent)?.view, atMs);
    },
    sent: ({ from, to }) => {
      if (from !== to) meter.messages++;
    },
    crashed: (agent, atMs) => meter.shows(agent, undefined, atMs),
  };
  const group = new Group(world, {
    clock,
    random: random.fork(),
    agents: members,
    members,
    liars: new Set(),
    options: { maxDelayMs: cell.delayMs, variant: labVariant },
    weather: labWeather(cell),
    watch: watchAll([counter, watch]),
    parsed: false,
    frozen: false,
    apartMs: 0,
  });
  let firstMs: number | null = null;
  const nextMs: (number | null)[] = [];
  const electionMessages: number[] = [];
  let steadyMessages = 0;
  let steadyMs = 0;
  /** The loss that waits for a leader. */
  let lost: Loss | undefined;

  const tell = (what: string) => watch.troubled?.(clock.nowMs, what);
  const leaveAlone = () => {
    clock.after(settleMs, () => {
      const before = meter.messages;
      clock.after(aloneMs - settleMs, () => {
        steadyMessages += meter.messages - before;
        steadyMs += aloneMs - settleMs;
        if (cell.trouble === "none") leaveAlone();
        else if (cell.trouble !== "churn") lose();
      });
    });
  };
  const lostNow = (stays: string | undefined): Loss => {
    lost = { atMs: clock.nowMs, stays, messages: meter.messages, heal: () => {} };
    return lost;
  };
  const lose = () => {
    const leader = meter.leader;
    if (leader === undefined) return clock.after(settleMs, lose);
    const loss = lostNow(cell.trouble === "partition" ? leader : undefined);
    loss.heal = cell.trouble === "partition" ? cutOff(group, leader, members, tell) : kill(group, leader, tell);
    clock.after(giveUpMs, () => {
      if (lost === loss) found(null);
    });
  };
  const found = (tookMs: number | null) => {
    if (lost === undefined) return;
    nextMs.push(tookMs);
    if (tookMs !== null) electionMessages.push(meter.messages - lost.messages);
    const { heal } = lost;
    lost = undefined;
    clock.after(backMs, () => {
      heal();
      if (cell.trouble !== "churn") leaveAlone();
    });
  };
  meter.onLeader = () => {
    const { leader } = meter;
    if (leader === undefined) return;
    if (firstMs === null) {
      firstMs = clock.nowMs;
      electionMessages.push(meter.messages);
      leaveAlone();
    }
    if (lost !== undefined && leader !== lost.stays) found(clock.nowMs - lost.atMs);
  };
  if (cell.trouble === "churn") churn();

  /** Somebody dies every two seconds and is back a second later. */
  function churn(): void {
    clock.after(2_000, () => {
      const agent = random.pick(members);
      if (agent === meter.leader && lost === undefined) lostNow(undefined);
      clock.after(1_000, kill(group, agent, tell));
      churn();
    });
  }

  group.start();
  while (clock.step(totalMs));
  meter.end(totalMs);
  const { messages, leaderlessMs, terms, splitVotes, overlapMs } = meter;
  return { firstMs, nextMs, messages, electionMessages, steadyMessages, steadyMs, leaderlessMs, totalMs, terms, splitVotes, overlapMs };
}
