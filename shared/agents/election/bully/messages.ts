import { z } from "zod";
import { termSchema } from "../term.ts";

/**
 * What nodes of the bully algorithm say. `election` asks those above whether they are there, `answer` says that one is,
 * `coordinator` that its sender leads from now on. `heartbeat` is ours: a coordinator's sign of life. `term` is the highest
 * number of a coordinatorship that the sender has heard of; in the last two it is the sender's own.
 */
export const bullyMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("election"), term: termSchema }),
  z.strictObject({ type: z.literal("answer"), term: termSchema }),
  z.strictObject({ type: z.literal("coordinator"), term: termSchema }),
  z.strictObject({ type: z.literal("heartbeat"), term: termSchema }),
]);

export type BullyMessage = Readonly<z.infer<typeof bullyMessageSchema>>;
