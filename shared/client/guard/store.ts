import type { Fence, Resource } from "../../model/index.ts";
import { compareFences } from "../../state/fences.ts";

/** What stands against a write: a higher fence on the resource itself or on a directory above it. */
export interface Higher {
  readonly resource: Resource;
  readonly highest: Fence;
}

/** Where a guard keeps the highest fence of each resource. */
export interface FenceStore {
  /**
   * In one atomic and durable step: when no resource named here, and none above one of them, has a higher fence, records
   * this fence on all of them and gives undefined. Otherwise changes nothing and gives what stands against it.
   */
  admit(resources: readonly Resource[], fence: Fence): Promise<Higher | undefined>;
}

/** The resource and every directory above it, the nearest first. */
export function withAncestors(resource: Resource): Resource[] {
  const all: Resource[] = [];
  for (let end = resource.length; end > 0; end = resource.lastIndexOf("/", end - 1)) all.push(resource.slice(0, end));
  return all;
}

/** For a resource that ends with this process, and for tests: a restart forgets everything. */
export function memoryFenceStore({ maxResources = 100_000 }: { maxResources?: number } = {}): FenceStore {
  const highest = new Map<Resource, Fence>();
  return {
    async admit(resources, fence) {
      for (const resource of resources.flatMap(withAncestors)) {
        const known = highest.get(resource);
        if (known !== undefined && compareFences(known, fence) > 0) return { resource, highest: known };
      }
      const fresh = new Set(resources.filter((resource) => !highest.has(resource)));
      if (highest.size + fresh.size > maxResources) {
        throw new Error(`this guard keeps the fences of ${maxResources} resources at most: raise maxResources, or keep them with sqliteFenceStore`);
      }
      for (const resource of resources) highest.set(resource, fence);
      return undefined;
    },
  };
}
