import type { GraphModel } from "./graph-model.ts";
import { agentId, plansAhead, type ResourceNode } from "./graph-nodes.ts";

/** From who acts to what it is about, except `holds`: a section leads to the agent that is in it. */
export interface GraphEdge {
  readonly id: string;
  readonly kind: "holds" | "waits" | "intends";
  readonly agent: string;
  readonly resource: string;
  /** Begins then: the grant, the queueing, or the start of the plan. */
  readonly sinceMs: number;
  /** Waits only: 1 is next. */
  readonly place?: number;
  readonly conflict: boolean;
}

export const holdsEdgeId = (fence: string): string => `holds:${fence}`;
export const waitsEdgeId = (request: number, path: string): string => `waits:${request}:${path}`;
export const intendsEdgeId = (intent: string, path: string): string => `intends:${intent}:${path}`;

const known = new WeakMap<ResourceNode, readonly GraphEdge[]>();

/** The edges of one section, kept as long as its record is. */
export function edgesOf(node: ResourceNode): readonly GraphEdge[] {
  const before = known.get(node);
  if (before !== undefined) return before;
  const conflicts = new Set(node.conflicts);
  const edge = (id: string, kind: GraphEdge["kind"], agent: string, sinceMs: number, place?: number): GraphEdge => ({
    id,
    kind,
    agent: agentId(agent),
    resource: node.id,
    sinceMs,
    ...(place === undefined ? {} : { place }),
    conflict: conflicts.has(id),
  });
  const edges = [
    ...node.locks.map((lock) => edge(holdsEdgeId(lock.fence), "holds", lock.agent, lock.grantedMs)),
    ...node.queue.map(({ wait }, index) => edge(waitsEdgeId(wait.request, node.path), "waits", wait.agent, wait.queuedMs, index + 1)),
    ...plansAhead(node).map(({ intent }) => edge(intendsEdgeId(intent.intent, node.path), "intends", intent.agent, intent.startMs)),
  ];
  known.set(node, edges);
  return edges;
}

/** The sections that an agent has to do with. */
export function sectionsOf(model: GraphModel, id: string): ResourceNode[] {
  const node = model.node(id);
  if (node?.kind !== "agent") return [];
  const paths = new Set([
    ...node.locks.map((lock) => lock.resource),
    ...node.waits.flatMap((wait) => wait.wants.map((want) => want.resource)),
    ...node.intents.flatMap((intent) => intent.uses.map((use) => use.resource)),
  ]);
  return [...paths].flatMap((path) => model.resources.get(path) ?? []);
}

/** All edges at a node, of either kind. An agent whose session is over has none. */
export function edgesAt(model: GraphModel, id: string): GraphEdge[] {
  const node = model.node(id);
  if (node === undefined) return [];
  const edges = node.kind === "resource" ? edgesOf(node) : sectionsOf(model, id).flatMap((section) => edgesOf(section).filter((edge) => edge.agent === id));
  return edges.filter((edge) => model.node(edge.agent) !== undefined);
}

/** A node and everything one edge away. */
export function neighbourhood(model: GraphModel, id: string): ReadonlySet<string> {
  return new Set([id, ...edgesAt(model, id).flatMap((edge) => [edge.agent, edge.resource])]);
}
