import type { ProtocolCheckerFactory } from "../../checker.ts";
import { begunBy, numbered } from "../numbered.ts";
import type { Leadership } from "../term.ts";
import type { ChangRoberts } from "./machine.ts";
import type { RingMessage } from "./messages.ts";
import type { RingConfig, RingNode } from "./node.ts";

type Factory = ProtocolCheckerFactory<RingConfig, RingNode<ChangRoberts>, RingMessage, Leadership>;

/** EL-38: nothing lower goes past a member, and what comes home ends there. */
const swallowed: Factory = (fail) => ({
  stepped({ agent, input, outputs }) {
    const came = input.type === "message" ? input.message : undefined;
    for (const output of outputs) {
      if (output.type !== "send") continue;
      const { message } = output;
      if (message.type === "election" && message.candidate < agent) fail("EL-38", `${agent} passed on ${message.candidate}, which is lower`);
      const isOwn = message.type === "election" && came?.type === "election" && message.candidate === agent && came.candidate === agent;
      if (isOwn) fail("EL-38", `${agent} passed on its own id, which had come home`);
      const tells = message.type === "elected" && message.leader === agent && came?.type === "elected";
      if (tells) fail("EL-38", `${agent} passed on its own election, which had come home`);
    }
  },
});

/** EL-38: the word of a leader goes on once at each node. */
const onceRound: Factory = (fail) => {
  const passed = new Set<string>();
  return {
    stepped({ agent, input, outputs }) {
      if (input.type !== "message") return;
      for (const output of outputs) {
        if (output.type !== "send" || output.message.type !== "elected" || begunBy(agent, outputs) !== undefined) continue;
        const name = `${agent} ${output.message.term}`;
        if (passed.has(name)) fail("EL-38", `${agent} passed on the election of ${output.message.leader} a second time`);
        passed.add(name);
      }
    },
  };
};

export const ringCheckers = { swallowed, onceRound, numbered } satisfies Record<string, Factory>;
