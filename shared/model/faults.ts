import { z } from "zod";
import { durationMsSchema, reasonSchema, timeMsSchema } from "./ids.ts";

/** Failures that can be injected into a live fleet and into a simulated one, each bounded in time. */
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
  /** What it causes does not reach `peer`, nor the other way round; both still reach the server. */
  "cutPair",
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
  /** In elections it votes for everybody: its word is given twice, and of what it says to others every vote is granted. */
  "doubleVote",
  /** It says that it leads where another does, under present and old terms. */
  "falseLeader",
  /** It sends as much as it can. */
  "flood",
  /** What it sends is malformed. */
  "hostileInput",
  /** Its clock runs `strength` faster than the server's. */
  "clockDrift",
  /** Its time of day is set ahead by `delayMs`. With the target `server` it is the server's clock that jumps. */
  "clockJump",
  /** The server stands still. */
  "stallServer",
  /** Viewers take frames in slowly. */
  "slowViewer",
  /** The space's server dies when it next comes to `point`, and starts again at the end. */
  "killServer",
  /** It dies in the midst of a flush: what was not flushed yet is gone. */
  "loseUnflushed",
  /** It dies in the midst of a flush: half of what was being written is there. */
  "tornTail",
  /** It dies, and finds a bit of its journal turned when it starts again. */
  "bitFlip",
  /** Every write fails for want of room. */
  "fullDisk",
]);

/** Those that end the space's server for a while: it comes back from its journal when the fault is over. */
export const machineFaultKinds = ["killServer", "loseUnflushed", "tornTail", "bitFlip", "fullDisk"] as const satisfies readonly FaultKind[];

/** Those that strike the server or the viewers, whatever their target says. */
export const serverFaultKinds = ["stallServer", "slowViewer", ...machineFaultKinds] as const satisfies readonly FaultKind[];

/** The target that names the server, where a fault can strike either it or agents. */
export const serverTarget = "server";

/**
 * Where `killServer` strikes, on the way of a batch of commands: decided and written nowhere; handed to the journal, and
 * nobody knows yet whether it is durable; durable, and nobody told; viewers told, and no sender answered; one sender answered.
 */
export const killPointSchema = z.enum(["beforeAppend", "afterAppend", "afterFlush", "beforeAnswer", "afterAnswer"]);

/** Agents by id, or a pattern of ids: `w3`, `w*`, `*`; several with commas between them. */
export const faultTargetSchema = z
  .string()
  .min(1)
  .max(2_048)
  .regex(/^[A-Za-z0-9._:@*-]+(,[A-Za-z0-9._:@*-]+)*$/, "name an agent, a pattern of agent ids such as w*, or several of them with commas between");

const shape = {
  kind: faultKindSchema,
  target: faultTargetSchema,
  /** Probability or share, 0 to 1. */
  strength: z.number().min(0).max(1),
  delayMs: durationMsSchema.max(60_000),
  /** The other side of a `cutPair`. */
  peer: faultTargetSchema.optional(),
  /** Where a `killServer` strikes. */
  point: killPointSchema.optional(),
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
  peer: faultTargetSchema.optional(),
  point: killPointSchema.optional(),
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
export type KillPoint = z.infer<typeof killPointSchema>;
export type Fault = Readonly<z.infer<typeof faultSchema>>;
export type Schedule = Readonly<z.infer<typeof scheduleSchema>>;
export type FaultEndWhy = z.infer<typeof faultEndWhySchema>;
