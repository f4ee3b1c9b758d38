import { Clock } from "../clock.ts";
import { Group, namesOf, watchAll } from "../protocols/group.ts";
import type { Watch } from "../protocols/host.ts";
import type { ProtocolWorld } from "../protocols/world.ts";
import { Random } from "../random.ts";
import { Meter } from "./meter.ts";
import { type LabCell, majorityOf } from "./parameters.ts";

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
/** The variant of every algorithm that is compared. */
const variant = 0.5;

/** Which messages a group of the lab loses and how long they take. */
export function labWeather({ loss, delayMs }: Pick<LabCell, "loss" | "delayMs">) {
  return { minDelayMs: Math.ceil(delayMs / 4), maxDelayMs: delayMs, drop: loss, duplicate: 0, late: 0, lateMs: 0 };
}

interface Loss {
  readonly atMs: number;
  /** Still believes that it leads: another one has to come. */
  readonly cutOff: string | undefined;
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
    stepped: ({ agent, died, atMs }) => {
      if (!died) meter.shows(agent, group.hosts.get(agent)?.view, atMs);
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
    options: { maxDelayMs: cell.delayMs, variant },
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
  /** Counts whatever makes a plan for later void: another leader, none, another trouble. */
  let turn = 0;

  const tell = (what: string) => watch.troubled?.(clock.nowMs, what);
  const later = (afterMs: number, go: () => void) => {
    const planned = turn;
    clock.after(afterMs, () => {
      if (planned === turn) go();
    });
  };
  const leaveAlone = () => {
    turn++;
    later(settleMs, () => {
      const before = meter.messages;
      later(aloneMs - settleMs, () => {
        steadyMessages += meter.messages - before;
        steadyMs += aloneMs - settleMs;
        if (cell.trouble === "none") leaveAlone();
        else if (cell.trouble !== "churn") lose();
      });
    });
  };
  const lose = () => {
    const leader = meter.leader;
    if (leader === undefined) return;
    turn++;
    const loss: Loss = { atMs: clock.nowMs, cutOff: cell.trouble === "partition" ? leader : undefined, messages: meter.messages, heal: () => {} };
    lost = loss;
    loss.heal = cell.trouble === "partition" ? partition(leader) : kill(leader);
    clock.after(giveUpMs, () => {
      if (lost === loss) found(null);
    });
  };
  const kill = (leader: string) => {
    tell(`${leader} dies`);
    group.hosts.get(leader)?.crash();
    return () => {
      tell(`${leader} comes back`);
      group.hosts.get(leader)?.restart();
    };
  };
  /** The leader, and as many others as leave a majority on the other side. */
  const partition = (leader: string) => {
    const others = members.filter((member) => member !== leader);
    const side = [leader, ...others.slice(0, cell.members - majorityOf(cell.members) - 1)];
    tell(`${side.join(", ")} cut off from the others`);
    group.network.partition = new Set(side);
    return () => {
      tell("the cut is healed");
      group.network.partition = undefined;
    };
  };
  const found = (tookMs: number | null) => {
    if (lost === undefined) return;
    nextMs.push(tookMs);
    if (tookMs !== null) electionMessages.push(meter.messages - lost.messages);
    const { heal } = lost;
    lost = undefined;
    clock.after(backMs, () => {
      heal();
      leaveAlone();
    });
  };
  meter.onLeader = () => {
    turn++;
    const { leader } = meter;
    if (leader === undefined) return;
    if (firstMs === null) {
      firstMs = clock.nowMs;
      electionMessages.push(meter.messages);
    }
    if (lost === undefined) leaveAlone();
    else if (leader !== lost.cutOff) found(clock.nowMs - lost.atMs);
  };
  if (cell.trouble === "churn") churn();

  /** Somebody dies every two seconds and is back a second later. */
  function churn(): void {
    clock.after(2_000, () => {
      const agent = random.pick(members);
      tell(`${agent} dies`);
      if (agent === meter.leader && lost === undefined) lost = { atMs: clock.nowMs, cutOff: undefined, messages: meter.messages, heal: () => {} };
      group.hosts.get(agent)?.crash();
      clock.after(1_000, () => {
        tell(`${agent} comes back`);
        group.hosts.get(agent)?.restart();
      });
      churn();
    });
  }

  group.start();
  while (clock.step(totalMs));
  meter.end(totalMs);
  const { messages, leaderlessMs, terms, splitVotes, overlapMs } = meter;
  return { firstMs, nextMs, messages, electionMessages, steadyMessages, steadyMs, leaderlessMs, totalMs, terms, splitVotes, overlapMs };
}
