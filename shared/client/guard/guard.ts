import { type Fence, fenceSchema, type Resource, resourceSchema } from "../../model/index.ts";
import type { FenceStore } from "./store.ts";
import { Turns } from "./turns.ts";

/** A write was refused: somebody with a newer lock has written, or was admitted to write, since. */
export class StaleFence extends Error {
  override name = "StaleFence";
  readonly resource: Resource;
  readonly fence: Fence;
  readonly highest: Fence;

  constructor(resource: Resource, fence: Fence, highest: Fence) {
    super(`Fence ${fence} is stale: ${resource} has seen ${highest}. The lock was lost; take it again and start from what is there now.`);
    this.resource = resource;
    this.fence = fence;
    this.highest = highest;
  }
}

export interface GuardOptions {
  store: FenceStore;
  /** Hears of each refusal, for instance `(stale) => box.reportRefusal(stale.resource, stale.fence, stale.highest)`. */
  report?: (stale: StaleFence) => unknown;
}

export interface Guard {
  /**
   * Admits a fence or throws `StaleFence`. A lock on a directory covers what is below it, and fences of one space are
   * comparable: name the locked directory beside the file that is written, `check(["repo/src", "repo/src/app.ts"], fence)`,
   * and a late writer who holds an older lock on another file of it is refused as well.
   */
  check(resources: Resource | readonly Resource[], fence: Fence): Promise<void>;
  /** Checks, then runs the write; the next admitted write of this guard to the same resource begins after it ended. */
  write<T>(resources: Resource | readonly Resource[], fence: Fence, work: () => T | Promise<T>): Promise<T>;
}

/**
 * The other half of a lock (DESIGN D4): it stands beside the resource and never admits a fence below the highest it has
 * admitted, so a holder that was paused beyond its lease cannot write over its successor
 * (Kleppmann, How to do distributed locking, 2016). Put it as near to the resource as you can.
 *
 * What it does not promise:
 * - Nothing about semaphores and shared locks: several fences are right at once there, and the lower ones would be refused.
 * - Nothing about writes that do not pass it, or about a resource written through guards with different stores.
 * - Between the check and the write itself a process can still be paused, and only this guard object waits for the write
 *   to end. Where other processes write too, let the resource do the check, or make the write itself conditional.
 * - It knows fences, not locks: a fence stays admitted until a higher one was seen, even when its lock has ended.
 */
export function createGuard({ store, report }: GuardOptions): Guard {
  const turns = new Turns();

  async function check(resources: Resource | readonly Resource[], fence: Fence): Promise<void> {
    const named = toList(resources).map((resource) => resourceSchema.parse(resource));
    const higher = await store.admit(named, fenceSchema.parse(fence));
    if (higher === undefined) return;
    const stale = new StaleFence(higher.resource, fence, higher.highest);
    // The refusal is what counts; whether it can be told to anybody now is not.
    void Promise.resolve()
      .then(() => report?.(stale))
      .catch(() => undefined);
    throw stale;
  }

  return {
    check,
    write(resources, fence, work) {
      return turns.take(toList(resources), async () => {
        await check(resources, fence);
        return work();
      });
    },
  };
}

function toList(resources: Resource | readonly Resource[]): readonly Resource[] {
  return typeof resources === "string" ? [resources] : resources;
}
