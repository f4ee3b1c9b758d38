import { z } from "zod";
import { agentIdSchema, resourceSchema, sessionIdSchema, timeMsSchema } from "./ids.ts";
import { automaticSchema, policySchema, victimRuleSchema } from "./resources.ts";

/** What kind of waiting an edge of the wait-for graph is. The last four an agent declares; no lock shows them. */
export const edgeKindSchema = z.enum(["lock", "semaphore", "queue", "session", "message", "task", "approval"]);

/** A wait that no lock shows: an agent says that it waits for others to do something. */
export const declaredWaitSchema = z.strictObject({
  declared: z.string(),
  session: sessionIdSchema,
  agent: agentIdSchema,
  kind: z.enum(["session", "message", "task", "approval"]),
  /** Agents, here or not. Empty for somebody outside the fleet, such as a person. */
  on: z.array(agentIdSchema).max(64),
  /** How many of them it takes. */
  need: z.number().int().min(0).max(64),
  what: z.string(),
  sinceMs: timeMsSchema,
});

/** One step of a deadlock's cycle: this session needs something of the next. */
export const cycleStepSchema = z.strictObject({
  session: sessionIdSchema,
  agent: agentIdSchema,
  kind: edgeKindSchema,
  /** What it waits for; of a declared wait, what it said. */
  resource: z.string(),
  request: z.number().int().optional(),
  declared: z.string().optional(),
  on: sessionIdSchema,
  onAgent: agentIdSchema,
  sinceMs: timeMsSchema,
});

/** A member of the cycle and what it would lose as the victim. */
export const victimCandidateSchema = z.strictObject({
  session: sessionIdSchema,
  agent: agentIdSchema,
  /** The request that would be refused. */
  request: z.number().int(),
  priority: z.number().int(),
  /** Since when it has been at its present piece of work; survives being a victim. */
  sinceMs: timeMsSchema,
  locks: z.number().int(),
  heldMs: timeMsSchema,
  /** How many others could go on. */
  frees: z.number().int(),
  /** Why it is never chosen by itself. */
  spared: z.enum(["oldest", "oftenVictim"]).optional(),
});

/** What is, or in shadow would be, done about it. */
export const resolutionSchema = z.strictObject({
  act: z.enum(["reorder", "abort", "none"]),
  session: sessionIdSchema.optional(),
  agent: agentIdSchema.optional(),
  request: z.number().int().optional(),
  /** Reorder: the request that it goes before. */
  before: z.number().int().optional(),
  why: z.string(),
});

export const deadlockSchema = z.strictObject({
  deadlock: z.string(),
  cycle: z.array(cycleStepSchema).min(1),
  /** Everyone who cannot go on, the first hundred. */
  members: z.array(agentIdSchema),
  resource: z.union([resourceSchema, z.literal("")]),
  sinceMs: timeMsSchema,
  policy: policySchema,
  victim: victimRuleSchema,
  automatic: automaticSchema,
  candidates: z.array(victimCandidateSchema),
  plan: resolutionSchema,
});

/** A session's present piece of work: from its first lock or request until it has neither. */
export const workSchema = z.strictObject({
  session: sessionIdSchema,
  sinceMs: timeMsSchema,
  /** How often in a row it was the victim. */
  aborts: z.number().int().min(0),
  /** What it was refused as the victim and has not got since. */
  abortedFor: resourceSchema.optional(),
  abortedMs: timeMsSchema.optional(),
});

export type EdgeKind = z.infer<typeof edgeKindSchema>;
export type DeclaredWait = Readonly<z.infer<typeof declaredWaitSchema>>;
export type CycleStep = z.infer<typeof cycleStepSchema>;
export type VictimCandidate = z.infer<typeof victimCandidateSchema>;
export type Resolution = z.infer<typeof resolutionSchema>;
export type DeadlockRecord = Readonly<z.infer<typeof deadlockSchema>>;
export type Work = Readonly<z.infer<typeof workSchema>>;
