import type { CommandError, ErrorCode, EventBody, Result } from "../model/index.ts";

/**
 * What a command comes to: events that happen, a refusal that changes nothing, or an answer that changes nothing. A refusal
 * may be written down: `noted` are events that change no record.
 */
export type Decision = Events | Refusal | { readonly result: Result };
export interface Events {
  readonly events: readonly EventBody[];
  /** Groups whose election is to be settled though no event of these says so: something of it is due. */
  readonly groups?: readonly string[];
}
export type Refusal = { readonly error: CommandError; readonly noted?: readonly EventBody[] };

/** Says no. `details` may name the malformed field or what stands in the way. */
export function refuse(code: ErrorCode, message: string, details: Omit<CommandError, "code" | "message"> = {}): Refusal {
  return { error: { code, message, ...details } };
}

/** It is so already: nothing happens. */
export const done: Decision = { result: { status: "done" } };
