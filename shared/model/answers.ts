import { z } from "zod";
import { blockerSchema, conflictSchema } from "./blockers.ts";
import { leaderSchema } from "./elections.ts";
import { agentIdSchema, commandIdSchema, durationMsSchema, fenceSchema, resourceSchema, versionNumberSchema } from "./ids.ts";
import { levelSchema } from "./resources.ts";

/** Why a command was refused. Programs switch on `code`; `message` says what is wrong and what to do. */
export const errorCodeSchema = z.enum([
  /** Malformed: `field` names where. */
  "invalid",
  /** No such command or message. */
  "unknown",
  "unauthorized",
  "noSession",
  "agentPresent",
  /** Try-acquire found it taken; `blockers` say by whom. */
  "busy",
  /** It would wait in a ring, and this one gives way: release what you hold, then try again. */
  "deadlock",
  /** The lock is not the sender's, or its fence is not the current one: nothing was changed. */
  "notHolder",
  /** The sender does not lead, or not in that term: nothing was changed. */
  "notLeader",
  "notFound",
  "conflict",
  "limit",
  "unsupported",
  /** The space is stopped or overloaded; try later. */
  "unavailable",
  "protocol",
]);

export const errorSchema = z.strictObject({
  code: errorCodeSchema,
  message: z.string(),
  field: z.string().optional(),
  blockers: z.array(blockerSchema).optional(),
  conflicts: z.array(conflictSchema).optional(),
  /** `limit` and `unavailable`: when it is worth trying again, from now. */
  retryMs: durationMsSchema.optional(),
});

/** A lock as its holder gets to know it. At level `none` nothing is recorded and there is no fence. */
export const grantSchema = z.strictObject({
  resource: resourceSchema,
  fence: fenceSchema.nullable(),
  level: levelSchema,
  guarded: z.boolean(),
  holdUntilMs: z.number().optional(),
  version: versionNumberSchema.optional(),
});

/** What a command came to. */
export const resultSchema = z.discriminatedUnion("status", [
  z.strictObject({ status: z.literal("done") }),
  z.strictObject({ status: z.literal("granted"), locks: z.array(grantSchema), conflicts: z.array(conflictSchema).optional() }),
  /** It waits as this request; a notice follows. */
  z.strictObject({ status: z.literal("queued"), request: z.number().int(), blockers: z.array(blockerSchema) }),
  z.strictObject({ status: z.literal("announced"), intent: z.string(), conflicts: z.array(conflictSchema) }),
  z.strictObject({ status: z.literal("checked"), conflicts: z.array(conflictSchema) }),
  /** Optimistic, first to write: this is the version now. */
  z.strictObject({ status: z.literal("written"), version: versionNumberSchema }),
  /** Optimistic, too late: the winner's version stands; undo or redo your work. */
  z.strictObject({ status: z.literal("compensate"), current: versionNumberSchema, winner: agentIdSchema }),
  z.strictObject({ status: z.literal("declared"), declared: z.string() }),
  /** It campaigns, or observes: this is who leads now. */
  z.strictObject({ status: z.literal("leads"), leader: leaderSchema.nullable() }),
  /** The fence of a lock after an upgrade or a transfer. */
  z.strictObject({ status: z.literal("fenced"), fence: fenceSchema }),
]);

export const answerSchema = z.union([
  z.strictObject({ id: commandIdSchema, ok: z.literal(true), result: resultSchema }),
  z.strictObject({ id: z.string(), ok: z.literal(false), error: errorSchema }),
]);

export type ErrorCode = z.infer<typeof errorCodeSchema>;
export type CommandError = z.infer<typeof errorSchema>;
export type Grant = z.infer<typeof grantSchema>;
export type Result = z.infer<typeof resultSchema>;
export type Answer = z.infer<typeof answerSchema>;
