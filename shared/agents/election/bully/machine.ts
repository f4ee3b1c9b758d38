import type { Input, Machine, Step as MachineStep } from "../../machine.ts";
import { plants } from "../../plants.ts";
import { arm } from "../alarm.ts";
import { andThen, keptFirst, refuse, sendAll, still } from "../step.ts";
import { know, type Leadership, leadershipSchema, mayFollowOn, nextTerm, noLeadership } from "../term.ts";
import { type BullyMessage, bullyMessageSchema } from "./messages.ts";
import { type BullyConfig, type BullyNode, type BullyPhase, higherThan, lowerThan, othersOf } from "./node.ts";
import { bullyView } from "./view.ts";

type Step = MachineStep<BullyNode, BullyMessage, Leadership>;

/**
 * The bully algorithm: Garcia-Molina, "Elections in a distributed computing system", IEEE Transactions on Computers, 1982,
 * in the form in which it is taught (election, answer, coordinator), with heartbeats to notice that the coordinator failed.
 * The highest member that is there leads; one that comes back takes over.
 *
 * It assumes synchrony: messages arrive within the configured times, and who is silent has failed. As long as that is so, at
 * most one leads once an election is over (EL-37). When it is not, as in a split or while a coordinator is paused, there may
 * be a coordinator on each side: plain bully does not prevent that. Every coordinatorship therefore has a number; a node
 * accepts none that is earlier than the last it accepted (EL-36), and when the sides meet, the highest member takes a
 * number above all that it hears of. Use Raft where two leaders do harm.
 */
export const bully: Machine<BullyConfig, BullyNode, BullyMessage, Leadership> = {
  name: "bully",
  message: bullyMessageSchema,
  durable: leadershipSchema,
  start(config, { nowMs }, known = noLeadership) {
    const node: BullyNode = { config, phase: "starting", known, answered: [], alarm: undefined, because: "it has just come up and listens" };
    return wait(node, "starting", "start", config.answerMs, nowMs);
  },
  step(node, input) {
    switch (input.type) {
      case "message":
        return node.config.members.includes(input.from) && input.from !== node.config.agent ? keptFirst(heard(node, input)) : still(node);
      case "timer":
        return node.alarm?.what === input.timer ? keptFirst(timerOver(node, input.nowMs)) : still(node);
      case "ask":
        return input.ask.type === "campaign"
          ? keptFirst(campaign(node, input.nowMs, "it was told to"))
          : refuse(node, input.ask, "the bully algorithm only elects");
    }
  },
  view: bullyView,
};

function timerOver(node: BullyNode, nowMs: number): Step {
  switch (node.phase) {
    case "starting":
      return campaign(node, nowMs, "it has just come up");
    case "follower": {
      const { leader } = node.known;
      return campaign(node, nowMs, `${leader ?? "who led"} was silent for ${node.config.timeoutMs} ms`, leader);
    }
    case "asking":
      return lead(node, nowMs, `nobody above it answered within ${node.config.answerMs} ms`);
    case "waiting":
      return campaign(node, nowMs, `${node.answered.join(", ")} answered and did not come to lead`);
    case "coordinator":
      return beat(node, nowMs);
  }
}

/** Asks those above whether they are there, but for the one whose silence is the reason. */
function campaign(node: BullyNode, nowMs: number, why: string, silent?: string | null): Step {
  const above = higherThan(node.config).filter((member) => member !== silent);
  if (above.length === 0) return lead(node, nowMs, `${why}, and nobody else is above it`);
  const asked: BullyNode = { ...node, answered: [], because: `it asks ${count(above.length, "member")} above it: ${why}` };
  return andThen({ node: asked, outputs: sendAll(above, { type: "election", term: node.known.term }) }, (next) =>
    wait(next, "asking", "answer", node.config.answerMs, nowMs),
  );
}

/** A new coordinatorship, above all that it has heard of. Those below are told; those above did not answer. */
function lead(node: BullyNode, nowMs: number, why: string): Step {
  const { agent, members, heartbeatMs } = node.config;
  const term = plants.bullyNumberReused ? node.known.term : nextTerm(members, agent, node.known.term);
  const kept = know<BullyNode, BullyMessage>({ ...node, because: `it leads: ${why}` }, { term, leader: agent });
  const told = andThen(kept, (next) => ({ node: next, outputs: sendAll(lowerThan(next.config), { type: "coordinator", term }) }));
  return andThen(told, (next) => wait(next, "coordinator", "heartbeat", heartbeatMs, nowMs));
}

function beat(node: BullyNode, nowMs: number): Step {
  return andThen({ node, outputs: sendAll(othersOf(node.config), { type: "heartbeat", term: node.known.term }) }, (next) =>
    wait(next, "coordinator", "heartbeat", node.config.heartbeatMs, nowMs),
  );
}

function heard(node: BullyNode, { from, message, nowMs }: Extract<Input<BullyMessage>, { type: "message" }>): Step {
  const { term } = message;
  const isAbove = plants.bullyLowestWins ? from < node.config.agent : from > node.config.agent;
  const leads = message.type === "coordinator" || message.type === "heartbeat";
  if (leads && (isAbove || plants.bullyReturnerYields)) return ledBy(node, { term, leader: from }, nowMs);
  const aware = term > node.known.term ? know<BullyNode, BullyMessage>(node, { term, leader: null }) : still<BullyNode, BullyMessage, Leadership>(node);
  return andThen(aware, (next) => {
    if (leads) return assert(next, from, term, nowMs, `${from} leads from below it`);
    if (!isAbove) return message.type === "election" ? asked(next, from, term, nowMs) : still(next);
    if (next.phase === "coordinator" && next.known.leader === null) return campaign(next, nowMs, `${from} knows of a higher number`);
    return message.type === "answer" ? answered(next, from, nowMs) : still(next);
  });
}

/** Somebody below looks for a coordinator: it is there, and sees to it that there is one. */
function asked(node: BullyNode, from: string, term: number, nowMs: number): Step {
  const answer: Step = { node, outputs: [{ type: "send", to: from, message: { type: "answer", term: node.known.term } }] };
  return andThen(answer, (next) => assert(next, from, term, nowMs, `${from} looks for a coordinator`));
}

function answered(node: BullyNode, from: string, nowMs: number): Step {
  if (node.phase !== "asking" && node.phase !== "waiting") return still(node);
  if (node.answered.includes(from) || plants.bullyAnswerIgnored) return still(node);
  const names = [...node.answered, from];
  const next = { ...node, answered: names, because: `it waits for ${names.join(", ")} above it to lead` };
  return node.phase === "waiting" ? still(next) : wait(next, "waiting", "coordinator", node.config.coordinatorMs, nowMs);
}

/** Sees to it that `below` follows somebody above: by a word when it leads under a number that is not known there yet, else anew. */
function assert(node: BullyNode, below: string, term: number, nowMs: number, why: string): Step {
  if (node.phase === "asking" || node.phase === "waiting") return still(node);
  if (node.phase !== "coordinator") return campaign(node, nowMs, why);
  if (term >= node.known.term || node.known.leader === null) return lead(node, nowMs, why);
  return { node, outputs: [{ type: "send", to: below, message: { type: "coordinator", term: node.known.term } }] };
}

/** Somebody above leads. One who leads under a number that is out of date is asked, so that it takes a newer one. */
function ledBy(node: BullyNode, leadership: Leadership, nowMs: number): Step {
  const { leader } = leadership;
  const isLate = leadership.term < node.known.term && leader === node.known.leader;
  if (leader === null || (isLate && !plants.bullyStaleAccepted)) return still(node);
  if (!mayFollowOn(node.known, leadership) && !plants.bullyStaleAccepted) {
    return { node, outputs: [{ type: "send", to: leader, message: { type: "election", term: node.known.term } }] };
  }
  const following = know<BullyNode, BullyMessage>({ ...node, answered: [], because: `${leader} leads: it is above, and said so` }, leadership);
  return andThen(following, (next) => wait(next, "follower", "silence", node.config.timeoutMs, nowMs));
}

function wait(node: BullyNode, phase: BullyPhase, what: string, spanMs: number, nowMs: number): Step {
  const { alarm, outputs } = arm(node.alarm, what, spanMs, nowMs);
  return { node: { ...node, phase, alarm }, outputs };
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? "" : "s"}`;
