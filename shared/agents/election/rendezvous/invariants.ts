import { rendezvousLeader } from "../../../model/index.ts";
import type { ProtocolCheckerFactory } from "../../checker.ts";
import { presentIn, type RendezvousConfig, type RendezvousMessage, type RendezvousNode } from "./node.ts";

type Factory = ProtocolCheckerFactory<RendezvousConfig, RendezvousNode, RendezvousMessage>;

/** EL-40: the leader is the one of those that it knows whom the hash names, so a joiner or leaver moves only its own windows. */
const asHashed: Factory = (fail) => ({
  stepped({ agent, before, after }) {
    const { config, window, leader } = after;
    if (leader === undefined) return;
    const named = rendezvousLeader(config, presentIn(after), window * config.windowMs);
    if (named !== leader) fail("EL-40", `${agent} takes ${leader} for the leader of window ${window}; the hash names ${named}`);
    if (before?.leader === undefined || before.window !== window || before.leader === leader) return;
    const names = (node: RendezvousNode) => presentIn(node).map((member) => member.agent);
    const isJoiner = !names(before).includes(leader);
    const isLeft = !names(after).includes(before.leader);
    if (!isJoiner && !isLeft) fail("EL-40", `${agent} moved window ${window} from ${before.leader} to ${leader}, and neither came nor went`);
  },
});

/** EL-41: who knows the same in the same window follows the same, and who is gone is forgotten. */
const asFarAsTheyAgree: Factory = (fail) => {
  const nodes = new Map<string, RendezvousNode>();
  return {
    stepped({ agent, before, after, input }) {
      if (before === after) return;
      nodes.set(agent, after);
      for (const { agent: other, heardMs } of after.known) {
        if (input.nowMs - heardMs >= after.config.forgetMs) fail("EL-41", `${agent} has not heard of ${other} for ${input.nowMs - heardMs} ms and counts it`);
      }
      for (const [other, node] of nodes) {
        if (node.leader === undefined || after.leader === undefined || node.leader === after.leader || node.window !== after.window) continue;
        if (known(node) === known(after)) fail("EL-41", `${agent} and ${other} both know ${known(after)}, and follow ${after.leader} and ${node.leader}`);
      }
    },
    crashed: (agent) => void nodes.delete(agent),
  };
};

export const rendezvousCheckers = { asHashed, asFarAsTheyAgree } satisfies Record<string, Factory>;

const known = (node: RendezvousNode) =>
  presentIn(node)
    .map(({ agent, weight }) => `${agent}:${weight}`)
    .sort()
    .join(" ");
