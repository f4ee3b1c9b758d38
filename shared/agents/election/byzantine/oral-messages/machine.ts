import { z } from "zod";
import type { NodeView } from "../../../../model/index.ts";
import type { Input, Machine, Step as MachineStep } from "../../../machine.ts";
import { alarmView, arm } from "../../alarm.ts";
import { andThen, refuse, sendAll, still } from "../../step.ts";
import { decide, roundsOf } from "./majority.ts";
import { commanderOf, type OralConfig, type OralMessage, type OralNode, oralMessageSchema, orderKey } from "./node.ts";

type Step = MachineStep<OralNode, OralMessage>;

/**
 * The oral messages OM(m) of Lamport, Shostak and Pease, "The Byzantine generals problem", ACM TOPLAS, 1982. In each epoch
 * another member commands and says who shall lead; the lieutenants tell each other what they heard, over m + 1 rounds, and
 * take the majority of majorities. Of more than 3m members up to m may lie: those who do not lie all decide the same, and
 * what an honest commander said (EL-42). With a third or more they need not, and no protocol without signatures could do it.
 *
 * It is synchronous: a message that does not come in its round was not sent, so a member that is slow or cut off counts as
 * one who lies. Nothing is kept over a crash; who comes back takes part from the next epoch on.
 */
export const oralMessages: Machine<OralConfig, OralNode, OralMessage> = {
  name: "oral-messages",
  message: oralMessageSchema,
  durable: z.null(),
  start(config, { nowMs }) {
    const epoch = epochAt(config, nowMs) + 1;
    const node: OralNode = { config, epoch, choice: config.agent, orders: new Map(), decided: undefined, alarm: undefined };
    return wait(node, "epoch", epoch * config.epochMs, nowMs);
  },
  step(node, input) {
    switch (input.type) {
      case "message":
        return heard(node, input);
      case "timer":
        if (node.alarm?.what !== input.timer) return still(node);
        return input.timer === "epoch" ? begin(node, input.nowMs) : conclude(node, input.nowMs);
      case "ask":
        if (input.ask.type !== "transfer") return refuse(node, input.ask, "oral messages only agree on who leads");
        return still(node.config.members.includes(input.ask.to) ? { ...node, choice: input.ask.to } : node);
    }
  },
  view,
};

const epochAt = ({ epochMs }: OralConfig, nowMs: number) => Math.floor(nowMs / epochMs);

/** A new epoch: what is left of the last is forgotten, and whose turn it is commands. */
function begin(node: OralNode, nowMs: number): Step {
  const { config, choice } = node;
  const epoch = epochAt(config, nowMs);
  const orders = new Map([...node.orders].filter(([key]) => Number(key.split(" ")[0]) >= epoch));
  const commands = commanderOf(config, epoch) === config.agent;
  const begun: OralNode = { ...node, epoch, orders };
  return andThen(commands ? tell(begun, epoch, [], choice) : still(begun), (next) =>
    wait(next, "decide", epoch * config.epochMs + roundsOf(config) * config.roundMs, nowMs),
  );
}

/** Keeps what it was told along a path, or chose itself, and tells it to all who are not on the path. */
function tell(node: OralNode, epoch: number, path: readonly string[], value: string | null): Step {
  const { config } = node;
  const on = [...path, config.agent];
  const others = config.members.filter((member) => !on.includes(member));
  const kept: OralNode = { ...node, orders: new Map([...node.orders, [orderKey(epoch, path), value]]) };
  return { node: kept, outputs: path.length < roundsOf(config) ? sendAll(others, { type: "order", epoch, path: on, value }) : [] };
}

function conclude(node: OralNode, nowMs: number): Step {
  const { config, epoch } = node;
  const decided = { epoch, leader: decide(node, epoch) };
  return wait({ ...node, decided }, "epoch", (Math.max(epochAt(config, nowMs), epoch) + 1) * config.epochMs, nowMs);
}

/** Only what comes along a path for the first time, and in time, counts. */
function heard(node: OralNode, { from, message, nowMs }: Extract<Input<OralMessage>, { type: "message" }>): Step {
  const { config } = node;
  const { epoch, path, value } = message;
  const key = orderKey(epoch, path);
  const untilMs = epoch * config.epochMs + path.length * config.roundMs;
  const inTime = epoch >= node.epoch && epoch <= epochAt(config, nowMs) + 1 && nowMs < untilMs;
  if (!inTime || path.at(-1) !== from || !isPath(config, epoch, path) || node.orders.has(key)) return still(node);
  return tell(node, epoch, path, value !== null && config.members.includes(value) ? value : null);
}

/** From the commander over lieutenants that are each named once, this node not among them. */
function isPath(config: OralConfig, epoch: number, path: readonly string[]): boolean {
  const isKnown = path.every((member) => config.members.includes(member) && member !== config.agent);
  return isKnown && path[0] === commanderOf(config, epoch) && new Set(path).size === path.length && path.length <= roundsOf(config);
}

function wait(node: OralNode, what: string, dueMs: number, nowMs: number): Step {
  const { alarm, outputs } = arm(node.alarm, what, Math.max(0, dueMs - nowMs), nowMs);
  return { node: { ...node, alarm }, outputs };
}

function view({ config, decided, alarm }: OralNode, nowMs: number): NodeView {
  const leader = decided?.leader ?? null;
  return {
    protocol: "oral-messages",
    role: leader === config.agent ? "leader" : "follower",
    term: decided?.epoch ?? 0,
    leader,
    votedFor: null,
    votes: [],
    timer: alarmView(alarm, nowMs),
    members: [...config.members],
    because: reason(config, decided),
  };
}

function reason(config: OralConfig, decided: OralNode["decided"]): string {
  if (decided === undefined) return "it takes part from the next epoch on";
  const commander = commanderOf(config, decided.epoch);
  if (decided.leader === null) return `no majority says the same of what ${commander} chose for epoch ${decided.epoch}`;
  return `a majority says that ${commander} chose ${decided.leader} for epoch ${decided.epoch}`;
}
