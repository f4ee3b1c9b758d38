import type { ProtocolCheckerFactory } from "../../checker.ts";
import { begunBy, numbered } from "../numbered.ts";
import type { Leadership } from "../term.ts";
import type { BullyMessage } from "./messages.ts";
import type { BullyConfig, BullyNode } from "./node.ts";

type Factory = ProtocolCheckerFactory<BullyConfig, BullyNode, BullyMessage, Leadership>;

/** EL-35: only who is above leads, and nobody leads past somebody above who answered. */
const highest: Factory = (fail, { members }) => {
  /** Who above answered since the node last began to ask. */
  const answers = new Map<string, Set<string>>();
  return {
    stepped({ agent, before, after, input, outputs }) {
      const { leader } = after.known;
      if (after.phase === "follower" && leader !== null && leader <= agent) fail("EL-35", `${agent} follows ${leader}, who is not above it`);
      if (input.type === "message" && input.message.type === "answer" && input.from > agent && members.includes(input.from))
        answers.get(agent)?.add(input.from);
      if (after.phase === "follower") answers.delete(agent);
      if (after.phase === "asking" && after.alarm !== before?.alarm) answers.set(agent, new Set());
      if (begunBy(agent, outputs) === undefined) return;
      const [answered] = before?.phase === "coordinator" ? [] : (answers.get(agent) ?? []);
      if (answered !== undefined) fail("EL-35", `${agent} leads although ${answered} above it had answered`);
    },
    crashed: (agent) => void answers.delete(agent),
  };
};

export const bullyCheckers = { highest, numbered } satisfies Record<string, Factory>;
