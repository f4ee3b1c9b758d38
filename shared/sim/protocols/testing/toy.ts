import { z } from "zod";
import type { Input, Machine, Moment, Output, Step } from "../../../agents/machine.ts";
import type { ProtocolWorld } from "../world.ts";

/** What can be wrong with a toy, and which rule has to show it. */
export const mistakes = {
  votesTwice: "EL-1",
  followsStrangers: "EL-1",
  showsOther: "EL-45",
  showsNoTimer: "EL-45",
  neverTries: "EL-46",
  restless: "EL-46",
  impure: "EL-47",
  mutates: "EL-47",
  throws: "EL-47",
  termFalls: "EL-48",
  sendsEarly: "EL-49",
  termForgotten: "EL-49",
} as const;

export type Mistake = keyof typeof mistakes;

const messageSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ask"), term: z.number().int().min(1) }),
  z.strictObject({ type: z.literal("vote"), term: z.number().int().min(1) }),
  z.strictObject({ type: z.literal("lead"), term: z.number().int().min(1) }),
]);
const durableSchema = z.strictObject({ term: z.number().int().min(0), votedFor: z.string().nullable() });

export type ToyMessage = z.infer<typeof messageSchema>;
export type ToyDurable = z.infer<typeof durableSchema>;

export interface ToyConfig {
  readonly agent: string;
  readonly members: readonly string[];
  readonly patienceMs: number;
}

export interface ToyNode {
  readonly config: ToyConfig;
  readonly term: number;
  readonly votedFor: string | null;
  readonly leader: string | null;
  readonly votes: readonly string[];
  /** By its own clock. */
  readonly untilMs: number;
  readonly spanMs: number;
}

type Outputs = Output<ToyMessage, ToyDurable>[];

/** The smallest election with durable votes: one vote a term, a majority leads and says so again and again. For the tests of the runner. */
export function toyMachine(mistake?: Mistake): Machine<ToyConfig, ToyNode, ToyMessage, ToyDurable> {
  let leaks = 0;

  const wait = (node: ToyNode, { nowMs, chance }: Moment): { node: ToyNode; outputs: Outputs } => {
    const { patienceMs } = node.config;
    const spanMs = node.leader === node.config.agent ? patienceMs / 5 : Math.ceil(patienceMs * (1 + 3 * chance));
    return { node: { ...node, untilMs: nowMs + spanMs, spanMs }, outputs: [{ type: "timer", timer: "patience", afterMs: spanMs }] };
  };
  const told = (node: ToyNode, message: ToyMessage): Outputs =>
    node.config.members.filter((member) => member !== node.config.agent).map((to) => ({ type: "send", to, message }));
  const kept = ({ term, votedFor }: ToyNode): Outputs => [{ type: "persist", durable: { term, votedFor } }];
  const after = (node: ToyNode, moment: Moment, outputs: Outputs): Step<ToyNode, ToyMessage, ToyDurable> => {
    const waiting = wait(node, moment);
    const early = mistake === "sendsEarly" ? [...outputs].sort((a, b) => Number(a.type === "persist") - Number(b.type === "persist")) : outputs;
    return { node: waiting.node, outputs: [...early, ...waiting.outputs] };
  };
  const lead = (node: ToyNode, moment: Moment, outputs: Outputs) =>
    after({ ...node, leader: node.config.agent }, moment, [...outputs, ...told(node, { type: "lead", term: node.term })]);
  const isWon = ({ votes, config }: ToyNode) => votes.length > config.members.length / 2;

  const timer = (node: ToyNode, moment: Moment) => {
    const { agent } = node.config;
    if (node.leader === agent && !(mistake === "restless" && moment.chance < 0.1)) return lead(node, moment, []);
    if (mistake === "neverTries") return after(node, moment, []);
    const candidate: ToyNode = { ...node, term: node.term + 1, votedFor: agent, leader: null, votes: [agent] };
    if (isWon(candidate)) return lead(candidate, moment, kept(candidate));
    return after(candidate, moment, [...kept(candidate), ...told(candidate, { type: "ask", term: candidate.term })]);
  };
  const message = (node: ToyNode, input: Input<ToyMessage> & { type: "message" }): Step<ToyNode, ToyMessage, ToyDurable> => {
    const { from, message: said } = input;
    if (!node.config.members.includes(from) && mistake !== "followsStrangers") return { node, outputs: [] };
    if (mistake === "throws" && said.term < node.term - 1) throw new Error("Nobody is that late.");
    if (said.term < node.term && !(mistake === "termFalls" && said.type === "lead")) return { node, outputs: [] };
    const isNewer = said.term !== node.term;
    const newer: ToyNode = isNewer ? { ...node, term: said.term, votedFor: null, leader: null, votes: [] } : node;
    const outputs: Outputs = isNewer ? kept(newer) : [];
    if (said.type === "lead") return after({ ...newer, leader: from }, input, outputs);
    if (said.type === "vote") {
      if (newer.votedFor !== node.config.agent || newer.leader !== null) return { node: newer, outputs };
      const counted = { ...newer, votes: [...new Set([...newer.votes, from])] };
      return isWon(counted) ? lead(counted, input, outputs) : { node: counted, outputs };
    }
    const grants = newer.votedFor === null || newer.votedFor === from || mistake === "votesTwice";
    if (!grants) return { node: newer, outputs };
    const voter = { ...newer, votedFor: from };
    return after(voter, input, [...kept(voter), { type: "send", to: from, message: { type: "vote", term: voter.term } }]);
  };

  return {
    name: "toy",
    message: messageSchema,
    durable: durableSchema,
    start(config, moment, durable) {
      const term = mistake === "termForgotten" ? 0 : (durable?.term ?? 0);
      return after({ config, term, votedFor: durable?.votedFor ?? null, leader: null, votes: [], untilMs: 0, spanMs: 1 }, moment, []);
    },
    step(node, input) {
      if (mistake === "mutates") (node.votes as string[]).sort();
      if (mistake === "impure") leaks++;
      if (input.type === "timer") return timer(node, mistake === "impure" ? { ...input, chance: (leaks % 10) / 10 } : input);
      if (input.type === "message") return message(node, input);
      return input.ask.type === "campaign" ? timer({ ...node, leader: null }, input) : { node, outputs: [] };
    },
    view({ config, term, votedFor, leader, votes, untilMs, spanMs }, nowMs) {
      const leads = leader === config.agent;
      const leftMs = Math.max(0, untilMs - nowMs);
      return {
        protocol: "toy",
        role: leads ? "leader" : votedFor === config.agent && leader === null ? "candidate" : "follower",
        term,
        leader: mistake === "showsOther" && leads ? (config.members.find((member) => member !== config.agent) ?? null) : leader,
        votedFor,
        votes: votes.map((from) => ({ from, granted: true })),
        timer: { what: "patience", leftMs: mistake === "showsNoTimer" ? leftMs + 50 : leftMs, spanMs },
        members: [...config.members],
        because: `in term ${term}`,
      };
    },
  };
}

/** A world for it, whose checker knows that a term has one leader at most. */
export function toyWorld(mistake?: Mistake): ProtocolWorld<ToyConfig, ToyNode, ToyMessage, ToyDurable> {
  return {
    name: "toy",
    machine: toyMachine(mistake),
    sizes: { low: 2, high: 6 },
    configOf: (agent, members, { maxDelayMs }) => ({ agent, members, patienceMs: 10 * maxDelayMs }),
    checkers: {
      "one leader": (fail) => {
        const leaders = new Map<number, string>();
        return {
          stepped({ agent, after, died }) {
            if (after.leader !== null && !after.config.members.includes(after.leader)) fail("EL-1", `${agent} follows ${after.leader}`);
            if (died || after.leader !== agent) return;
            const other = leaders.get(after.term);
            if (other !== undefined && other !== agent) fail("EL-1", `${agent} and ${other} both lead in term ${after.term}`);
            leaders.set(after.term, agent);
          },
        };
      },
    },
    workload: (random, { members, quiet }) => (quiet ? undefined : { agent: random.pick(members), ask: { type: "campaign" } }),
    boundMs: (members, { maxDelayMs }) => 100 * maxDelayMs * members,
  };
}
