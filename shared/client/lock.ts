import type { AgentId, Conflict, Fence, Grant, Level, Resource } from "../model/index.ts";
import { SignalboxError } from "./errors.ts";
import type { Certainty } from "./lease.ts";
import { Listeners } from "./listeners.ts";

export type LockState = Certainty | "released";

export interface WaitOptions {
  /** 0 tries, left out waits without limit. */
  waitMs?: number;
  /** Gives the wait up. */
  signal?: AbortSignal;
}

export interface Released {
  /** Optimistic level: the version that this write made. */
  readonly version?: string;
}

/** What a lock needs of its session. */
export interface LockOwner {
  certainty(): Certainty;
  release(lock: Lock, wrote: boolean): Promise<Released>;
  upgrade(lock: Lock, options: WaitOptions): Promise<void>;
  downgrade(lock: Lock): Promise<void>;
  transfer(lock: Lock, to: AgentId): Promise<void>;
}

/**
 * A lock in its holder's hand. Hand `signal` to the work done under it, `fence` to the guard beside the resource, and give
 * it back with `release()` or by `await using`. At level `none` nothing is recorded: there is no fence and nothing to lose.
 */
export class Lock implements AsyncDisposable {
  /** Tells a lock from a `Busy`. */
  readonly busy = false;
  readonly resource: Resource;
  readonly level: Level;
  /** A guard checks fences before every write to the resource. */
  readonly guarded: boolean;
  /** Optimistic level: the version that was read. */
  readonly version: string | undefined;
  /** Until when it may be held at most, in the server's time (Unix ms). */
  readonly holdUntilMs: number | undefined;
  /** Advisory and optimistic levels: who else was at work there when it was taken. */
  readonly conflicts: readonly Conflict[];

  readonly #owner: LockOwner;
  #fence: Fence | null;
  #ended: "released" | "lost" | undefined;
  #loss: SignalboxError | undefined;
  #abort: AbortController | undefined;
  readonly #uncertain = new Listeners();
  readonly #conflict = new Listeners<[Conflict]>();

  /** @internal Locks come from `Box`. */
  constructor(owner: LockOwner, grant: Grant, conflicts: readonly Conflict[] = []) {
    this.#owner = owner;
    this.#fence = grant.fence;
    this.resource = grant.resource;
    this.level = grant.level;
    this.guarded = grant.guarded;
    this.version = grant.version;
    this.holdUntilMs = grant.holdUntilMs;
    this.conflicts = conflicts;
  }

  /** The fencing token, a decimal string; it rises with an upgrade. Null at level `none`. */
  get fence(): Fence | null {
    return this.#fence;
  }

  /** Reckoned by clock at every look, so it is right even when the process was stopped and its timers are late. */
  get state(): LockState {
    if (this.#ended !== undefined) return this.#ended;
    if (this.#fence === null) return "held";
    const certainty = this.#owner.certainty();
    // Finding the lease over ends every lock of the session, this one too.
    return this.#ended ?? certainty;
  }

  /** Aborted when the lock is lost; its reason says why. Releasing does not abort it. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#loss !== undefined) this.#abort.abort(this.#loss);
    }
    return this.#abort.signal;
  }

  /** Call it before each step that must not happen without the lock. Throws `lost`, `uncertain` or, once given back, `notHolder`. */
  assertHeld(): void {
    const state = this.state;
    if (state === "held") return;
    if (state === "lost") throw this.#loss ?? new SignalboxError("lost", `The lock on ${this.resource} is lost.`);
    if (state === "released") throw new SignalboxError("notHolder", `The lock on ${this.resource} was given back.`);
    throw new SignalboxError("uncertain", `The lease behind the lock on ${this.resource} was not renewed in time: write nothing until it is.`);
  }

  /** Called each time the lease becomes doubtful, before it can have passed. Returns how to stop listening. */
  onUncertain(listener: () => void): () => void {
    return this.#uncertain.add(listener);
  }

  /** Advisory and optimistic levels: called when somebody else comes to work there. */
  onConflict(listener: (conflict: Conflict) => void): () => void {
    return this.#conflict.add(listener);
  }

  /**
   * Gives the lock back; a second call does nothing. `wrote` asks for the version check of an optimistic resource, which
   * fails with `compensate` when somebody else wrote first. Throws `lost` when there is nothing left to give back.
   */
  async release({ wrote = false }: { wrote?: boolean } = {}): Promise<Released> {
    if (this.#ended === "released") return {};
    if (this.state === "lost") throw this.#loss;
    this.#ended = "released";
    try {
      return await this.#owner.release(this, wrote);
    } catch (error) {
      // The server could not take it now: it is still held, so that the caller can try again.
      if (isPassing(error)) this.#ended = undefined;
      throw error;
    }
  }

  /** Turns a shared lock exclusive; its fence rises. */
  upgrade(options: WaitOptions = {}): Promise<void> {
    return this.#owner.upgrade(this, options);
  }

  /** Turns an exclusive lock shared. */
  downgrade(): Promise<void> {
    return this.#owner.downgrade(this);
  }

  /** Hands the lock to another agent, whose box hears of it by `onReceived`. */
  transfer(to: AgentId): Promise<void> {
    return this.#owner.transfer(this, to);
  }

  /** Releases what is still held. Never throws: a lock that is lost has nothing to give back. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended === "lost") return;
    await this.release().catch(() => undefined);
  }

  /** @internal */
  rename(fence: Fence): void {
    this.#fence = fence;
  }

  /** @internal */
  lose(loss: SignalboxError): void {
    if (this.#ended !== undefined) return;
    this.#ended = "lost";
    this.#loss = loss;
    this.#abort?.abort(loss);
  }

  /** @internal It went to somebody else by its holder's own will. */
  handOver(): void {
    this.#ended ??= "released";
  }

  /** @internal */
  doubt(): void {
    if (this.#ended === undefined) this.#uncertain.tell();
  }

  /** @internal */
  tellConflict(conflict: Conflict): void {
    this.#conflict.tell(conflict);
  }
}

/** Refusals that say nothing about the lock itself: the server was too busy, or stopped. */
export function isPassing(error: unknown): boolean {
  return error instanceof SignalboxError && (error.code === "unavailable" || error.code === "limit");
}
