import type { Answer, Blocker, CommandId, Conflict, Fence, Grant, Lock as LockRecord, Result } from "../model/index.ts";
import type { AgentCommandInput, Holdings } from "../protocol/index.ts";
import { SignalboxError } from "./errors.ts";
import type { Outbox } from "./outbox.ts";

/** A command without its id: the session names it. */
export type CommandBody = AgentCommandInput extends infer C ? (C extends { id: string } ? Omit<C, "id"> : never) : never;

/** What an acquire or an upgrade came to. */
export type Outcome = { kind: "granted"; grants: readonly Grant[]; conflicts: readonly Conflict[] } | { kind: "upgraded"; newFence: Fence };

export interface Request<T> {
  readonly body: CommandBody;
  /** Upgrade: the shared lock that it would turn exclusive. */
  readonly upgradeOf?: Fence;
  /** Gives the wait up. */
  readonly signal: AbortSignal | undefined;
  /** Makes the handles, in the very moment of the grant: the next notice may already be about them. */
  readonly taken: (outcome: Outcome) => T;
}

interface Waiting {
  /** It stands in the server's queue: a notice follows, or the next holdings say what became of it. */
  queued: boolean;
  blockers: readonly Blocker[];
  readonly upgradeOf: Fence | undefined;
  /** When it ends by its own deadline at the earliest, on the monotonic clock. */
  readonly deadlineMs: number | undefined;
  readonly settle: (outcome: Outcome) => void;
  readonly fail: (error: unknown) => void;
}

export interface RequestPorts {
  readonly outbox: Outbox;
  newId(): CommandId;
  /** Sends a command and gives its result; throws what it was refused with. */
  command(body: CommandBody): Promise<Result>;
  /** Every refusal of a request goes by here. */
  refused(error: SignalboxError): void;
  upgraded(fence: Fence, newFence: Fence): void;
  /** These were sent again and got their first answer once more: the holdings have to be asked for what became of them. */
  doubtful(ids: readonly CommandId[]): void;
}

/** Acquires and upgrades that are not decided yet, and those that were given up but may be granted all the same. */
export class Requests {
  readonly #ports: RequestPorts;
  readonly #waiting = new Map<CommandId, Waiting>();
  readonly #abandoned = new Set<CommandId>();
  /** Granted after they were given up: on their way back until the releases are answered, over any number of connections. */
  readonly #returning = new Set<CommandId>();
  readonly #cancels = new Set<Promise<unknown>>();
  #over: SignalboxError | undefined;
  #doubtful: CommandId[] = [];

  constructor(ports: RequestPorts) {
    this.#ports = ports;
  }

  /** Until it is granted, refused, given up by its signal, or the session ends. */
  ask<T>({ body, upgradeOf, signal, taken }: Request<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#over !== undefined || signal?.aborted) {
        reject(this.#over ?? signal?.reason);
        return;
      }
      const { outbox } = this.#ports;
      const id = this.#ports.newId();
      let pushed = false;
      const giveUp = (): void => {
        this.#fail(id, signal?.reason);
        if (pushed && !outbox.withdraw(id)) this.#abandon(id);
      };
      signal?.addEventListener("abort", giveUp, { once: true });
      const settled = (finish: () => void): void => {
        signal?.removeEventListener("abort", giveUp);
        try {
          finish();
        } catch (error) {
          reject(error);
        }
      };
      const waitMs = "waitMs" in body ? body.waitMs : undefined;
      this.#waiting.set(id, {
        queued: false,
        blockers: [],
        upgradeOf,
        deadlineMs: waitMs === undefined ? undefined : performance.now() + waitMs,
        settle: (outcome) => settled(() => resolve(taken(outcome))),
        fail: (error) => settled(() => reject(error)),
      });
      const push = (): void => {
        if (!this.#waiting.has(id)) return;
        pushed = true;
        outbox.push(
          { ...body, id },
          (answer, resent) => this.#answered(id, upgradeOf, answer, resent),
          (error) => this.#fail(id, error),
        );
      };
      // What was just given up may have been granted: it has to be back before this session asks for the same again.
      if (this.#cancels.size === 0) push();
      else void Promise.all(this.#cancels).then(push);
    });
  }

  granted(id: CommandId, grants: readonly Grant[], conflicts: readonly Conflict[]): void {
    if (this.#settle(id, { kind: "granted", grants, conflicts }) || !this.#abandoned.delete(id)) return;
    const back = grants.flatMap(({ resource, fence }) => (fence === null ? [] : [this.#ports.command({ type: "lock.release", resource, fence })]));
    this.#returning.add(id);
    void Promise.allSettled(back).then(() => this.#returning.delete(id));
  }

  upgraded(id: CommandId, fence: Fence, newFence: Fence): void {
    this.#ports.upgraded(fence, newFence);
    this.#settle(id, { kind: "upgraded", newFence });
  }

  dequeued(id: CommandId, why: string): void {
    this.#abandoned.delete(id);
    this.#fail(id, waitEnded(why, this.#waiting.get(id)?.blockers ?? []));
  }

  /** Is a grant to this command expected, or on its way back? */
  concerns(id: CommandId): boolean {
    return this.#waiting.has(id) || this.#abandoned.has(id) || this.#returning.has(id);
  }

  /**
   * After a resume the holdings say what became of whatever waited. `held` are the locks of the session, `resourceOf` tells
   * what a fence known here stood for.
   */
  reconcile(holdings: Holdings, held: readonly LockRecord[], resourceOf: (fence: Fence) => string | undefined): void {
    for (const [id, { upgradeOf }] of [...this.#waiting]) {
      if (upgradeOf === undefined || held.some((lock) => lock.fence === upgradeOf)) continue;
      // The upgrade went through meanwhile: the same lock goes on under a fence that is not known here.
      const resource = resourceOf(upgradeOf);
      const upgraded = held.find((lock) => lock.resource === resource && lock.mode === "exclusive" && resourceOf(lock.fence) === undefined);
      if (upgraded !== undefined) this.upgraded(id, upgradeOf, upgraded.fence);
    }
    this.settleByHoldings(
      [...this.#waiting].filter(([, waiting]) => waiting.queued).map(([id]) => id),
      holdings,
    );
    for (const id of [...this.#abandoned]) {
      const grants = held.filter((lock) => lock.command === id);
      // Also when it was never answered: sent again, it would only get its first answer, which may be `queued`.
      if (grants.length > 0) this.granted(id, grants, []);
    }
  }

  /** Judges these waits by what the session has: granted, still waiting, or over. */
  settleByHoldings(ids: readonly CommandId[], holdings: Holdings): void {
    for (const id of ids) {
      const waiting = this.#waiting.get(id);
      if (waiting === undefined || holdings.waits.some((wait) => wait.command === id)) continue;
      const grants = holdings.locks.filter((lock) => lock.command === id && lock.coolingUntilMs === undefined);
      if (grants.length > 0) this.granted(id, grants, []);
      else this.#fail(id, waitEnded(isPast(waiting.deadlineMs) ? "deadline" : "while the connection was lost", waiting.blockers));
    }
  }

  end(error: SignalboxError): void {
    this.#over = error;
    for (const id of [...this.#waiting.keys()]) this.#fail(id, error);
  }

  #answered(id: CommandId, upgradeOf: Fence | undefined, answer: Answer, resent: boolean): void {
    if (!answer.ok) {
      const error = SignalboxError.from(answer.error);
      this.#abandoned.delete(id);
      this.#ports.refused(error);
      this.#fail(id, error);
      return;
    }
    const { result } = answer;
    if (result.status === "granted") this.granted(id, result.locks, result.conflicts ?? []);
    else if (result.status === "fenced" && upgradeOf !== undefined) this.upgraded(id, upgradeOf, result.fence);
    else if (result.status === "queued") this.#queued(id, result.blockers, resent);
    else this.#fail(id, unexpectedResult(upgradeOf === undefined ? "lock.acquire" : "lock.upgrade"));
  }

  #queued(id: CommandId, blockers: readonly Blocker[], resent: boolean): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    waiting.queued = true;
    waiting.blockers = blockers;
    // The first answer came again; the wait itself may be long over. All of one message are asked about together.
    if (resent && this.#doubtful.push(id) === 1) queueMicrotask(() => this.#ports.doubtful(this.#doubtful.splice(0)));
  }

  #abandon(id: CommandId): void {
    this.#abandoned.add(id);
    // A grant that came before the cancel is told before the cancel is answered, so after the answer none can come.
    const cancelled = (): void => {
      this.#abandoned.delete(id);
      this.#cancels.delete(cancel);
    };
    const cancel = this.#ports.command({ type: "lock.cancel", acquire: id }).then(cancelled, cancelled);
    this.#cancels.add(cancel);
  }

  /** False when nobody waits for it any more. */
  #settle(id: CommandId, outcome: Outcome): boolean {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.settle(outcome);
    return waiting !== undefined;
  }

  #fail(id: CommandId, error: unknown): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.fail(error);
  }
}

function isPast(deadlineMs: number | undefined): boolean {
  return deadlineMs !== undefined && performance.now() >= deadlineMs;
}

/** A `dequeued` notice, or a wait that was gone after a resume, as its waiter gets to know it. */
function waitEnded(why: string, blockers: readonly Blocker[]): SignalboxError {
  const before = blockers.map((blocker) => ("agent" in blocker ? `${blocker.agent} on ${blocker.resource}` : `${blocker.kind} on ${blocker.resource}`));
  const tail = before.length === 0 ? "" : ` When it began, these stood before it: ${before.slice(0, 5).join(", ")}${before.length > 5 ? " and others" : ""}.`;
  const detail = { blockers: [...blockers] };
  if (why === "deadline") return new SignalboxError("deadline", `The wait ended at its deadline.${tail}`, detail);
  if (why === "victim" || why === "wounded") {
    const message = `Each waited for the other, and this agent gives way. Release what you hold, undo what depends on it, then try again: your age is kept.${tail}`;
    return new SignalboxError("deadlock", message, detail);
  }
  return new SignalboxError("cancelled", `The wait ended without a grant (${why}).${tail}`, detail);
}

export function unexpectedResult(type: string): SignalboxError {
  return new SignalboxError("protocol", `The server's result is none that ${type} can have.`);
}
