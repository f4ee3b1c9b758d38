import type { z } from "zod";
import type { Input, Machine, Step as MachineStep } from "../../machine.ts";
import { plants } from "../../plants.ts";
import { arm } from "../alarm.ts";
import { andThen, keptFirst, refuse, still } from "../step.ts";
import { know, type Leadership, leadershipSchema, mayFollowOn, nextTerm, noLeadership } from "../term.ts";
import { type Handed, hand, hopTimer, noHops, passOver, taken } from "./hops.ts";
import type { Body, ElectionBody, RingMessage, Side } from "./messages.ts";
import type { RingConfig, RingNode, RingProtocol, Standing, Verdict } from "./node.ts";
import { ringView } from "./view.ts";

/**
 * What elections on a ring have in common. Everything goes from neighbour to neighbour; who does not take it within `ackMs`
 * is passed over, so that the ring closes around those that are silent. Who wins takes a number of its own above all that it
 * heard of and tells everybody with `elected`; its heartbeats go round, and who misses them begins an election under a new
 * number. The textbook's protocols assume that nobody fails and nothing is lost: acks, heartbeats and numbers are ours.
 *
 * They assume synchrony, as bully does: each part of a ring that is split has a leader of its own, under different numbers
 * (EL-37). When the parts meet the higher number stays.
 */
export function ringMachine<Election extends Standing>(
  name: string,
  message: z.ZodType<RingMessage>,
  protocol: RingProtocol<Election>,
): Machine<RingConfig, RingNode<Election>, RingMessage, Leadership> {
  type Node = RingNode<Election>;
  type Step = MachineStep<Node, RingMessage, Leadership>;

  function begin(node: Node, nowMs: number, why: string): Step {
    const round = node.known.term + 1;
    const verdict = protocol.begin(node.config.agent, round);
    return obey(node, round, { ...verdict, because: `${verdict.because}: ${why}` }, nowMs);
  }

  /** Goes on in the election of that number, or enters it. */
  function obey(node: Node, round: number, { election, sends, won, because }: Verdict<Election>, nowMs: number): Step {
    const isIn = node.election !== undefined && node.known.term === round;
    const taking = know<Node, RingMessage>({ ...node, phase: "candidate", election, because }, { term: round, leader: null });
    if (won) return andThen(taking, (next) => lead(next, nowMs, because));
    const waiting = isIn ? taking : andThen(taking, (next) => wait(next, "election", node.config.electionMs, nowMs));
    return sends.reduce((step, { side, body }) => andThen(step, (next) => pass(next, side, body, nowMs)), waiting);
  }

  function lead(node: Node, nowMs: number, why: string): Step {
    const { agent, members, heartbeatMs } = node.config;
    const leadership = { term: nextTerm(members, agent, node.known.term), leader: agent };
    const kept = know<Node, RingMessage>({ ...node, phase: "leader", beat: 0, election: undefined, because: `it leads: ${why}` }, leadership);
    const told = andThen(kept, (next) => pass(next, "next", { type: "elected", ...leadership }, nowMs));
    return andThen(told, (next) => wait(next, "heartbeat", heartbeatMs, nowMs));
  }

  function beat(node: Node, nowMs: number): Step {
    const { agent, heartbeatMs } = node.config;
    const next = node.beat + 1;
    const sent = pass({ ...node, beat: next }, "next", { type: "heartbeat", term: node.known.term, leader: agent, beat: next }, nowMs);
    return andThen(sent, (after) => wait(after, "heartbeat", heartbeatMs, nowMs));
  }

  /** A message has come, from a neighbour or all the way round. */
  function take(node: Node, body: Body, nowMs: number): Step {
    return body.type === "elected" || body.type === "heartbeat" ? ledBy(node, body, nowMs) : vote(node, body, nowMs);
  }

  function vote(node: Node, body: ElectionBody, nowMs: number): Step {
    const { round } = body;
    const isOver = round < node.known.term || (round === node.known.term && node.election === undefined);
    if (isOver) return still(node);
    const verdict = protocol.take(node.config.agent, round === node.known.term ? node.election : undefined, body);
    return verdict === undefined ? still(node) : obey(node, round, verdict, nowMs);
  }

  /** A leader's word goes on once, as long as it is news, and ends where it began. */
  function ledBy(node: Node, body: Extract<Body, { leader: string }>, nowMs: number): Step {
    const { term, leader } = body;
    const comesHome = leader === node.config.agent && !plants.ringElectedGoesOn;
    if (comesHome || !mayFollowOn(node.known, { term, leader }) || !node.config.members.includes(leader)) return still(node);
    const isNews = term > node.known.term || node.known.leader === null || (body.type === "heartbeat" && body.beat > node.beat);
    if (!isNews && !plants.ringElectedGoesOn) return still(node);
    const because = `${leader} leads: it was elected, and the word came round`;
    const beat = body.type === "heartbeat" ? body.beat : 0;
    const kept = know<Node, RingMessage>({ ...node, phase: "follower", beat, election: undefined, because }, { term, leader });
    const told = andThen(kept, (next) => pass(next, "next", body, nowMs));
    return andThen(told, (next) => wait(next, "silence", node.config.timeoutMs, nowMs));
  }

  function pass(node: Node, side: Side, body: Body, nowMs: number): Step {
    return handed(node, hand(node.config, node.hops, side, body, nowMs), nowMs);
  }

  /** What has come back to this node past everybody else is taken like anything that comes in. */
  function handed(node: Node, { hops, outputs, back }: Handed, nowMs: number): Step {
    const first: Step = { node: { ...node, hops }, outputs };
    return back.reduce((step, body) => andThen(step, (next) => take(next, body, nowMs)), first);
  }

  function wait(node: Node, what: string, spanMs: number, nowMs: number): Step {
    const { alarm, outputs } = arm(node.alarm, what, spanMs, nowMs);
    return { node: { ...node, alarm }, outputs };
  }

  function received(node: Node, { from, message: { hop, ...body }, nowMs }: Extract<Input<RingMessage>, { type: "message" }>): Step {
    if (body.type === "ack") return handed(node, taken(node.hops, from, hop), nowMs);
    const acknowledged: Step = { node, outputs: [{ type: "send", to: from, message: { type: "ack", hop } }] };
    return andThen(acknowledged, (next) => take(next, body as Body, nowMs));
  }

  function timerOver(node: Node, nowMs: number): Step {
    switch (node.phase) {
      case "follower":
        return begin(node, nowMs, `no word of a leader came for ${node.config.timeoutMs} ms`);
      case "candidate":
        return begin(node, nowMs, `nobody had won after ${node.config.electionMs} ms`);
      case "leader":
        return beat(node, nowMs);
    }
  }

  return {
    name,
    message,
    durable: leadershipSchema,
    start(config, { nowMs }, known = noLeadership) {
      const because = "it listens whether there is a leader";
      const node: Node = { config, phase: "follower", known, beat: 0, election: undefined, hops: noHops, alarm: undefined, because };
      return wait(node, "silence", config.timeoutMs, nowMs);
    },
    step(node, input) {
      switch (input.type) {
        case "message":
          return node.config.members.includes(input.from) && input.from !== node.config.agent ? keptFirst(received(node, input)) : still(node);
        case "timer":
          if (input.timer === hopTimer) return keptFirst(handed(node, passOver(node.config, node.hops, input.nowMs), input.nowMs));
          return node.alarm?.what === input.timer ? keptFirst(timerOver(node, input.nowMs)) : still(node);
        case "ask":
          return input.ask.type === "campaign" ? keptFirst(begin(node, input.nowMs, "it was told to")) : refuse(node, input.ask, "a ring only elects");
      }
    },
    view: (node, nowMs) => ringView(name, node, nowMs),
  };
}
