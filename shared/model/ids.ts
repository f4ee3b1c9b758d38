import { z } from "zod";
import { limits } from "./limits.ts";

const name = /^[A-Za-z0-9][A-Za-z0-9._:@-]*$/;
const nameRule = "use letters, digits and . _ : @ -, and begin with a letter or digit";
/** Control characters, halves of a surrogate pair (they do not survive UTF-8) and backslashes. */
const forbiddenInPath = /[\p{Cc}\p{Cs}\\]/u;

/** Who acts, for instance `w3`. At most one live session has it. */
export const agentIdSchema = z.string().min(1).max(64).regex(name, nameRule);

/** Who is accountable: quotas and rights bind to it. */
export const principalSchema = agentIdSchema;

/** An agent's live lease on being here; assigned by the gateway. */
export const sessionIdSchema = z.string().min(1).max(64).regex(name, nameRule);

/** A sender's own name for a command, unique among its recent commands. */
export const commandIdSchema = z.string().min(1).max(64);

/** A fencing token: a decimal without leading zeros. Compare with `compareFences`, never as a number. */
export const fenceSchema = z
  .string()
  .max(20)
  .regex(/^[1-9][0-9]*$/, "a fence is a positive decimal number in a string");

function pathProblem(path: string): string | undefined {
  if (forbiddenInPath.test(path)) return "control characters, halves of a surrogate pair and backslashes are not allowed";
  const segments = path.split("/");
  if (segments.length > limits.pathSegments) return `at most ${limits.pathSegments} segments`;
  for (const segment of segments) {
    if (segment === "") return "empty segment: write repo/src, without a slash at either end or twice in a row";
    if (segment === "." || segment === "..") return "segments . and .. are not allowed";
    if (segment.includes("**") && segment !== "**") return "** must stand alone in its segment";
  }
  return undefined;
}

/** A path such as `repo/src/app.ts`, or a glob (`*`, `?`, `**`) that names several. It covers everything below it. */
export const resourceSchema = z
  .string()
  .min(1)
  .max(limits.pathLength)
  .superRefine((path, context) => {
    const problem = pathProblem(path);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  });

/** A version of an optimistic resource: a fence, or "0" for never written. */
export const versionNumberSchema = z
  .string()
  .max(20)
  .regex(/^(0|[1-9][0-9]*)$/, "a version is a decimal number in a string");

export const positionSchema = z.number().int().min(0);
export const timeMsSchema = z.number().int().min(0);
export const durationMsSchema = z.number().int().min(0).max(limits.durationMs);
export const reasonSchema = z.string().trim().min(1, "say why: the reason goes into the audit").max(limits.reasonLength);

export type AgentId = z.infer<typeof agentIdSchema>;
export type SessionId = z.infer<typeof sessionIdSchema>;
export type CommandId = z.infer<typeof commandIdSchema>;
export type Fence = z.infer<typeof fenceSchema>;
export type Resource = z.infer<typeof resourceSchema>;
