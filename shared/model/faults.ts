import { z } from "zod";
import { durationMsSchema, reasonSchema, timeMsSchema } from "./ids.ts";

/**
 * Failures that can be injected into a live fleet and into a simulated one, each bounded in time. Those of the disk and of
 * named points inside the server are injected by the crash tests and the simulator only.
 */
export const faultKindSchema = z.enum([
  /** The process dies and stays away. */
  "crash",
  /** It stands still, and goes on as if nothing had been. */
  "pause",
  /** Everything to and from it takes `delayMs` longer. */
  "slow",
  /** Nothing comes through any more: both ways, only to the server, only from it. */
  "cut",
  "cutIn",
  "cutOut",
  /** Each message to the server is lost with probability `strength`. */
  "drop",
  /** Each message takes up to `delayMs` longer, each another while. */
  "delay",
  "duplicate",
  "reorder",
  /** Commands arrive; their answers are lost. */
  "dropAnswers",
  /** The connection breaks every `delayMs`. */
  "flap",
  /** A share `strength` of the connections breaks at once; all come back together. */
  "reconnectStorm",
  /** It gives nothing back. */
  "holdForever",
  /** Its heartbeats stop while it works on. */
  "stopRenewing",
  /** It claims locks that are another's, by forged and by old fences. */
  "lie",
  /** It sends as much as it can. */
  "flood",
  /** Its clock runs `strength` faster than the server's. */
  "clockDrift",
  /** The server stands still. */
  "stallServer",
  /** Viewers take frames in slowly. */
  "slowViewer",
]);

/** Agents by id, or a pattern of ids: `w3`, `w*`, `*`. */
export const faultTargetSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9._:@*-]+$/, "name an agent, or a pattern of agent ids such as w*");

const shape = {
  kind: faultKindSchema,
  target: faultTargetSchema,
  /** Probability or share, 0 to 1. */
  strength: z.number().min(0).max(1),
  delayMs: durationMsSchema.max(60_000),
};

export const faultSchema = z.strictObject({
  fault: z.string(),
  ...shape,
  sinceMs: timeMsSchema,
  untilMs: timeMsSchema,
  /** What decides who and when: the same seed does the same again. */
  seed: z.number().int().min(0).max(0xffff_ffff),
  by: z.string(),
  reason: z.string(),
  schedule: z.string().optional(),
});

/** What halts a schedule: more trouble than this. */
export const haltSchema = z.strictObject({
  /** More agents than this wait. */
  waiting: z.number().int().min(0).optional(),
  /** More deadlocks than this stand. */
  deadlocks: z.number().int().min(0).optional(),
  /** Fewer agents than this are here. */
  agents: z.number().int().min(0).optional(),
});

/** A fault again and again, each time at one agent that the target names, chosen by the seed. */
export const scheduleSchema = z.strictObject({
  schedule: z.string(),
  ...shape,
  durationMs: durationMsSchema.min(1),
  everyMs: durationMsSchema.min(1_000),
  halt: haltSchema,
  seed: z.number().int().min(0).max(0xffff_ffff),
  runs: z.number().int().min(0),
  nextMs: timeMsSchema,
  by: z.string(),
  reason: z.string(),
});

const asked = {
  kind: faultKindSchema,
  target: faultTargetSchema,
  strength: z.number().min(0).max(1).default(1),
  delayMs: durationMsSchema.max(60_000).default(1_000),
  durationMs: durationMsSchema.min(100).max(600_000),
  seed: z.number().int().min(0).max(0xffff_ffff).default(1),
  reason: reasonSchema,
};

const id = z.string().min(1).max(64);
export const faultCommandSchemas = [
  z.strictObject({ id, type: z.literal("fault.inject"), ...asked }),
  z.strictObject({ id, type: z.literal("fault.stop"), fault: z.string(), reason: reasonSchema }),
  /** Ends every fault and every schedule at once. */
  z.strictObject({ id, type: z.literal("fault.stopAll"), reason: reasonSchema }),
  z.strictObject({ id, type: z.literal("schedule.set"), ...asked, everyMs: durationMsSchema.min(1_000).max(86_400_000), halt: haltSchema.default({}) }),
  z.strictObject({ id, type: z.literal("schedule.remove"), schedule: z.string(), reason: reasonSchema }),
] as const;

export const faultEndWhySchema = z.enum(["healed", "stopped", "stoppedAll", "halted"]);

export type FaultKind = z.infer<typeof faultKindSchema>;
export type Fault = Readonly<z.infer<typeof faultSchema>>;
export type Schedule = Readonly<z.infer<typeof scheduleSchema>>;
export type FaultEndWhy = z.infer<typeof faultEndWhySchema>;
