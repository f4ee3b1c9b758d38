import type { Blocker, CommandError, Conflict, ErrorCode } from "../model/index.ts";

/** The server's codes, and what only a client can find out. */
export type SignalboxErrorCode =
  | ErrorCode
  /** Optimistic: somebody wrote first; undo or redo your work. */
  | "compensate"
  /** A wait ended at its `waitMs`. */
  | "deadline"
  /** What was asked of a group may have been done, or may yet be. Where it has an id it can be asked again under that. */
  | "unknown"
  /** Told to stand back while it holds what others need to get on: give that back, then try again. */
  | "backOff"
  /** A wait was given up or taken away before it was granted. */
  | "cancelled"
  /** The lock, or the whole session, is not this client's any more: stop writing. */
  | "lost"
  /** The lease could not be renewed in time to be sure of it: write nothing until it is. */
  | "uncertain"
  /** The box was closed or left. */
  | "closed";

/** Every failure that this client reports. Programs switch on `code`; `message` is for people. */
export class SignalboxError extends Error {
  override name = "SignalboxError";
  readonly code: SignalboxErrorCode;
  /** The part of the request that is wrong, where one is. */
  readonly field: string | undefined;
  /** Who or what stands in the way. */
  readonly blockers: readonly Blocker[];
  readonly conflicts: readonly Conflict[];
  /** When it is worth trying again, from now. */
  readonly retryMs: number | undefined;

  constructor(code: SignalboxErrorCode, message: string, detail: Omit<Partial<CommandError>, "code" | "message"> & ErrorOptions = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.field = detail.field;
    this.blockers = detail.blockers ?? [];
    this.conflicts = detail.conflicts ?? [];
    this.retryMs = detail.retryMs;
  }

  static from(error: CommandError): SignalboxError {
    return new SignalboxError(error.code, error.message, error);
  }
}
