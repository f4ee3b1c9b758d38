import { z } from "zod";
import {
  type agentCommandSchema,
  agentIdSchema,
  answerSchema,
  ballotEndWhySchema,
  ballotSchema,
  commandIdSchema,
  conflictSchema,
  durationMsSchema,
  errorSchema,
  fenceSchema,
  groupSchema,
  intentSchema,
  leaderEndWhySchema,
  leaderSchema,
  limits,
  lockSchema,
  principalSchema,
  releaseWhySchema,
  resourceSchema,
  sessionEndWhySchema,
  sessionIdSchema,
  termSchema,
  timeMsSchema,
  waitSchema,
} from "../model/index.ts";

/** Namespace `/agents`: what an agent and the server say to each other. */

/** Socket.IO `auth` of the connection. */
export const handshakeSchema = z.object({
  protocol: z.number().int(),
  space: z.string().min(1).max(64).default("main"),
  token: z.string().max(512).optional(),
  /** Who is accountable, where the server asks for no token; with a token the token decides. */
  principal: principalSchema.optional(),
});

/** First message of a new session. `resumeKey` is the agent's own secret; only its hash is kept. */
export const joinSchema = z.strictObject({
  agent: agentIdSchema,
  roles: z.array(z.string().min(1).max(64)).max(limits.rolesPerSession).default([]),
  labels: z
    .record(z.string().min(1).max(64), z.string().max(256))
    .default({})
    .refine((labels) => Object.keys(labels).length <= limits.labelsPerSession, `at most ${limits.labelsPerSession} labels`),
  ttlMs: z.number().int().min(limits.ttlMinMs).max(limits.ttlMaxMs).default(15_000),
  resumeKey: z.string().min(16).max(128),
  replace: z.boolean().default(false),
});

/** First message after a lost connection. */
export const resumeSchema = z.strictObject({ session: sessionIdSchema, resumeKey: z.string().min(16).max(128) });

/** A group in which a session campaigns, or of which it is told who leads. */
export const groupHoldingSchema = z.strictObject({
  group: groupSchema,
  campaigns: z.boolean(),
  observes: z.boolean(),
  leader: leaderSchema.nullable(),
  /** Open now: those of its electorate are asked who are neither among `yes` nor `no`. */
  ballot: ballotSchema.optional(),
});

/** What a session has at this moment: the truth that a client reconciles with after a join or a resume. */
export const holdingsSchema = z.strictObject({
  session: sessionIdSchema,
  agent: agentIdSchema,
  space: z.string(),
  protocol: z.number().int(),
  ttlMs: timeMsSchema,
  serverMs: timeMsSchema,
  locks: z.array(lockSchema),
  waits: z.array(waitSchema),
  intents: z.array(intentSchema),
  groups: z.array(groupHoldingSchema),
});

export const joinAnswerSchema = z.union([
  z.strictObject({ ok: z.literal(true), holdings: holdingsSchema }),
  z.strictObject({ ok: z.literal(false), error: errorSchema }),
]);

/** Commands issued together; each gets its own answer, in the same order. One malformed command does not spoil the others. */
export const commandsSchema = z.array(z.unknown()).min(1).max(limits.commandsPerBatch);
export const answersSchema = z.array(answerSchema);

/** Renews the session's lease and everything it holds. Counted from when it was sent, not from when it was answered. */
export const heartbeatSchema = z.strictObject({});
export const heartbeatAnswerSchema = z.union([
  z.strictObject({ ok: z.literal(true), ttlMs: timeMsSchema, serverMs: timeMsSchema }),
  z.strictObject({ ok: z.literal(false), error: errorSchema }),
]);

/** What the server tells a session unasked, always after it is durable. */
export const noticeSchema = z.discriminatedUnion("type", [
  /** A queued request was granted; its locks. */
  z.strictObject({ type: z.literal("granted"), command: commandIdSchema, locks: z.array(lockSchema) }),
  /** An upgrade that had to wait is through. */
  z.strictObject({ type: z.literal("upgraded"), command: commandIdSchema, fence: fenceSchema, newFence: fenceSchema }),
  /** A queued request ended without a grant. */
  z.strictObject({ type: z.literal("dequeued"), command: commandIdSchema, why: z.string() }),
  /** A lock was taken away: stop writing. */
  z.strictObject({
    type: z.literal("revoked"),
    resource: resourceSchema,
    fence: fenceSchema,
    why: releaseWhySchema,
    by: z.string().optional(),
    reason: z.string().optional(),
  }),
  /** A lock was handed over to this session. */
  z.strictObject({ type: z.literal("received"), lock: lockSchema, from: agentIdSchema }),
  /** Somebody announced or took what does not go together with an intent, a lock or a wait of this session. */
  z.strictObject({
    type: z.literal("conflict"),
    about: z.enum(["intent", "lock", "wait"]),
    /** The intent's id, the lock's fence, or the id of the command that waits. */
    subject: z.string(),
    conflict: conflictSchema,
  }),
  z.strictObject({ type: z.literal("intentEnded"), intent: z.string(), why: z.string() }),
  /** Another leader, or none: for candidates, observers, whoever leads now and whoever led. `ended` says how that ended. */
  z.strictObject({
    type: z.literal("leader"),
    group: groupSchema,
    leader: leaderSchema.nullable(),
    ended: z
      .strictObject({
        session: sessionIdSchema,
        agent: agentIdSchema,
        term: termSchema,
        why: leaderEndWhySchema,
        by: z.string().optional(),
        reason: z.string().optional(),
      })
      .optional(),
  }),
  /** The leader said what its followers are to know. */
  z.strictObject({ type: z.literal("proclaimed"), group: groupSchema, term: termSchema, value: z.string() }),
  /** Members that campaign or observe are asked to confirm a leader; who is among `yes` or `no` has answered. */
  z.strictObject({ type: z.literal("ballot"), group: groupSchema, ballot: ballotSchema }),
  /** A ballot is over and brought no leader: for candidates and observers. Where somebody leads already, it leads on. */
  z.strictObject({ type: z.literal("ballotEnded"), group: groupSchema, agent: agentIdSchema, why: ballotEndWhySchema }),
  /** This session campaigns no more, though it did not resign. */
  z.strictObject({
    type: z.literal("candidacyEnded"),
    group: groupSchema,
    why: z.enum(["blocked", "ineligible"]),
    by: z.string().optional(),
    reason: z.string().optional(),
  }),
  /** What another agent says to this one. */
  z.strictObject({ type: z.literal("message"), group: groupSchema, from: agentIdSchema, kind: z.string(), body: z.string() }),
  /** A drill: from now on reckon as if your clock ran so many times as fast as it does; 1 ends it. */
  z.strictObject({ type: z.literal("clock"), rate: z.number().min(1).max(2) }),
  /** A drill: reckon as if your time of day had been set ahead by so much just now. */
  z.strictObject({ type: z.literal("clockJump"), byMs: durationMsSchema.max(60_000) }),
  /**
   * This session and others keep each other from getting anywhere: ask for none of these for so long, and wait for nothing
   * with one of them in your hands, so that one of you gets through.
   */
  z.strictObject({ type: z.literal("backOff"), ms: durationMsSchema, resources: z.array(resourceSchema).max(limits.findingSubjects), because: z.string() }),
  /** The session is over; nothing is held any more. */
  z.strictObject({ type: z.literal("ended"), why: sessionEndWhySchema, reason: z.string().optional() }),
]);
export const noticesSchema = z.array(noticeSchema);

export type Handshake = z.infer<typeof handshakeSchema>;
export type Join = z.input<typeof joinSchema>;
export type Resume = z.infer<typeof resumeSchema>;
export type Holdings = z.infer<typeof holdingsSchema>;
export type GroupHolding = z.infer<typeof groupHoldingSchema>;
export type JoinAnswer = z.infer<typeof joinAnswerSchema>;
export type HeartbeatAnswer = z.infer<typeof heartbeatAnswerSchema>;
export type Notice = z.infer<typeof noticeSchema>;
/** A command as a client may write it: with defaults left out. */
export type AgentCommandInput = z.input<typeof agentCommandSchema>;
