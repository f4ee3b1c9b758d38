import { z } from "zod";
import type { Machine, Output } from "../../../agents/machine.ts";
import { majorityOf } from "../parameters.ts";
import { plainView } from "./plain-view.ts";

const messageSchema = z.strictObject({ type: z.enum(["ask", "vote"]), id: z.string(), asker: z.string() });

type Message = z.infer<typeof messageSchema>;

export interface VoterConfig {
  readonly agent: string;
  readonly members: readonly string[];
  /** Asks again after this long without a majority. */
  readonly retryMs: number;
}

export interface Voter {
  readonly config: VoterConfig;
  /** Of its own operations that are under way: who voted for each so far. */
  readonly votes: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * A vote on every operation: who wants it asks everybody, everybody tells everybody its vote, and it is done once a majority
 * has voted. No leader, and as many messages as there are pairs. Nobody votes against: it is the cheapest that such a round can be.
 */
export const voteOnEach: Machine<VoterConfig, Voter, Message> = {
  name: "vote on every operation",
  message: messageSchema,
  durable: z.null(),
  start: (config) => ({ node: { config, votes: new Map() }, outputs: [] }),
  step(node, input) {
    const { agent, members } = node.config;
    const ask = (id: string): Output<Message>[] => [
      ...members.filter((member) => member !== agent).map((to) => ({ type: "send" as const, to, message: { type: "ask" as const, id, asker: agent } })),
      { type: "timer", timer: id, afterMs: node.config.retryMs },
    ];
    const voted = (id: string, from: string) => {
      const votes = new Set(node.votes.get(id)).add(from);
      if (votes.size < majorityOf(members.length)) return { node: { ...node, votes: new Map(node.votes).set(id, votes) }, outputs: [] };
      const left = new Map(node.votes);
      left.delete(id);
      const outputs: Output<Message>[] = [
        { type: "timer", timer: id, afterMs: null },
        { type: "answer", id, value: "done" },
      ];
      return { node: { ...node, votes: left }, outputs };
    };
    if (input.type === "timer") return { node, outputs: node.votes.has(input.timer) ? ask(input.timer) : [] };
    if (input.type === "ask") {
      if (input.ask.type !== "propose") return { node, outputs: [] };
      const asked = voted(input.ask.id, agent);
      return { node: asked.node, outputs: [...ask(input.ask.id), ...asked.outputs] };
    }
    const { type, id, asker } = input.message;
    if (type === "vote") return asker === agent && node.votes.has(id) ? voted(id, input.from) : { node, outputs: [] };
    const outputs = members.filter((member) => member !== agent).map((to) => ({ type: "send" as const, to, message: { type: "vote" as const, id, asker } }));
    return { node, outputs };
  },
  view: ({ config }) => plainView("vote", config.members, null, "everybody votes on every operation"),
};
