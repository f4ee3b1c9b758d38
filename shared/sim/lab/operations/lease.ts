import { z } from "zod";
import type { Machine, Output } from "../../../agents/machine.ts";
import { plainView } from "./plain-view.ts";

const messageSchema = z.strictObject({ type: z.enum(["want", "done"]), id: z.string() });

type Message = z.infer<typeof messageSchema>;

export interface LeaseConfig {
  readonly agent: string;
  readonly members: readonly string[];
  /** Who leads, and has a lease that it renews in the background: what that costs is what its election shows. */
  readonly leader: string;
  readonly retryMs: number;
}

export interface Leased {
  readonly config: LeaseConfig;
  readonly under: ReadonlySet<string>;
}

/** One leader with a lease decides by itself: an operation costs a round trip to it, and nothing where it is the leader's own. */
export const leaderWithLease: Machine<LeaseConfig, Leased, Message> = {
  name: "leader with a lease",
  message: messageSchema,
  durable: z.null(),
  start: (config) => ({ node: { config, under: new Set() }, outputs: [] }),
  step(node, input) {
    const { agent, leader, retryMs } = node.config;
    const want = (id: string): Output<Message>[] => [
      { type: "send", to: leader, message: { type: "want", id } },
      { type: "timer", timer: id, afterMs: retryMs },
    ];
    if (input.type === "timer") return { node, outputs: node.under.has(input.timer) ? want(input.timer) : [] };
    if (input.type === "ask") {
      if (input.ask.type !== "propose") return { node, outputs: [] };
      const { id } = input.ask;
      if (agent === leader) return { node, outputs: [{ type: "answer", id, value: "done" }] };
      return { node: { ...node, under: new Set(node.under).add(id) }, outputs: want(id) };
    }
    const { type, id } = input.message;
    if (type === "want") return { node, outputs: agent === leader ? [{ type: "send", to: input.from, message: { type: "done", id } }] : [] };
    if (!node.under.has(id)) return { node, outputs: [] };
    const under = new Set(node.under);
    under.delete(id);
    const outputs: Output<Message>[] = [
      { type: "timer", timer: id, afterMs: null },
      { type: "answer", id, value: "done" },
    ];
    return { node: { ...node, under }, outputs };
  },
  view: ({ config }) => plainView("lease", config.members, config.leader, `${config.leader} leads by lease`),
};
