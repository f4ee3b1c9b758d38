import { z } from "zod";
import { agentIdSchema, reasonSchema, resourceSchema, sessionIdSchema, timeMsSchema } from "./ids.ts";
import { limits } from "./limits.ts";

/** What a detector may come to think. Deadlocks are not among them: those are known, not suspected. */
export const findingKindSchema = z.enum(["livelock", "starvation", "convoy", "staleHolder", "priorityInversion", "lockOrder", "splitBrain"]);

/** One act of a loop that repeats. */
export const loopActSchema = z.strictObject({
  agent: agentIdSchema,
  act: z.enum(["took", "asked", "wasRefused", "gaveUp", "gaveBack", "handedOn", "announced", "withdrew"]),
  resource: z.string(),
  atMs: timeMsSchema,
});

/** How somebody once came to want `next` while it had `first`. Two such histories that cross are a deadlock to come. */
export const lockOrderSchema = z.strictObject({
  agent: agentIdSchema,
  first: resourceSchema,
  next: resourceSchema,
  /** Not seen, but announced by this intent. */
  intent: z.string().optional(),
  atMs: timeMsSchema,
});

/** What would set it free, or did. */
export const findingPlanSchema = z.strictObject({
  act: z.enum(["favour", "forceRelease", "inherit", "order", "raise", "look", "depose"]),
  agent: agentIdSchema.optional(),
  resource: z.string().optional(),
  why: z.string(),
});

export const verdictSchema = z.enum(["agree", "notAnIssue"]);

/** Something that a detector thinks a person should know, with the signals that led to it. */
export const findingSchema = z.strictObject({
  /** The same as long as it is the same thing: kind and subjects. */
  finding: z.string().min(1).max(300),
  kind: findingKindSchema,
  /** The first of them is the one it is most about. */
  agents: z.array(agentIdSchema).max(limits.findingSubjects),
  resources: z.array(resourceSchema).max(limits.findingSubjects),
  /** Why we think so, signal by signal. */
  because: z.array(z.string()).max(16),
  sinceMs: timeMsSchema,
  /** Livelock: the acts that repeat, oldest first. */
  loop: z.array(loopActSchema).max(limits.loopActs).optional(),
  /** Lock order: the histories that cross. */
  orders: z.array(lockOrderSchema).max(8).optional(),
  plan: findingPlanSchema.optional(),
  /** What a person said of it. */
  judged: z.strictObject({ verdict: verdictSchema, by: z.string(), atMs: timeMsSchema }).optional(),
});

/** Findings of a kind about what a pattern matches notify nobody. */
export const muteSchema = z.strictObject({
  kind: findingKindSchema,
  pattern: resourceSchema,
  by: z.string(),
  reason: reasonSchema,
  atMs: timeMsSchema,
});

/** Somebody who goes first for a while, so that a livelock ends: the others were told to stand back. */
export const favourSchema = z.strictObject({
  /** The livelock that it ended. */
  finding: z.string(),
  agent: agentIdSchema,
  resources: z.array(resourceSchema),
  untilMs: timeMsSchema,
  /** How often in a row this livelock had to be ended: each time for longer. */
  attempt: z.number().int().min(1),
});

/** Who stands back, and for how long: never all of them alike. */
export const backOffSchema = z.strictObject({ session: sessionIdSchema, agent: agentIdSchema, ms: timeMsSchema });

/** How often people agreed with a kind of finding, and how often it was no issue. */
export const judgedCountsSchema = z.partialRecord(findingKindSchema, z.strictObject({ agree: z.number().int(), notAnIssue: z.number().int() }));

export type FindingKind = z.infer<typeof findingKindSchema>;
export type LoopAct = z.infer<typeof loopActSchema>;
export type LockOrder = z.infer<typeof lockOrderSchema>;
export type FindingPlan = z.infer<typeof findingPlanSchema>;
export type Verdict = z.infer<typeof verdictSchema>;
export type Finding = Readonly<z.infer<typeof findingSchema>>;
export type Mute = Readonly<z.infer<typeof muteSchema>>;
export type Favour = Readonly<z.infer<typeof favourSchema>>;
export type BackOff = z.infer<typeof backOffSchema>;
export type JudgedCounts = Readonly<z.infer<typeof judgedCountsSchema>>;
