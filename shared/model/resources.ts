import { z } from "zod";
import { durationMsSchema, reasonSchema, resourceSchema, timeMsSchema } from "./ids.ts";
import { limits } from "./limits.ts";

/** What an agent asks for. Intention modes on ancestors are derived, never asked for. */
export const lockModeSchema = z.enum(["shared", "exclusive"]);

/** A session's mode on one node of the tree, its own locks and those below taken together (Gray 1976). */
export const effectiveModeSchema = z.enum(["IS", "IX", "S", "SIX", "X"]);

/** How strictly a resource is coordinated. `convention` and `consensus` have their room here but no engine yet. */
export const levelSchema = z.enum(["none", "advisory", "optimistic", "sequenced"]);

/**
 * What is done about deadlocks. `detect`: found when it forms, one member gives way. `woundWait`: an older one that waits
 * for a younger one makes it give way as soon as that one waits too. `waitDie`: a younger one may not wait for an older
 * one. (Rosenkrantz, Stearns, Lewis 1978.) `ordered`: nobody may ask for what comes before what it holds, by name.
 * `timeout`: nothing but the deadline of the wait. `manual`: an operator picks.
 */
export const policySchema = z.enum(["detect", "woundWait", "waitDie", "ordered", "timeout", "manual"]);
export const victimRuleSchema = z.enum(["youngest", "lowestPriority", "leastWork", "fewestLocks", "mostReleased"]);
/** Whether the engine acts by itself: never, only says what it would do, in one of four cases, always. */
export const automaticSchema = z.enum(["off", "shadow", "canary", "live"]);

/** One resource of a request. `weight` counts units of a semaphore; on a mutex it is 1. */
export const wantSchema = z.strictObject({
  resource: resourceSchema,
  mode: lockModeSchema.default("exclusive"),
  weight: z.number().int().min(1).max(limits.capacity).default(1),
});

/** Settings of the resources that a pattern matches. A field left out keeps what earlier rules say. */
export const settingsSchema = z.strictObject({
  level: levelSchema.optional(),
  /** 1 is a mutex, n a semaphore with n units. A semaphore has no parts below it. */
  capacity: z.number().int().min(1).max(limits.capacity).optional(),
  /** How long nobody is granted after an expiry or a forced release; a guarded resource needs none. */
  lockDelayMs: durationMsSchema.optional(),
  /** A guard checks fences before every write to the resource. */
  guarded: z.boolean().optional(),
  /** A step of priority is worth this much waiting. */
  agingStepMs: z.number().int().min(1).max(limits.durationMs).optional(),
  /** Longest hold; the lock is revoked after it. */
  maxHoldMs: z.number().int().min(1).max(limits.durationMs).optional(),
  /** What is done about deadlocks among waits for it. */
  policy: policySchema.optional(),
  victim: victimRuleSchema.optional(),
  automatic: automaticSchema.optional(),
  /** Longest wait of a request that names no deadline itself: what `timeout` goes by. */
  waitLimitMs: z.number().int().min(1).max(limits.durationMs).optional(),
  /** A holder is at least as urgent as the most urgent one who waits for it, wherever it waits itself. */
  inherit: z.boolean().optional(),
});

export const ruleSchema = z.strictObject({
  pattern: resourceSchema,
  settings: settingsSchema,
  by: z.string(),
  reason: reasonSchema,
  atMs: timeMsSchema,
});

export const freezeSchema = z.strictObject({
  resource: resourceSchema,
  by: z.string(),
  reason: reasonSchema,
  atMs: timeMsSchema,
});

export type LockMode = z.infer<typeof lockModeSchema>;
export type EffectiveMode = z.infer<typeof effectiveModeSchema>;
export type Policy = z.infer<typeof policySchema>;
export type VictimRule = z.infer<typeof victimRuleSchema>;
export type Automatic = z.infer<typeof automaticSchema>;
export type Level = z.infer<typeof levelSchema>;
export type Want = z.infer<typeof wantSchema>;
export type Settings = z.infer<typeof settingsSchema>;
export type Rule = z.infer<typeof ruleSchema>;
export type Freeze = z.infer<typeof freezeSchema>;

/** Settings with every field decided: what holds for one resource. The two limits stay open: most have none. */
export type ResolvedSettings = Required<Omit<Settings, "maxHoldMs" | "waitLimitMs">> & Pick<Settings, "maxHoldMs" | "waitLimitMs">;

export const defaultSettings: ResolvedSettings = {
  level: "sequenced",
  capacity: 1,
  lockDelayMs: 5_000,
  guarded: false,
  agingStepMs: 10_000,
  policy: "detect",
  victim: "youngest",
  automatic: "live",
  inherit: false,
};
