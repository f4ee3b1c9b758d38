import type { Event, Lock, LockMode, Snapshot } from "../../model/index.ts";
import { emptyState, evolve, fromSnapshot, isGlob, overlaps, parentOf, settingsOf } from "../../state/index.ts";
import type { Operation } from "./operation.ts";

/** The state before a stretch of events (undefined: nothing) and the events. */
export interface RecordedSpan {
  readonly snapshot: Snapshot | undefined;
  readonly events: Iterable<Event>;
}

/** What a lock still has to be known for when it ends. */
type Held = Pick<Lock, "fence" | "resource" | "agent" | "mode" | "weight" | "level">;

/**
 * The acquires and releases of one of our own traces, for the lock model. The journal decides one after the other, so
 * each happens at its position exactly; what was held before the trace began is acquired just before it. A lock that is
 * turned exclusive or shared, or handed over, is released and acquired at once. Levels that keep nobody out are left out.
 *
 * Resources that overlap (a folder and a file in it, a glob and what it matches) share a key, named by the first of them;
 * all others have a key of their own.
 */
export function operationsOf({ snapshot, events }: RecordedSpan): Operation[] {
  // Only the rules are followed: they say how many units a resource has at that moment.
  const rules = snapshot === undefined ? emptyState("history") : fromSnapshot(snapshot);
  const held = new Map<string, Held>();
  const found: Operation[] = [];
  const resources = new Set<string>();
  const acquire = (at: number, lock: Held) => {
    if (lock.level !== "sequenced") return;
    held.set(lock.fence, lock);
    resources.add(lock.resource);
    const { fence: hold, resource, mode, weight } = lock;
    const { capacity } = settingsOf(rules, resource);
    const call = { f: "acquire" as const, hold, resource, mode, ...(capacity > 1 || weight > 1 ? { units: weight, capacity } : {}) };
    found.push({ process: lock.agent, key: resource, call, invokedAt: at, completedAt: at, outcome: "ok" });
  };
  const release = (at: number, fence: string): Held | undefined => {
    const lock = held.get(fence);
    if (lock === undefined) return undefined;
    held.delete(fence);
    found.push({ process: lock.agent, key: lock.resource, call: { f: "release", hold: fence }, invokedAt: at, completedAt: at, outcome: "ok" });
    return lock;
  };
  const turn = (at: number, fence: string, change: { fence?: string; mode?: LockMode; agent?: string }) => {
    const lock = release(at, fence);
    if (lock !== undefined) acquire(at, { ...lock, ...change });
  };

  for (const lock of snapshot?.locks ?? []) if (lock.coolingUntilMs === undefined) acquire(snapshot?.position ?? 0, lock);
  for (const event of events) {
    const at = event.position;
    if (event.type === "lock.granted") for (const lock of event.locks) acquire(at, lock);
    else if (event.type === "lock.released") release(at, event.fence);
    else if (event.type === "lock.upgraded") turn(at, event.fence, { fence: event.newFence, mode: "exclusive" });
    else if (event.type === "lock.downgraded") turn(at, event.fence, { mode: "shared" });
    else if (event.type === "lock.transferred") turn(at, event.fence, { fence: event.newFence, agent: event.toAgent });
    else if (event.type === "resource.configured") evolve(rules, { ...event, position: rules.position + 1 });
  }
  const keys = keysOf(resources);
  return found.map((one) => ({ ...one, key: keys.get(one.key) ?? one.key }));
}

/** For each resource the first of all that it overlaps with, directly or through others. */
function keysOf(resources: ReadonlySet<string>): Map<string, string> {
  const first = new Map<string, string>();
  const rootOf = (resource: string): string => {
    let root = resource;
    for (let next = first.get(root); next !== undefined; next = first.get(root)) root = next;
    for (let one = resource; one !== root; ) {
      const next = first.get(one) as string;
      first.set(one, root);
      one = next;
    }
    return root;
  };
  const join = (a: string, b: string) => {
    const [low, high] = [rootOf(a), rootOf(b)].sort() as [string, string];
    if (low !== high) first.set(high, low);
  };
  for (const resource of resources) {
    if (isGlob(resource)) {
      for (const other of resources) if (overlaps(resource, other)) join(resource, other);
    } else for (let above = parentOf(resource); above !== undefined; above = parentOf(above)) if (resources.has(above)) join(resource, above);
  }
  return new Map([...resources].map((resource) => [resource, rootOf(resource)]));
}
