import { z } from "zod";
import type { Machine } from "../../../agents/machine.ts";
import { rendezvousLeader } from "../../../model/index.ts";
import { plainView } from "./plain-view.ts";

export interface HashConfig {
  readonly members: readonly string[];
}

/**
 * A rule that everybody can work out: whose an operation is follows from its name and the members by rendezvous hashing. No
 * message, no time. It says who may, as long as all know the same members; it does not tell them what was done.
 */
export const hashRule: Machine<HashConfig, HashConfig, null> = {
  name: "hash rule",
  message: z.null(),
  durable: z.null(),
  start: (config) => ({ node: config, outputs: [] }),
  step(node, input) {
    if (input.type !== "ask" || input.ask.type !== "propose") return { node, outputs: [] };
    const { id } = input.ask;
    const members = node.members.map((agent) => ({ agent, weight: 1 }));
    return { node, outputs: [{ type: "answer", id, value: rendezvousLeader({ group: id, windowMs: 1 }, members, 0) ?? "nobody" }] };
  },
  view: ({ members }) => plainView("hash", members, null, "whose it is follows from its name"),
};
