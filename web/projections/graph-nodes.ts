import { plural } from "../../shared/analysis/words.ts";
import type { Election, Freeze, Intent, Lock, GroupNode as ProtocolNode, ResolvedSettings, Session, Wait, Want } from "../../shared/model/index.ts";

/** Node ids are what the link and the selection say: `resource:repo/src`, `agent:w3`, `group:roles/merger`. */
export const resourceId = (path: string): string => `resource:${path}`;
export const agentId = (agent: string): string => `agent:${agent}`;
export const groupId = (group: string): string => `group:${group}`;

export interface Queued {
  readonly wait: Wait;
  readonly want: Want;
}

export interface Planned {
  readonly intent: Intent;
  readonly want: Want;
}

/** Locks on other paths that exclude this one: of its ancestors, or of what lies below it. */
export interface Covered {
  readonly by: "above" | "below";
  /** The nearest held ancestor; for `below` the path itself. */
  readonly path: string;
  readonly locks: number;
}

export interface ResourceNode {
  readonly kind: "resource";
  readonly id: string;
  readonly path: string;
  /** The path group it stands in. */
  readonly group: string;
  readonly settings: ResolvedSettings;
  /** In the order of their grants; those that cool down are among them. */
  readonly locks: readonly Lock[];
  /** First in the queue first. */
  readonly queue: readonly Queued[];
  /** Earliest start first. */
  readonly intents: readonly Planned[];
  /** Units taken, counted in weights. */
  readonly taken: number;
  readonly freeze: Freeze | undefined;
  readonly covered: Covered | undefined;
  /** Edge ids of what does not go together here: plans against plans, or advisory holders against each other. */
  readonly conflicts: readonly string[];
  /** Since when nothing is going on here; undefined while something is. */
  readonly quietSinceMs: number | undefined;
}

/** A group of agents: one of them leads, by the engine's elections or by a protocol of their own. */
export interface GroupNode {
  readonly kind: "group";
  readonly id: string;
  readonly name: string;
  /** The path group it stands in. */
  readonly group: string;
  readonly election: Election | undefined;
  /** Of a protocol of their own. */
  readonly nodes: readonly ProtocolNode[];
}

/** What a node of a protocol does by itself when nothing happens before. */
export interface NodeTimer {
  readonly what: string;
  readonly sinceMs: number;
  readonly untilMs: number;
}

export interface AgentNode {
  readonly kind: "agent";
  readonly id: string;
  readonly agent: string;
  readonly session: Session;
  readonly locks: readonly Lock[];
  readonly waits: readonly Wait[];
  readonly intents: readonly Intent[];
  /** How many groups it leads. */
  readonly leads: number;
  readonly timer: NodeTimer | undefined;
}

export type GraphNode = ResourceNode | GroupNode | AgentNode;

/** What the signal before a section shows: may the next one go in? */
export type Signal = "clear" | "taken" | "cooling" | "frozen";

export const isCooling = (lock: Lock): boolean => lock.coolingUntilMs !== undefined;
export const isShared = (node: ResourceNode): boolean => node.locks.length > 0 && node.locks.every((lock) => lock.mode === "shared");

export function signalOf(node: ResourceNode): Signal {
  if (node.freeze !== undefined) return "frozen";
  if (node.locks.some(isCooling)) return "cooling";
  return node.taken >= node.settings.capacity || node.covered !== undefined ? "taken" : "clear";
}

/** Plans that are still ahead: whoever is in the section or in its queue is already about it. */
export function plansAhead(node: ResourceNode): readonly Planned[] {
  if (node.intents.length === 0) return node.intents;
  const here = new Set([...node.locks.map((lock) => lock.agent), ...node.queue.map(({ wait }) => wait.agent)]);
  return node.intents.filter(({ intent }) => !here.has(intent.agent));
}

/** Who is in a section and who waits before it: `held by w3, 2 agents wait`. */
export function sectionWords({ locks, freeze, queue }: ResourceNode): string {
  const agents = locks.slice(0, 3).map((lock) => lock.agent);
  const held = locks.length === 0 ? "free" : `held by ${agents.join(", ")}${locks.length > agents.length ? ` and ${locks.length - agents.length} more` : ""}`;
  const frozen = freeze === undefined ? "" : `, frozen by ${freeze.by}`;
  return `${held}${frozen}${queue.length === 0 ? "" : `, ${plural(queue.length, "agent waits", "agents wait")}`}`;
}

/** Colour of an agent's lamp, most urgent first. `alert` comes from outside: `attention` decides who needs a person. */
export type Tone = "alert" | "wait" | "lead" | "hold" | "intend" | "idle";

export function agentTone(node: AgentNode, needsYou = false): Tone {
  if (needsYou || !node.session.connected) return "alert";
  if (node.waits.length > 0) return "wait";
  if (node.leads > 0) return "lead";
  if (node.locks.length > 0) return "hold";
  return node.intents.length > 0 ? "intend" : "idle";
}

/** Somebody leads; nobody does though somebody would; nobody would. */
export function groupTone({ election, nodes }: GroupNode, needsYou = false): Tone {
  if (needsYou) return "alert";
  if (election?.leader !== undefined || nodes.some(({ view }) => view.role === "leader")) return "lead";
  if (election?.frozen !== undefined) return "intend";
  return (election?.candidates.length ?? 0) + nodes.length > 0 ? "wait" : "idle";
}

/** The tone of any node. */
export function toneOf(node: GraphNode, needsYou = false): Tone {
  if (node.kind === "agent") return agentTone(node, needsYou);
  if (node.kind === "group") return groupTone(node, needsYou);
  return needsYou ? "alert" : resourceTone(node);
}

/** What of an election runs out by itself: a vote, a delay, a window. */
export function runningOf(election: Election | undefined): NodeTimer | undefined {
  if (election === undefined) return undefined;
  const { ballot, coolingUntilMs, vacantMs, leader, settings } = election;
  if (ballot !== undefined) return { what: `ballot on ${ballot.agent}`, sinceMs: ballot.sinceMs, untilMs: ballot.untilMs };
  if (coolingUntilMs !== undefined) return { what: "nobody is elected", sinceMs: vacantMs ?? coolingUntilMs, untilMs: coolingUntilMs };
  if (leader?.turnMs === undefined) return undefined;
  return { what: "window", sinceMs: leader.turnMs - settings.windowMs, untilMs: leader.turnMs };
}

/** Who leads a group, in a few words. */
export function groupWords({ election, nodes }: GroupNode): string {
  const leading = nodes.find(({ view }) => view.role === "leader");
  if (election?.leader !== undefined) return `${election.leader.agent} · ${election.leader.term}`;
  if (leading !== undefined) return `${leading.agent} · ${leading.view.term}`;
  if (election?.ballot !== undefined) return `ballot on ${election.ballot.agent}`;
  return election === undefined || election.candidates.length > 0 ? "nobody leads" : "nobody campaigns";
}

export function resourceTone(node: ResourceNode): Tone {
  if (node.queue.length > 0) return "wait";
  if (node.locks.some((lock) => !isCooling(lock))) return "hold";
  return node.intents.length > 0 ? "intend" : "idle";
}

/** One word for what an agent is at, for the lamp's caption. */
export function agentCaption(node: AgentNode): string {
  if (!node.session.connected) return "silent";
  if (node.waits.length > 0) return "waiting";
  return node.session.state === "idle" && node.locks.length > 0 ? "holding" : node.session.state;
}
