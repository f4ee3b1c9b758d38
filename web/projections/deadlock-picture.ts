import type { DeadlockRecord, EdgeKind } from "../../shared/model/index.ts";
import { overlaps, type State } from "../../shared/state/index.ts";
import { holdsEdgeId, waitsEdgeId } from "./graph-edges.ts";
import { agentId, resourceId } from "./graph-nodes.ts";

/** The nodes and the edges of a cycle or of a chain, as both layouts name them, and the fences of the locks in it. */
export interface DeadlockPicture {
  readonly nodes: ReadonlySet<string>;
  readonly edges: ReadonlySet<string>;
  readonly fences: ReadonlySet<string>;
}

/** One step of waiting: what it takes to draw it. `on` are sessions. */
interface WaitStep {
  readonly agent: string;
  readonly kind: EdgeKind;
  readonly resource: string;
  readonly request?: number | undefined;
  readonly on: readonly string[];
}

/** Where a deadlock stands in the picture now. */
export function pictureOf(state: State, found: DeadlockRecord): DeadlockPicture {
  return drawSteps(
    state,
    found.cycle.map((step) => ({ ...step, on: [step.on] })),
  );
}

/** The nodes and edges of steps of waiting. A declared wait has no edge: no resource stands between the two. */
export function drawSteps(state: State, steps: readonly WaitStep[]): DeadlockPicture {
  const nodes = new Set<string>();
  const edges = new Set<string>();
  const fences = new Set<string>();
  for (const step of steps) {
    nodes.add(agentId(step.agent));
    for (const session of step.on) nodes.add(agentId(state.sessions.get(session)?.agent ?? ""));
    if (step.request === undefined) continue;
    nodes.add(resourceId(step.resource));
    edges.add(waitsEdgeId(step.request, step.resource));
    for (const { fence, resource } of heldFor(state, step)) {
      nodes.add(resourceId(resource));
      edges.add(holdsEdgeId(fence));
      fences.add(fence);
    }
    // Behind somebody in the queue: the other's wait at the same place is the edge that leads on.
    for (const request of step.kind === "queue" ? step.on.flatMap((session) => [...(state.bySession.get(session)?.waits ?? [])]) : []) {
      const want = state.waits.get(request)?.wants.find((one) => overlaps(one.resource, step.resource));
      if (want !== undefined) edges.add(waitsEdgeId(request, want.resource));
    }
  }
  return { nodes, edges, fences };
}

/** What those it waits for hold of it. */
function heldFor(state: State, step: WaitStep): { readonly fence: string; readonly resource: string }[] {
  return step.on
    .flatMap((session) => [...(state.bySession.get(session)?.locks ?? [])])
    .flatMap((fence) => {
      const lock = state.locks.get(fence);
      return lock !== undefined && overlaps(lock.resource, step.resource) ? [lock] : [];
    });
}
