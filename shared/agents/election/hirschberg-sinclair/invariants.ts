import type { ProtocolCheckerFactory } from "../../checker.ts";
import { numbered } from "../numbered.ts";
import type { RingMessage } from "../ring/messages.ts";
import type { RingConfig, RingNode } from "../ring/node.ts";
import type { Leadership } from "../term.ts";
import type { HirschbergSinclair } from "./machine.ts";

type Factory = ProtocolCheckerFactory<RingConfig, RingNode<HirschbergSinclair>, RingMessage, Leadership>;

/** EL-39: a probe begins with 2^phase hops, loses one at every member, and goes past nobody higher. */
const reach: Factory = (fail) => ({
  stepped({ agent, outputs, input }) {
    const came = input.type === "message" && input.message.type === "probe" ? input.message : undefined;
    for (const output of outputs) {
      if (output.type !== "send" || output.message.type !== "probe") continue;
      const { candidate, phase, hops } = output.message;
      if (candidate < agent) fail("EL-39", `${agent} passed on the probe of ${candidate}, which is lower`);
      if (hops > 2 ** phase) fail("EL-39", `a probe of phase ${phase} goes ${hops} places`);
      if (came?.candidate === candidate && candidate !== agent && hops !== came.hops - 1)
        fail("EL-39", `a probe with ${came.hops} hops left goes on with ${hops}`);
    }
  },
});

/** EL-39: the next phase begins only after both sides have replied to the last. */
const bothSides: Factory = (fail) => {
  const heard = new Map<string, Set<string>>();
  return {
    stepped({ agent, before, after, input }) {
      if (input.type === "message" && input.message.type === "reply" && input.message.candidate === agent) {
        const name = `${agent} ${input.message.round} ${input.message.phase}`;
        heard.set(name, (heard.get(name) ?? new Set()).add(input.message.side));
      }
      const phase = after.election?.phase ?? 0;
      if (phase === 0 || phase === before?.election?.phase || input.type === "timer") return;
      const sides = heard.get(`${agent} ${after.known.term} ${phase - 1}`)?.size ?? 0;
      if (sides < 2) fail("EL-39", `${agent} begins phase ${phase} after replies from ${sides} of 2 sides`);
    },
  };
};

export const hirschbergSinclairCheckers = { reach, bothSides, numbered } satisfies Record<string, Factory>;
