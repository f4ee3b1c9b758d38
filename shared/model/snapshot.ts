import { z } from "zod";
import { resultSchema } from "./answers.ts";
import { deadlockSchema, declaredWaitSchema, workSchema } from "./deadlocks.ts";
import { electionSchema, groupSchema, nodeSchema } from "./elections.ts";
import { faultSchema, scheduleSchema } from "./faults.ts";
import { favourSchema, findingSchema, judgedCountsSchema, muteSchema } from "./findings.ts";
import { positionSchema, sessionIdSchema, timeMsSchema, versionNumberSchema } from "./ids.ts";
import { quotaSchema } from "./quotas.ts";
import { recordingSchema } from "./recordings.ts";
import { intentSchema, lockSchema, sessionSchema, versionSchema, waitSchema } from "./records.ts";
import { freezeSchema, ruleSchema } from "./resources.ts";

/**
 * A whole state as plain data: a checkpoint in the journal, the first thing a viewer gets. Only what cannot be derived is
 * in it; indexes and timers are rebuilt from it.
 */
export const snapshotSchema = z.strictObject({
  space: z.string(),
  /** Position of the last event that is in it; 0 when there is none. The first event has position 1. */
  position: positionSchema,
  atMs: timeMsSchema,
  /** Last fence given out, "0" when none was. */
  lastFence: versionNumberSchema,
  lastRequest: z.number().int().min(0),
  lastIntent: z.number().int().min(0),
  sessions: z.array(sessionSchema),
  locks: z.array(lockSchema),
  waits: z.array(waitSchema),
  intents: z.array(intentSchema),
  rules: z.array(ruleSchema),
  freezes: z.array(freezeSchema),
  quotas: z.array(quotaSchema),
  faults: z.array(faultSchema),
  lastFault: z.number().int().min(0),
  schedules: z.array(scheduleSchema),
  /** Absent in checkpoints that were written before there were recordings. */
  recordings: z.array(recordingSchema).default([]),
  lastRecording: z.number().int().min(0).default(0),
  /** Absent in checkpoints that were written before there were elections. */
  elections: z.array(electionSchema).default([]),
  /** Who wants to be told who leads, by group. */
  observers: z.array(z.tuple([groupSchema, z.array(sessionIdSchema)])).default([]),
  nodes: z.array(nodeSchema).default([]),
  declared: z.array(declaredWaitSchema),
  lastDeclared: z.number().int().min(0),
  deadlocks: z.array(deadlockSchema),
  lastDeadlock: z.number().int().min(0),
  work: z.array(workSchema),
  /** How often an operator chose what the shadow would have done, and how often not. */
  shadow: z.strictObject({ agreed: z.number().int(), differed: z.number().int() }),
  findings: z.array(findingSchema),
  mutes: z.array(muteSchema),
  judged: judgedCountsSchema,
  favours: z.array(favourSchema),
  versions: z.array(versionSchema),
  versionFloor: versionNumberSchema,
  /** Per sender, oldest first: command id, what it came to, when. Only what a retry can still ask for. */
  answers: z.array(z.tuple([z.string(), z.array(z.tuple([z.string(), resultSchema, timeMsSchema]))])),
});

export type Snapshot = z.infer<typeof snapshotSchema>;
