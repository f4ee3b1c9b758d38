import { z } from "zod";
import { agentIdSchema, durationMsSchema } from "./ids.ts";
import { limits } from "./limits.ts";

/** What a node of a protocol that agents run among themselves is at this moment (Raft's roles; the others use those they have). */
export const nodeRoleSchema = z.enum(["follower", "preCandidate", "candidate", "leader", "learner"]);

const indexSchema = z.number().int().min(0);
const membersSchema = z.array(agentIdSchema).max(limits.membersPerGroup);

/**
 * What a node shows of itself, the same for every protocol: what the panel draws, what the lab counts, what a live agent
 * tells. `role` leader means that the node believes it leads.
 */
export const nodeViewSchema = z.strictObject({
  /** Of which protocol, such as `raft`. */
  protocol: z.string().min(1).max(32),
  role: nodeRoleSchema,
  /** The term that it is in; the view number in PBFT, the window in rendezvous hashing. */
  term: indexSchema,
  /** Whom it takes for the leader of that term. */
  leader: agentIdSchema.nullable(),
  /** Whom it gave its vote in that term. */
  votedFor: agentIdSchema.nullable(),
  /** A candidate's: who has answered so far, and what. */
  votes: z.array(z.strictObject({ from: agentIdSchema, granted: z.boolean() })).max(limits.membersPerGroup),
  /** What it will do by itself when nothing happens before: drawn as a ring that closes. */
  timer: z.strictObject({ what: z.string().max(40), leftMs: durationMsSchema, spanMs: durationMsSchema }).optional(),
  /** Who takes part, as far as it knows; `joining` is the new configuration while a change of members is under way. */
  members: membersSchema,
  joining: membersSchema.optional(),
  log: z
    .strictObject({
      /** Index of the first entry that is not in a snapshot, of the last, and of the last that is known to be committed. */
      first: indexSchema,
      last: indexSchema,
      commit: indexSchema,
      /** The newest ones, oldest first. */
      entries: z.array(z.strictObject({ index: indexSchema, term: indexSchema, what: z.string().max(80) })).max(limits.entriesTold),
    })
    .optional(),
  /** Why it is where it is, in words: "3 of 5 voted for it in term 4". */
  because: z.string().max(limits.reasonLength),
});

export type NodeRole = z.infer<typeof nodeRoleSchema>;
export type NodeView = Readonly<z.infer<typeof nodeViewSchema>>;
