import type { CommandError, ErrorCode, EventBody, Result } from "../model/index.ts";

/** What a command comes to: events that happen, a refusal that changes nothing, or an answer that changes nothing. */
export type Decision = { readonly events: readonly EventBody[] } | { readonly error: CommandError } | { readonly result: Result };

/** Says no. `details` may name the malformed field or what stands in the way. */
export function refuse(code: ErrorCode, message: string, details: Omit<CommandError, "code" | "message"> = {}): { readonly error: CommandError } {
  return { error: { code, message, ...details } };
}

/** It is so already: nothing happens. */
export const done: Decision = { result: { status: "done" } };
