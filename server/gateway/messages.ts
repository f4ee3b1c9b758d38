import type { z } from "zod";
import type { CommandError } from "../../shared/model/index.ts";
import { firstProblem } from "../../shared/protocol/index.ts";

/** Answers a message: Socket.IO's acknowledgement. */
export type Reply = (answer: unknown) => void;

export function isReply(value: unknown): value is Reply {
  return typeof value === "function";
}

export function invalid(error: z.ZodError): CommandError {
  return { code: "invalid", ...firstProblem(error) };
}

export function unknownMessage(event: string, namespace: string, known: readonly string[]): CommandError {
  return { code: "unknown", message: `there is no message ${JSON.stringify(event.slice(0, 64))} in ${namespace}; there are ${known.join(", ")}` };
}

export function unavailable(space: string, reason: string): CommandError {
  return { code: "unavailable", message: `space ${space} is stopped: ${reason}` };
}
