import { z } from "zod";
import { principalSchema } from "./ids.ts";

export const roleSchema = z.enum(["agent", "viewer", "operator"]);
/** Who is accountable for an act, and in which role. */
export const actorSchema = z.strictObject({ principal: principalSchema, role: roleSchema });

export type Role = z.infer<typeof roleSchema>;
export type Actor = z.infer<typeof actorSchema>;
