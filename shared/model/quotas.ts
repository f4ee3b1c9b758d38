import { z } from "zod";
import { principalSchema, reasonSchema, timeMsSchema } from "./ids.ts";
import { limits } from "./limits.ts";

const bound = z.number().int().min(0).max(limits.locksPerSession).nullable();

/** How much all agents of one principal may have together. Null is no bound. */
export const quotaSchema = z.strictObject({
  principal: principalSchema,
  locks: bound,
  waits: bound,
  by: z.string(),
  reason: reasonSchema,
  atMs: timeMsSchema,
});

/** Both null take the quota away. */
export const quotaCommandSchema = z.strictObject({
  id: z.string().min(1).max(64),
  type: z.literal("quota.set"),
  principal: principalSchema,
  locks: bound,
  waits: bound,
  reason: reasonSchema,
});

export type Quota = Readonly<z.infer<typeof quotaSchema>>;
