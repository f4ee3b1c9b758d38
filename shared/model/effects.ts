import { z } from "zod";
import { groupSchema } from "./elections.ts";
import { fenceSchema, resourceSchema, timeMsSchema } from "./ids.ts";

/** What an operator's act would do now. */
export const effectSchema = z.strictObject({
  /** Who loses what. */
  loses: z.array(z.strictObject({ agent: z.string(), resource: resourceSchema, fence: fenceSchema, heldMs: timeMsSchema })),
  /** Who gets it, with the fence it would have, and when: 0 is at once. */
  gains: z.array(z.strictObject({ agent: z.string(), resource: resourceSchema, fence: fenceSchema, waitedMs: timeMsSchema, afterMs: timeMsSchema })),
  /** Whose waits end without a grant. */
  dequeues: z.array(z.strictObject({ agent: z.string(), resource: resourceSchema })),
  /** Resources whose guard refuses fences below the given one from then on. */
  guards: z.array(z.strictObject({ resource: resourceSchema, agent: z.string(), below: fenceSchema })),
  /** What the one who loses keeps. */
  keeps: z.array(z.strictObject({ resource: resourceSchema, fence: fenceSchema })),
  /** Where another leads then, or nobody; `afterMs` when it is not at once. */
  leads: z.array(z.strictObject({ group: groupSchema, from: z.string().nullable(), to: z.string().nullable(), afterMs: timeMsSchema })),
  lockDelayMs: timeMsSchema,
});

export type Effect = z.infer<typeof effectSchema>;
