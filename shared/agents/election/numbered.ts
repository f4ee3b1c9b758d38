import type { ProtocolCheckerFactory } from "../checker.ts";
import type { Output } from "../machine.ts";
import { type Leadership, mayFollowOn, noLeadership } from "./term.ts";

/** EL-36: the numbers that a node knows only rise, also over a crash, and no two members ever lead under the same one. */
export const numbered: ProtocolCheckerFactory<unknown, { readonly known: Leadership }, unknown, Leadership> = (fail, { liars }) => {
  const durable = new Map<string, Leadership>();
  const led = new Map<number, string>();
  return {
    stepped({ agent, after, outputs }) {
      if (liars.has(agent)) return;
      const last = durable.get(agent) ?? noLeadership;
      if (!mayFollowOn(last, after.known)) fail("EL-36", `${agent} went from ${words(last)} to ${words(after.known)}`);
      for (const output of outputs) if (output.type === "persist") durable.set(agent, output.durable);
      const begun = begunBy(agent, outputs);
      if (begun === undefined) return;
      if (begun.term <= last.term) fail("EL-36", `${words(begun)} begins after ${words(last)}`);
      const other = led.get(begun.term) ?? agent;
      if (other !== agent) fail("EL-36", `${words(begun)} has the number of ${other}'s`);
      led.set(begun.term, agent);
    },
  };
};

/** The leadership of its own that a node begins with these outputs. */
export function begunBy(agent: string, outputs: readonly Output<unknown, Leadership>[]): Leadership | undefined {
  return outputs.flatMap((output) => (output.type === "persist" && output.durable.leader === agent ? [output.durable] : []))[0];
}

const words = ({ term, leader }: Leadership) => `leadership ${term} of ${leader ?? "nobody"}`;
