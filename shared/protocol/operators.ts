import { z } from "zod";
import {
  actorSchema,
  effectSchema,
  errorSchema,
  eventSchema,
  operatorCommandSchema,
  positionSchema,
  sessionIdSchema,
  snapshotSchema,
  timeMsSchema,
} from "../model/index.ts";

/** Namespace `/operators`: viewers and operators. Commands go as in `/agents`: `commands` with an array, answers in order. */

/** Begins or resumes a stream of frames. Without `after`, or when it is too old, a snapshot comes first. */
export const subscribeSchema = z.strictObject({ after: positionSchema.optional() });
export const subscribeAnswerSchema = z.union([
  z.strictObject({
    ok: z.literal(true),
    space: z.string(),
    spaces: z.array(z.string()),
    protocol: z.number().int(),
    actor: actorSchema,
    serverMs: timeMsSchema,
    /** Null when the stream goes on where the viewer stood. */
    snapshot: snapshotSchema.nullable(),
    /** What the viewer missed since `after`. */
    events: z.array(eventSchema),
    /** How far a viewer may be behind, in frames, before frames are held back. */
    creditFrames: z.number().int(),
  }),
  z.strictObject({ ok: z.literal(false), error: errorSchema }),
]);

/** Events for viewers, at most 20 a second, in order and without a gap: `events` follow on position `after`. */
export const frameSchema = z.strictObject({ after: positionSchema, serverMs: timeMsSchema, events: z.array(eventSchema) });
/** The viewer folded everything up to this position: gives credit back. */
export const creditSchema = z.strictObject({ position: positionSchema });

/** Past events, for the timeline and the audit. */
export const historySchema = z.strictObject({
  /** Events after this position ... */
  after: positionSchema.default(0),
  /** ... up to and with this one. */
  to: positionSchema.optional(),
  /** Newest first when true: `limit` then counts from the end. */
  newest: z.boolean().default(false),
  /** Only what operators did and what was done by force. */
  acts: z.boolean().default(false),
  limit: z.number().int().min(1).max(5_000).default(1_000),
});
export const historyAnswerSchema = z.union([
  z.strictObject({ ok: z.literal(true), events: z.array(eventSchema), more: z.boolean() }),
  z.strictObject({ ok: z.literal(false), error: errorSchema }),
]);

/** A state of the past to begin a replay from: the newest that the journal has kept at or before a position. */
export const stateSchema = z.strictObject({ at: positionSchema });
export const stateAnswerSchema = z.union([
  z.strictObject({
    ok: z.literal(true),
    /** Null where none is kept: what was there follows from all events then, if the first of them is still there. */
    snapshot: snapshotSchema.nullable(),
    /** Position of the oldest event that is still there. */
    oldest: positionSchema,
  }),
  z.strictObject({ ok: z.literal(false), error: errorSchema }),
]);

/** What an act would do now. Nothing is changed. */
export const previewSchema = z.strictObject({ command: operatorCommandSchema });
export const previewAnswerSchema = z.union([
  z.strictObject({ ok: z.literal(true), effect: effectSchema }),
  z.strictObject({ ok: z.literal(false), error: errorSchema }),
]);

/** Last heartbeats: not journaled, so asked for. */
export const vitalsSchema = z.strictObject({ sessions: z.array(sessionIdSchema).max(200) });
export const vitalsAnswerSchema = z.union([
  z.strictObject({ ok: z.literal(true), serverMs: timeMsSchema, vitals: z.array(z.strictObject({ session: sessionIdSchema, renewedMs: timeMsSchema })) }),
  z.strictObject({ ok: z.literal(false), error: errorSchema }),
]);

/** Figures that are not part of the coordination state: the server's health and, where a demo runs, what git itself counts. */
export const reportSchema = z.strictObject({ name: z.string().max(64), atMs: timeMsSchema, figures: z.record(z.string(), z.number()) });

/** The space stopped (a failed flush, a fault drill) or the server is going away. */
export const stoppedSchema = z.strictObject({
  reason: z.string(),
  /** When it comes back by itself, by the server's clock; left out where somebody has to see to it. */
  backMs: timeMsSchema.optional(),
});

export type Subscribe = z.infer<typeof subscribeSchema>;
export type SubscribeAnswer = z.infer<typeof subscribeAnswerSchema>;
export type Frame = z.infer<typeof frameSchema>;
export type Credit = z.infer<typeof creditSchema>;
export type History = z.input<typeof historySchema>;
export type HistoryAnswer = z.infer<typeof historyAnswerSchema>;
export type StateOf = z.infer<typeof stateSchema>;
export type StateAnswer = z.infer<typeof stateAnswerSchema>;
export type Preview = z.infer<typeof previewSchema>;
export type PreviewAnswer = z.infer<typeof previewAnswerSchema>;
export type Vitals = z.infer<typeof vitalsSchema>;
export type VitalsAnswer = z.infer<typeof vitalsAnswerSchema>;
export type Stopped = z.infer<typeof stoppedSchema>;
export type Report = z.infer<typeof reportSchema>;
export type OperatorCommandInput = z.input<typeof operatorCommandSchema>;
