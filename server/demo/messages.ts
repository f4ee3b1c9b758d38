import { z } from "zod";

/** What the demo's parent process and its workers say to each other. */

/** How one piece of work ended. `id` is the edit's, as it stands in the file and in the commit. */
export const taskEndedSchema = z.strictObject({
  type: z.literal("ended"),
  id: z.string(),
  file: z.string(),
  /** Did locks keep others out while it worked? */
  coordinated: z.boolean(),
  /** `committed`: git said so. `refused`: the guard or a lost lock kept the write out. `failed`: git or the check said no. */
  outcome: z.enum(["committed", "refused", "failed"]),
  indexLocked: z.number().int(),
  tests: z.number().int(),
});
export const fromWorkerSchema = z.discriminatedUnion("type", [
  taskEndedSchema,
  z.strictObject({ type: z.literal("ready") }),
  z.strictObject({ type: z.literal("squashed") }),
]);

export const toWorkerSchema = z.discriminatedUnion("type", [
  /** Get stuck with the next file lock in hand: heartbeats go on, work does not. */
  z.strictObject({ type: z.literal("stick") }),
  z.strictObject({ type: z.literal("stop") }),
]);

/** What a worker is started with. */
export const workerSettingsSchema = z.strictObject({
  url: z.string(),
  space: z.string(),
  agent: z.string(),
  /** `crosser` and `yielder` have bad habits with the two files of `pair`. */
  role: z.enum(["writer", "tester", "crosser", "yielder"]),
  pair: z.strictObject({ first: z.string(), second: z.string() }).optional(),
  tree: z.string(),
  fences: z.string(),
  /** Set for those who keep the log of releases: all of them, and where this one keeps its own. */
  releases: z.strictObject({ members: z.array(z.string()), path: z.string() }).optional(),
});

export type TaskEnded = z.infer<typeof taskEndedSchema>;
export type FromWorker = z.infer<typeof fromWorkerSchema>;
export type ToWorker = z.infer<typeof toWorkerSchema>;
export type WorkerSettings = z.infer<typeof workerSettingsSchema>;
