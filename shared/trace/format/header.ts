import { z } from "zod";
import { positionSchema, timeMsSchema } from "../../model/index.ts";

/** Version that this program writes. Older ones are read through `upcast.ts`. */
export const traceVersion = 2;

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/, "a hash is 64 hex digits");
const text = z.string().max(2_000);

/** What a person wrote at a position; it travels with the file. */
export const traceNoteSchema = z.strictObject({ at: positionSchema, text });

/** Set on the trace of a fork: it never happened. */
export const whatIfSchema = z.strictObject({
  /** The trace or space that was forked, and after which position. */
  of: z.strictObject({ space: z.string().max(200), name: text, at: positionSchema, hash: hashSchema.optional() }),
  change: text,
  keeps: z.array(text).max(50),
  assumes: z.array(text).max(50),
});

/** Set on a redacted copy: what was taken out, and which trace it is a copy of. Its own chain begins anew. */
export const redactedSchema = z.strictObject({
  rules: z.array(z.string().max(200)).max(50),
  originalBase: hashSchema,
  originalLastHash: hashSchema,
});

/** First line of a trace. `from` to `to` are positions of its events; a trace without events has `to = from - 1`. */
export const traceHeaderSchema = z.strictObject({
  format: z.literal("sbtrace"),
  version: z.literal(traceVersion),
  /** Version of the engine that decided the events. */
  engine: z.string().max(100),
  space: z.string().min(1).max(200),
  name: text,
  from: positionSchema.min(1),
  to: positionSchema,
  sinceMs: timeMsSchema,
  untilMs: timeMsSchema,
  /** The chain's hash before the first event, at the first and at the last; all the same without events. */
  base: hashSchema,
  firstHash: hashSchema,
  lastHash: hashSchema,
  counts: z.strictObject({ events: z.number().int().min(0), commands: z.number().int().min(0) }),
  tags: z.array(z.string().min(1).max(100)).max(100),
  notes: z.array(traceNoteSchema).max(10_000),
  whatIf: whatIfSchema.optional(),
  redacted: redactedSchema.optional(),
});

export type TraceHeader = z.infer<typeof traceHeaderSchema>;
export type TraceNote = z.infer<typeof traceNoteSchema>;
export type WhatIf = z.infer<typeof whatIfSchema>;
export type Redacted = z.infer<typeof redactedSchema>;
