import type { Blocker } from "../model/index.ts";
import type { Lock, LockState } from "./lock.ts";

const worstFirst: readonly LockState[] = ["lost", "uncertain", "released", "held"];

/** Several locks that were granted at once, all or nothing, and go back together. */
export class LockSet implements AsyncDisposable {
  readonly busy = false;
  readonly locks: readonly Lock[];
  #signal: AbortSignal | undefined;

  /** @internal Sets come from `Box.lock`. */
  constructor(locks: readonly Lock[]) {
    this.locks = locks;
  }

  /** The worst state of any of them. */
  get state(): LockState {
    const states = new Set(this.locks.map((lock) => lock.state));
    return worstFirst.find((state) => states.has(state)) ?? "held";
  }

  /** Aborted when any of them is lost. */
  get signal(): AbortSignal {
    this.#signal ??= AbortSignal.any(this.locks.map((lock) => lock.signal));
    return this.#signal;
  }

  assertHeld(): void {
    for (const lock of this.locks) lock.assertHeld();
  }

  onUncertain(listener: () => void): () => void {
    const stops = this.locks.map((lock) => lock.onUncertain(listener));
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** Gives all of them back in one message; throws the first failure after all were tried. */
  async release(options: { wrote?: boolean } = {}): Promise<void> {
    const outcomes = await Promise.allSettled(this.locks.map((lock) => lock.release(options)));
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.locks.map((lock) => lock[Symbol.asyncDispose]()));
  }
}

/** What `tryLock` gives when it is taken. */
export class Busy implements AsyncDisposable {
  readonly busy = true;
  readonly message: string;
  /** Who or what stands in the way. */
  readonly blockers: readonly Blocker[];

  /** @internal */
  constructor(message: string, blockers: readonly Blocker[]) {
    this.message = message;
    this.blockers = blockers;
  }

  /** Nothing to give back: lets `await using` take either outcome. */
  async [Symbol.asyncDispose](): Promise<void> {}
}
