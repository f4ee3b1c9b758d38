import { z } from "zod";
import { agentIdSchema, fenceSchema, resourceSchema, timeMsSchema } from "./ids.ts";
import { lockModeSchema } from "./resources.ts";

/** One thing that stands before a request. Also the edges of the wait-for graph. */
export const blockerSchema = z.discriminatedUnion("kind", [
  /** Somebody holds a lock that does not go together with it, or too many units. */
  z.strictObject({
    kind: z.literal("holder"),
    agent: agentIdSchema,
    resource: resourceSchema,
    mode: lockModeSchema,
    fence: fenceSchema,
    sinceMs: timeMsSchema,
  }),
  /** Somebody is before it in the queue and wants what does not go together with it. */
  z.strictObject({
    kind: z.literal("queue"),
    agent: agentIdSchema,
    resource: resourceSchema,
    mode: lockModeSchema,
    request: z.number().int(),
    sinceMs: timeMsSchema,
  }),
  z.strictObject({ kind: z.literal("lockDelay"), resource: resourceSchema, fence: fenceSchema, untilMs: timeMsSchema }),
  z.strictObject({ kind: z.literal("frozen"), resource: resourceSchema, by: z.string(), reason: z.string(), sinceMs: timeMsSchema }),
]);

/** Why two plans, or a plan and what is there now, do not go together. */
export const conflictSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("intent"),
    intent: z.string(),
    agent: agentIdSchema,
    resource: resourceSchema,
    startMs: timeMsSchema,
    endMs: timeMsSchema,
    committed: z.boolean(),
    reason: z.string(),
  }),
  z.strictObject({ kind: z.literal("holder"), agent: agentIdSchema, resource: resourceSchema, fence: fenceSchema, sinceMs: timeMsSchema }),
  z.strictObject({ kind: z.literal("waiter"), agent: agentIdSchema, resource: resourceSchema, request: z.number().int(), sinceMs: timeMsSchema }),
]);

export type Blocker = z.infer<typeof blockerSchema>;
export type Conflict = z.infer<typeof conflictSchema>;
