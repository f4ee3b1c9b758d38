import type { ProtocolCheckerFactory } from "../../checker.ts";
import type { Output } from "../../machine.ts";
import { type Leadership, mayFollowOn, noLeadership } from "../term.ts";
import type { BullyMessage } from "./messages.ts";
import type { BullyConfig, BullyNode } from "./node.ts";

type Factory = ProtocolCheckerFactory<BullyConfig, BullyNode, BullyMessage, Leadership>;

/** EL-35: only who is above leads, and nobody leads past somebody above who answered. */
const highest: Factory = (fail) => {
  /** Who above answered since the node last began to ask. */
  const answers = new Map<string, Set<string>>();
  return {
    stepped({ agent, before, after, input, outputs }) {
      const { leader } = after.accepted;
      if (after.phase === "follower" && leader !== null && leader <= agent) fail("EL-35", `${agent} follows ${leader}, who is not above it`);
      if (input.type === "message" && input.message.type === "answer" && input.from > agent) answers.get(agent)?.add(input.from);
      if (after.phase === "asking" && after.alarm !== before?.alarm) answers.set(agent, new Set());
      if (begunBy(agent, outputs) === undefined) return;
      const [answered] = before?.phase === "coordinator" ? [] : (answers.get(agent) ?? []);
      if (answered !== undefined) fail("EL-35", `${agent} leads although ${answered} above it had answered`);
    },
    crashed: (agent) => void answers.delete(agent),
  };
};

/** EL-36: numbers only rise, also over a crash, and no two ever lead under the same one. */
const numbered: Factory = (fail) => {
  const durable = new Map<string, Leadership>();
  const led = new Map<number, string>();
  return {
    stepped({ agent, after, outputs }) {
      const last = durable.get(agent) ?? noLeadership;
      if (!mayFollowOn(last, after.accepted)) fail("EL-36", `${agent} went from ${words(last)} to ${words(after.accepted)}`);
      const begun = begunBy(agent, outputs);
      if (begun !== undefined && begun.term <= last.term) fail("EL-36", `${words(begun)} begins after ${words(last)}`);
      if (begun !== undefined && (led.get(begun.term) ?? agent) !== agent) fail("EL-36", `${words(begun)} has the number of one of ${led.get(begun.term)}`);
      if (begun !== undefined) led.set(begun.term, agent);
      for (const output of outputs) if (output.type === "persist") durable.set(agent, output.durable);
    },
  };
};

export const bullyCheckers = { highest, numbered } satisfies Record<string, Factory>;

/** The coordinatorship of its own that a node begins with these outputs. */
function begunBy(agent: string, outputs: readonly Output<BullyMessage, Leadership>[]): Leadership | undefined {
  return outputs.flatMap((output) => (output.type === "persist" && output.durable.leader === agent ? [output.durable] : []))[0];
}

const words = ({ term, leader }: Leadership) => `coordinatorship ${term} of ${leader ?? "nobody"}`;
