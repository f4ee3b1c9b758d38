import { z } from "zod";
import { type NodeView, type RendezvousMember, rendezvousLeader, rendezvousWindow } from "../../../model/index.ts";
import type { Machine, Step as MachineStep } from "../../machine.ts";
import { plants } from "../../plants.ts";
import { refuse, sendAll, still } from "../step.ts";
import { presentIn, type RendezvousConfig, type RendezvousMessage, type RendezvousNode, rendezvousMessageSchema } from "./node.ts";

type Step = MachineStep<RendezvousNode, RendezvousMessage>;

/**
 * Leadership by rendezvous hashing (see `rendezvousLeader`): nobody asks anybody, each window of time has the leader that the
 * hash gives it. Sparse hellos only say who is there. It is as safe as the members' agreement on who they are and what time
 * it is: while that differs, two may lead in one window (EL-41). Use it to spread work, not to guard anything.
 */
export const rendezvous: Machine<RendezvousConfig, RendezvousNode, RendezvousMessage> = {
  name: "rendezvous",
  message: rendezvousMessageSchema,
  durable: z.null(),
  start(config, { nowMs }) {
    const node: RendezvousNode = { config, listensUntilMs: nowMs + config.listenMs, known: [], helloMs: nowMs, window: 0, leader: undefined };
    return hello(node, nowMs);
  },
  step(node, input) {
    switch (input.type) {
      case "message":
        return node.config.members.includes(input.from) && input.from !== node.config.agent
          ? heard(node, { agent: input.from, weight: input.message.weight }, input.nowMs)
          : still(node);
      case "timer":
        if (input.timer === "hello") return hello(node, input.nowMs);
        return input.timer === "window" ? look(node, input.nowMs) : still(node);
      case "ask":
        return refuse(node, input.ask, "who leads follows from who is there");
    }
  },
  view,
};

function hello(node: RendezvousNode, nowMs: number): Step {
  const { agent, members, weight, helloMs } = node.config;
  const others = members.filter((member) => member !== agent);
  const looked = look({ ...node, helloMs: nowMs + helloMs }, nowMs);
  return {
    node: looked.node,
    outputs: [...sendAll(others, { type: "hello", weight } as const), { type: "timer", timer: "hello", afterMs: helloMs }, ...looked.outputs],
  };
}

/** Who is new here is told at once who else is. */
function heard(node: RendezvousNode, from: RendezvousMember, nowMs: number): Step {
  const others = node.known.filter(({ agent }) => agent !== from.agent);
  const known = [...others, { ...from, heardMs: nowMs }].sort((a, b) => (a.agent < b.agent ? -1 : 1));
  const looked = look({ ...node, known }, nowMs);
  if (others.length < node.known.length) return looked;
  const greeting = { type: "send", to: from.agent, message: { type: "hello", weight: node.config.weight } } as const;
  return { node: looked.node, outputs: [greeting, ...looked.outputs] };
}

/** Forgets who is gone and finds the leader of this moment. Looks again when the window is over, or it has listened long enough. */
function look(node: RendezvousNode, nowMs: number): Step {
  const { config, listensUntilMs } = node;
  const known = plants.rendezvousGoneKept ? node.known : node.known.filter(({ heardMs }) => nowMs - heardMs < config.forgetMs);
  const { window, untilMs } = rendezvousWindow(nowMs, config.windowMs);
  const isListening = nowMs < listensUntilMs;
  const looked: RendezvousNode = { ...node, known, window, leader: undefined };
  const leader = isListening ? undefined : leaderAmong(config, presentIn(looked), nowMs);
  return {
    node: { ...looked, leader },
    outputs: [{ type: "timer", timer: "window", afterMs: (isListening ? Math.min(listensUntilMs, untilMs) : untilMs) - nowMs }],
  };
}

function leaderAmong(config: RendezvousConfig, members: readonly RendezvousMember[], nowMs: number): string | undefined {
  if (plants.rendezvousReshuffled) return members.map(({ agent }) => agent).sort()[rendezvousWindow(nowMs, config.windowMs).window % members.length];
  const weighed = plants.rendezvousWeightIgnored ? members.map(({ agent }) => ({ agent, weight: 1 })) : members;
  return rendezvousLeader(config, weighed, nowMs);
}

function view(node: RendezvousNode, nowMs: number): NodeView {
  const { config, known, window, leader, helloMs } = node;
  const present = presentIn(node);
  const because =
    leader === undefined
      ? "it has just come up and listens who is there"
      : `of ${present.length} that it knows of ${leader} has the highest hash in window ${window}`;
  return {
    protocol: "rendezvous",
    role: leader === config.agent ? "leader" : "follower",
    term: window,
    leader: leader ?? null,
    votedFor: null,
    votes: [],
    timer: { what: "hello", leftMs: Math.max(0, helloMs - nowMs), spanMs: config.helloMs },
    members: [config.agent, ...known.map(({ agent }) => agent)].sort(),
    because,
  };
}
