import { z } from "zod";
import { declaredSchema } from "./commands.ts";
import { agentIdSchema, commandIdSchema, fenceSchema, principalSchema, resourceSchema, sessionIdSchema, timeMsSchema, versionNumberSchema } from "./ids.ts";
import { levelSchema, lockModeSchema, wantSchema } from "./resources.ts";

/**
 * What the state is made of. A record is never changed in place: `evolve` puts a new one in its stead, so two looks at
 * the same id are equal by reference exactly when nothing changed.
 */

export const sessionSchema = z.strictObject({
  session: sessionIdSchema,
  agent: agentIdSchema,
  principal: principalSchema,
  roles: z.array(z.string()),
  labels: z.record(z.string(), z.string()),
  ttlMs: timeMsSchema,
  resumeHash: z.string(),
  joinedMs: timeMsSchema,
  connected: z.boolean(),
  /** Since when `connected` is what it is. */
  connectedMs: timeMsSchema,
  state: declaredSchema,
  doing: z.string(),
  /** Since when `state` and `doing` are what they are. */
  declaredMs: timeMsSchema,
  progress: z.number().int().min(0),
  /** When progress last rose; the join when it never did. */
  progressMs: timeMsSchema,
});

/** A granted lock. Its fence is its name: no two locks of a space ever have the same. */
export const lockSchema = z.strictObject({
  fence: fenceSchema,
  resource: resourceSchema,
  mode: lockModeSchema,
  weight: z.number().int().min(1),
  level: levelSchema,
  guarded: z.boolean(),
  session: sessionIdSchema,
  agent: agentIdSchema,
  /** The acquire command that asked for it. */
  command: commandIdSchema,
  reason: z.string(),
  grantedMs: timeMsSchema,
  waitedMs: timeMsSchema,
  /** How often its holder took it: re-entrance counts up, release counts down. */
  holds: z.number().int().min(1),
  holdUntilMs: timeMsSchema.optional(),
  /** Optimistic level only: the version its holder read. */
  version: versionNumberSchema.optional(),
  /** Set once it ended badly: it blocks everyone until its lock-delay is over. */
  coolingUntilMs: timeMsSchema.optional(),
});

/** A request in the queue. Smaller `rank` goes first, then smaller request number. */
export const waitSchema = z.strictObject({
  request: z.number().int().min(1),
  session: sessionIdSchema,
  agent: agentIdSchema,
  command: commandIdSchema,
  wants: z.array(wantSchema),
  priority: z.number().int(),
  /** queuedMs - priority * agingStepMs: waiting and priority in one number, so an order once set never turns. */
  rank: z.number(),
  queuedMs: timeMsSchema,
  deadlineMs: timeMsSchema.optional(),
  holdMs: timeMsSchema.optional(),
  reason: z.string(),
  /** How often another was put before it to break a deadlock. */
  passed: z.number().int().min(0).optional(),
  /** The shared lock that this request would turn exclusive; it goes before all that hold nothing. */
  upgradeOf: fenceSchema.optional(),
});

export const intentSchema = z.strictObject({
  intent: z.string(),
  session: sessionIdSchema,
  agent: agentIdSchema,
  uses: z.array(wantSchema),
  startMs: timeMsSchema,
  endMs: timeMsSchema,
  reason: z.string(),
  announcedMs: timeMsSchema,
  committed: z.boolean(),
});

/** Last committed version of an optimistic resource. */
export const versionSchema = z.strictObject({
  resource: resourceSchema,
  version: versionNumberSchema,
  agent: agentIdSchema,
  atMs: timeMsSchema,
});

export type Session = Readonly<z.infer<typeof sessionSchema>>;
export type Lock = Readonly<z.infer<typeof lockSchema>>;
export type Wait = Readonly<z.infer<typeof waitSchema>>;
export type Intent = Readonly<z.infer<typeof intentSchema>>;
export type Version = Readonly<z.infer<typeof versionSchema>>;
