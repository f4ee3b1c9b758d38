import { z } from "zod";

/**
 * What one process asked of one object and what it was told. A history is a list of these, in any order. Importers make
 * them of foreign logs, `operationsOf` of our own traces; `checkHistory` says whether they make sense together.
 */

/** What an object holds. `null` is nothing yet: the `nil` of a register never written. Structured values come as their text. */
export const valueSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Modes a lock is held in; histories from elsewhere leave it out, which is exclusive. */
const modeSchema = z.enum(["shared", "exclusive"]);

const holdShape = {
  /** Which of its holds, for a process that may hold the same object several times; left out, it has one. */
  hold: z.string().optional(),
};

export const callSchema = z.discriminatedUnion("f", [
  /** Register. What was read is the operation's `value`. */
  z.strictObject({ f: z.literal("read") }),
  z.strictObject({ f: z.literal("write"), value: valueSchema }),
  /** Writes `to` where it finds `from`. */
  z.strictObject({ f: z.literal("cas"), from: valueSchema, to: valueSchema }),
  /** Key-value. What was got is the operation's `value`; a key never put holds "". */
  z.strictObject({ f: z.literal("get") }),
  z.strictObject({ f: z.literal("put"), value: z.string() }),
  z.strictObject({ f: z.literal("append"), value: z.string() }),
  /** Lock and semaphore. `units` (1 when left out) and `capacity` are a semaphore's. */
  z.strictObject({
    f: z.literal("acquire"),
    ...holdShape,
    mode: modeSchema.optional(),
    units: z.number().int().min(1).optional(),
    /** What exactly it locks, where locks on several things of one key may overlap. */
    resource: z.string().optional(),
    /** Units there are at that moment, where that is not the same for the whole history. */
    capacity: z.number().int().min(1).optional(),
  }),
  z.strictObject({ f: z.literal("release"), ...holdShape }),
]);

export const operationSchema = z.strictObject({
  process: z.string(),
  /** The object: each key is checked by itself. "" where a history knows one object only. */
  key: z.string(),
  call: callSchema,
  /**
   * When it was asked and when it was answered: positions, line numbers or times, as long as all of one history are of
   * one kind. Only their order counts: one operation is before another when its answer is strictly before the other's
   * question; at equal numbers the two are concurrent.
   */
  invokedAt: z.number(),
  /** Null: never answered; it may have happened at any time after it was asked, or not at all. */
  completedAt: z.number().nullable(),
  /**
   * `ok`: it happened. `failed`: it certainly did not, and is left out. `unknown`: timed out, `:info`; it may or may not
   * have happened, and may take effect at any time later, whatever `completedAt` says.
   */
  outcome: z.enum(["ok", "failed", "unknown"]),
  /**
   * What it was told: the value of a read or get. Left out when nobody knows: such a read says nothing. Of a cas that is
   * `ok`, `false` means that it looked, found another value than `from`, and wrote nothing.
   */
  value: valueSchema.optional(),
});

export type Value = z.infer<typeof valueSchema>;
export type Call = z.infer<typeof callSchema>;
export type Operation = Readonly<z.infer<typeof operationSchema>>;

/** What the operations are about. `semaphore` needs to know its units. */
export type ModelChoice = { readonly model: "register" | "keyValue" | "lock" } | { readonly model: "semaphore"; readonly capacity: number };
