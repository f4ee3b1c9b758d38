import { z } from "zod";
import { actorSchema } from "./actors.ts";
import { durationMsSchema, positionSchema, reasonSchema, timeMsSchema } from "./ids.ts";
import { limits } from "./limits.ts";

/** What a recording was begun for: somebody asked, or something happened that a person will want to look into. */
export const recordingWhySchema = z.enum(["operator", "deadlock", "livelock", "expelled", "brokenRule", "splitBrain"]);

const idSchema = z.string().min(1).max(20);
const nameSchema = z.string().trim().min(1, "give it a name").max(120);
const tagsSchema = z.array(z.string().trim().min(1).max(40)).max(limits.tagsPerRecording);
/** Agents and resources that it is about. */
const aboutSchema = z.array(z.string().max(limits.pathLength)).max(limits.findingSubjects);
const lastsMsSchema = durationMsSchema.min(1).max(limits.recordingMs);

/** A span of the space's journal that is kept as a file of its own, also when the journal's older events go. */
export const recordingSchema = z.strictObject({
  recording: idSchema,
  name: nameSchema,
  /** Positions of its first and its last event; it has no last one while it goes on. */
  from: positionSchema.min(1),
  to: positionSchema.optional(),
  /** When it was begun: the span may begin earlier. */
  begunMs: timeMsSchema,
  /** When it ends by itself. */
  endsMs: timeMsSchema,
  why: recordingWhySchema,
  about: aboutSchema,
  by: z.string(),
  tags: tagsSchema,
  /** No retention rule removes it. */
  pinned: z.boolean(),
});

const id = z.string().min(1).max(64);

export const recordingCommandSchemas = [
  /** With `to` the span is over already; without, it goes on for `lastsMs`. */
  z.strictObject({
    id,
    type: z.literal("recording.begin"),
    name: nameSchema,
    from: positionSchema.min(1),
    to: positionSchema.optional(),
    lastsMs: lastsMsSchema.default(60_000),
    tags: tagsSchema.default([]),
    reason: reasonSchema,
  }),
  z.strictObject({ id, type: z.literal("recording.end"), recording: idSchema, reason: reasonSchema }),
  z.strictObject({
    id,
    type: z.literal("recording.change"),
    recording: idSchema,
    name: nameSchema.optional(),
    tags: tagsSchema.optional(),
    pinned: z.boolean().optional(),
    reason: reasonSchema,
  }),
  z.strictObject({ id, type: z.literal("recording.delete"), recording: idSchema, reason: reasonSchema }),
] as const;

/** What the server itself puts in: recordings around incidents, and those that the retention rule gives up. */
export const recordingSystemSchemas = [
  z.strictObject({
    type: z.literal("recording.begin"),
    name: nameSchema,
    from: positionSchema.min(1),
    lastsMs: lastsMsSchema,
    why: recordingWhySchema,
    about: aboutSchema,
  }),
  /** More of the same happened while it went on. */
  z.strictObject({ type: z.literal("recording.extend"), recording: idSchema, lastsMs: lastsMsSchema, about: aboutSchema }),
  z.strictObject({ type: z.literal("recording.forget"), recording: idSchema, because: z.string().max(limits.reasonLength) }),
] as const;

const by = { actor: actorSchema.optional(), reason: reasonSchema.optional() };

export const recordingEvents = {
  begun: { recording: recordingSchema, ...by },
  extended: { recording: idSchema, endsMs: timeMsSchema, about: aboutSchema },
  /** `over`: its time had come. */
  ended: { recording: idSchema, to: positionSchema, why: z.enum(["over", "stopped"]), ...by },
  changed: {
    recording: idSchema,
    name: nameSchema.optional(),
    tags: tagsSchema.optional(),
    pinned: z.boolean().optional(),
    actor: actorSchema,
    reason: reasonSchema,
  },
  deleted: { recording: idSchema, name: nameSchema, why: z.enum(["operator", "retention"]), because: z.string(), ...by },
} as const;

export type Recording = Readonly<z.infer<typeof recordingSchema>>;
export type RecordingWhy = z.infer<typeof recordingWhySchema>;
