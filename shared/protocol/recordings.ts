import { z } from "zod";
import { positionSchema, recordingSchema, timeMsSchema } from "../model/index.ts";

/**
 * Recordings over HTTP, for viewers and operators (`Authorization: Bearer TOKEN` where tokens are in use):
 *
 *     GET /api/spaces/SPACE/recordings?text=&agent=&resource=&event=&anomaly=&sinceMs=&untilMs=   -> recordingsSchema
 *     GET /api/spaces/SPACE/recordings/ID.sbtrace                                                 -> the file, gzip
 *
 * They are begun, changed and deleted by operators' commands.
 */

/** A word to search by; empty means nothing asked. */
const word = z
  .string()
  .max(512)
  .transform((text) => (text === "" ? undefined : text))
  .optional();

export const recordingsQuerySchema = z.strictObject({
  text: word,
  agent: word,
  resource: word,
  event: word,
  anomaly: word,
  sinceMs: z.coerce.number().int().min(0).optional(),
  untilMs: z.coerce.number().int().min(0).optional(),
});

/** One line of the list: what the space knows of it, and what is in its file. */
export const recordingEntrySchema = z.strictObject({
  recording: recordingSchema,
  /** `recording`: it goes on. `failed`: its file could not be written, `problem` says why. */
  file: z.enum(["recording", "writing", "ready", "failed"]),
  problem: z.string().optional(),
  bytes: z.number().int().optional(),
  events: z.number().int().optional(),
  from: positionSchema.optional(),
  to: positionSchema.optional(),
  sinceMs: timeMsSchema.optional(),
  untilMs: timeMsSchema.optional(),
  agents: z.number().int().optional(),
  resources: z.number().int().optional(),
  /** How many of each kind. */
  anomalies: z.record(z.string(), z.number().int()).optional(),
  /** Whether it verified when it was written, and the rules that broke in it. */
  verified: z.boolean().optional(),
  broken: z.array(z.string()).optional(),
});

export const recordingsSchema = z.strictObject({
  recordings: z.array(recordingEntrySchema),
  /** False where the space keeps no files: it runs in memory only. */
  kept: z.boolean(),
});

export type RecordingsQuery = z.infer<typeof recordingsQuerySchema>;
export type RecordingEntry = z.infer<typeof recordingEntrySchema>;
export type Recordings = z.infer<typeof recordingsSchema>;
