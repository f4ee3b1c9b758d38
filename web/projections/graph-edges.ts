import type { GraphModel } from "./graph-model.ts";
import { agentId, type GroupNode, plansAhead, type ResourceNode, type Tone } from "./graph-nodes.ts";

export const edgeKinds = ["holds", "waits", "intends", "leads", "campaigns", "votes"] as const;
export type EdgeKind = (typeof edgeKinds)[number];

/** What a line's colour says. */
export const edgeTones = { holds: "hold", waits: "wait", intends: "intend", leads: "lead", campaigns: "idle", votes: "lead" } as const satisfies Record<
  EdgeKind,
  Tone
>;

/** Among more groups than these, who stands by is only drawn at what is selected. */
const shownStandingBy = 8;
export const standsBack = (model: GraphModel, { kind }: Pick<GraphEdge, "kind">): boolean => kind === "campaigns" && model.groups.size > shownStandingBy;

/** A line that is whole: something is so, and not only wanted. */
export const isWhole = ({ kind }: Pick<GraphEdge, "kind">): boolean => kind === "holds" || kind === "leads";

/** From who acts to what it is about, except `holds` and `leads`: a section leads to the agent that is in it, a group to its leader. */
export interface GraphEdge {
  readonly id: string;
  readonly kind: EdgeKind;
  readonly agent: string;
  /** The section or the group at its other end. */
  readonly about: string;
  /** Begins then: the grant, the queueing, the start of the plan, the term, the candidacy, the ballot. */
  readonly sinceMs: number;
  /** Waits only: 1 is next. */
  readonly place?: number;
  /** Votes only. */
  readonly yes?: boolean;
  readonly conflict: boolean;
}

export const holdsEdgeId = (fence: string): string => `holds:${fence}`;
export const waitsEdgeId = (request: number, path: string): string => `waits:${request}:${path}`;
export const intendsEdgeId = (intent: string, path: string): string => `intends:${intent}:${path}`;

const known = new WeakMap<ResourceNode | GroupNode, readonly GraphEdge[]>();

/** The edges of one section or group, kept as long as its record is. */
export function edgesOf(node: ResourceNode | GroupNode): readonly GraphEdge[] {
  const before = known.get(node);
  if (before !== undefined) return before;
  const edges = node.kind === "group" ? edgesOfGroup(node) : edgesOfSection(node);
  known.set(node, edges);
  return edges;
}

function edgesOfSection(node: ResourceNode): GraphEdge[] {
  const conflicts = new Set(node.conflicts);
  const edge = (id: string, kind: GraphEdge["kind"], agent: string, sinceMs: number, place?: number): GraphEdge => ({
    id,
    kind,
    agent: agentId(agent),
    about: node.id,
    sinceMs,
    ...(place === undefined ? {} : { place }),
    conflict: conflicts.has(id),
  });
  return [
    ...node.locks.map((lock) => edge(holdsEdgeId(lock.fence), "holds", lock.agent, lock.grantedMs)),
    ...node.queue.map(({ wait }, index) => edge(waitsEdgeId(wait.request, node.path), "waits", wait.agent, wait.queuedMs, index + 1)),
    ...plansAhead(node).map(({ intent }) => edge(intendsEdgeId(intent.intent, node.path), "intends", intent.agent, intent.startMs)),
  ];
}

/** More candidates and voters than this would be a thicket around one group. */
const membersAtMost = 40;

function edgesOfGroup({ id, name, election, nodes }: GroupNode): GraphEdge[] {
  const edge = (kind: EdgeKind, key: string, agent: string, sinceMs: number, more: Partial<GraphEdge> = {}): GraphEdge => ({
    id: `${kind}:${key}`,
    kind,
    agent: agentId(agent),
    about: id,
    sinceMs,
    conflict: false,
    ...more,
  });
  const { leader, ballot, candidates = [] } = election ?? {};
  const others = candidates.filter(({ session }) => session !== leader?.session).slice(0, membersAtMost);
  const votes = ballot === undefined ? [] : [...ballot.yes.map((agent) => ({ agent, yes: true })), ...ballot.no.map((agent) => ({ agent, yes: false }))];
  return [
    ...(leader === undefined ? [] : [edge("leads", leader.term, leader.agent, leader.sinceMs)]),
    ...others.map(({ session, agent, enteredMs }) => edge("campaigns", `${session} ${name}`, agent, enteredMs)),
    ...votes.slice(0, membersAtMost).map(({ agent, yes }) => edge("votes", `${ballot?.ballot} ${agent}`, agent, ballot?.sinceMs ?? 0, { yes })),
    ...nodes
      .slice(0, membersAtMost)
      .map(({ session, agent, view, sinceMs }) => edge(view.role === "leader" ? "leads" : "campaigns", `node ${session} ${name}`, agent, sinceMs)),
  ];
}

function edgesOfAgent(model: GraphModel, id: string): GraphEdge[] {
  return [...sectionsOf(model, id), ...model.groups.values()].flatMap((node) => edgesOf(node).filter((edge) => edge.agent === id));
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
  const edges = node.kind === "agent" ? edgesOfAgent(model, id) : edgesOf(node);
  return edges.filter((edge) => model.node(edge.agent) !== undefined);
}

/** A node and everything one edge away. */
export function neighbourhood(model: GraphModel, id: string): ReadonlySet<string> {
  return new Set([id, ...edgesAt(model, id).flatMap((edge) => [edge.agent, edge.about])]);
}
