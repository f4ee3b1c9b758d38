import type { Blocker, CommandId, Conflict, Fence, Grant } from "../model/index.ts";
import { SignalboxError } from "./errors.ts";

/** What an acquire or an upgrade came to. */
export type Outcome = { kind: "granted"; grants: readonly Grant[]; conflicts: readonly Conflict[] } | { kind: "upgraded"; newFence: Fence };

/** An acquire or an upgrade that is not decided yet. */
export interface Waiting {
  /** It stands in the server's queue: a notice follows, or the next holdings say what became of it. */
  queued: boolean;
  blockers: readonly Blocker[];
  /** Upgrade: the shared lock it would turn exclusive. */
  readonly upgradeOf: Fence | undefined;
  readonly settle: (outcome: Outcome) => void;
  readonly fail: (error: unknown) => void;
}

/** Requests that wait, by the id of the command that began them. */
export class WaitingRoom {
  readonly #waiting = new Map<CommandId, Waiting>();

  add(id: CommandId, waiting: Waiting): void {
    this.#waiting.set(id, waiting);
  }

  get(id: CommandId): Waiting | undefined {
    return this.#waiting.get(id);
  }

  entries(): [CommandId, Waiting][] {
    return [...this.#waiting];
  }

  /** False when nobody waits for it any more: then what it granted belongs to nobody. */
  settle(id: CommandId, outcome: Outcome): boolean {
    const waiting = this.take(id);
    waiting?.settle(outcome);
    return waiting !== undefined;
  }

  fail(id: CommandId, error: unknown): void {
    this.take(id)?.fail(error);
  }

  failAll(error: SignalboxError): void {
    for (const [id] of this.entries()) this.fail(id, error);
  }

  take(id: CommandId): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}

/** A `dequeued` notice, or a wait that was gone after a resume, as its waiter gets to know it. */
export function waitEnded(why: string, blockers: readonly Blocker[]): SignalboxError {
  const before = blockers.map((blocker) => ("agent" in blocker ? `${blocker.agent} on ${blocker.resource}` : `${blocker.kind} on ${blocker.resource}`));
  const tail = before.length === 0 ? "" : ` When it began, these stood before it: ${before.slice(0, 5).join(", ")}${before.length > 5 ? " and others" : ""}.`;
  if (why === "deadline") return new SignalboxError("deadline", `The wait ended at its deadline.${tail}`, { blockers: [...blockers] });
  return new SignalboxError("cancelled", `The wait ended without a grant (${why}).${tail}`, { blockers: [...blockers] });
}
