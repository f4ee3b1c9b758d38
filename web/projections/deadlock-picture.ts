import type { CycleStep, DeadlockRecord } from "../../shared/model/index.ts";
import { overlaps, type State } from "../../shared/state/index.ts";
import { holdsEdgeId, waitsEdgeId } from "./graph-edges.ts";
import { agentId, resourceId } from "./graph-nodes.ts";

/** The nodes and the edges of a cycle, as both layouts name them, and the fences of the locks in it. */
export interface DeadlockPicture {
  readonly nodes: ReadonlySet<string>;
  readonly edges: ReadonlySet<string>;
  readonly fences: ReadonlySet<string>;
}

/** Where a deadlock stands in the picture now. A declared wait has no edge: no resource stands between the two. */
export function pictureOf(state: State, found: DeadlockRecord): DeadlockPicture {
  const nodes = new Set<string>();
  const edges = new Set<string>();
  const fences = new Set<string>();
  for (const step of found.cycle) {
    nodes.add(agentId(step.agent));
    if (step.request === undefined) continue;
    nodes.add(resourceId(step.resource));
    edges.add(waitsEdgeId(step.request, step.resource));
    for (const { fence, resource } of heldFor(state, step)) {
      nodes.add(resourceId(resource));
      edges.add(holdsEdgeId(fence));
      fences.add(fence);
    }
    // Behind somebody in the queue: the other's wait at the same place is the edge that leads on.
    for (const request of step.kind === "queue" ? (state.bySession.get(step.on)?.waits ?? []) : []) {
      const want = state.waits.get(request)?.wants.find((one) => overlaps(one.resource, step.resource));
      if (want !== undefined) edges.add(waitsEdgeId(request, want.resource));
    }
  }
  return { nodes, edges, fences };
}

/** What the next of the cycle holds that this step waits for. */
export function heldFor(state: State, step: CycleStep): { readonly fence: string; readonly resource: string; readonly grantedMs: number }[] {
  return [...(state.bySession.get(step.on)?.locks ?? [])].flatMap((fence) => {
    const lock = state.locks.get(fence);
    return lock !== undefined && overlaps(lock.resource, step.resource) ? [lock] : [];
  });
}
