import type { ProtocolCheckerFactory } from "../../../checker.ts";
import type { RaftConfig } from "../config.ts";
import type { Durable, Message } from "../messages.ts";
import type { RaftNode } from "../node.ts";
import { Elections } from "./elections.ts";
import { Facts } from "./facts.ts";
import { Logs } from "./logs.ts";
import { Members } from "./members.ts";
import { Proposals } from "./proposals.ts";
import { Reads } from "./reads.ts";

/**
 * Watches a whole group for EL-20 to EL-34 and EL-50 to EL-52: the properties of the paper (figure 3) and of Ongaro's TLA+
 * model, and what pre-vote, check-quorum, joint consensus, snapshots, reads, transfers and proposals to followers promise.
 * Majorities, promises and what is durable are reckoned anew from what was sent and persisted.
 */
export const raftInvariants: ProtocolCheckerFactory<RaftConfig, RaftNode, Message, Durable> = (fail, cast) => {
  const facts = new Facts(cast);
  const elections = new Elections(facts, fail);
  const logs = new Logs(facts, fail);
  const proposals = new Proposals(facts, fail);
  const later = [new Members(facts, fail), new Reads(facts, fail), proposals];
  return {
    stepped(seen) {
      if (cast.liars.has(seen.agent)) return;
      elections.stepped(seen);
      facts.stepped(seen);
      logs.stepped(seen);
      for (const part of later) part.stepped(seen);
    },
    crashed(agent) {
      facts.nodes.delete(agent);
      proposals.crashed(agent);
    },
    healed: (atMs) => proposals.healed(atMs),
    done(atMs) {
      logs.done(atMs);
      proposals.done(atMs);
    },
  };
};
