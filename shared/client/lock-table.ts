import type { Conflict, Fence, Grant } from "../model/index.ts";
import type { SignalboxError } from "./errors.ts";
import { Lock, type LockOwner } from "./lock.ts";

/** What a session holds, by fence. Re-entrance: several handles may stand for one lock. */
export class LockTable {
  readonly #handles = new Map<Fence, Set<Lock>>();

  has(fence: Fence): boolean {
    return this.#handles.has(fence);
  }

  fences(): Fence[] {
    return [...this.#handles.keys()];
  }

  all(): Lock[] {
    return [...this.#handles.values()].flatMap((handles) => [...handles]);
  }

  of(fence: Fence): readonly Lock[] {
    return [...(this.#handles.get(fence) ?? [])];
  }

  /** A handle for a grant. At level `none` there is nothing to keep track of. */
  add(owner: LockOwner, grant: Grant, conflicts: readonly Conflict[]): Lock {
    const lock = new Lock(owner, grant, conflicts);
    if (grant.fence === null) return lock;
    const handles = this.#handles.get(grant.fence);
    if (handles === undefined) this.#handles.set(grant.fence, new Set([lock]));
    else handles.add(lock);
    return lock;
  }

  /** The lock goes on under a new fence. */
  rename(fence: Fence, newFence: Fence): void {
    const handles = this.#handles.get(fence);
    if (handles === undefined) return;
    this.#handles.delete(fence);
    this.#handles.set(newFence, handles);
    for (const lock of handles) lock.rename(newFence);
  }

  lose(fence: Fence, loss: SignalboxError): void {
    for (const lock of this.#take(fence)) lock.lose(loss);
  }

  handOver(fence: Fence): void {
    for (const lock of this.#take(fence)) lock.handOver();
  }

  /** One handle was given back. */
  remove(lock: Lock): void {
    if (lock.fence === null) return;
    const handles = this.#handles.get(lock.fence);
    handles?.delete(lock);
    if (handles?.size === 0) this.#handles.delete(lock.fence);
  }

  #take(fence: Fence): readonly Lock[] {
    const handles = this.of(fence);
    this.#handles.delete(fence);
    return handles;
  }
}
