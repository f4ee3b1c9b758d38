import type { EventOf, GroupNode } from "../../model/index.ts";
import { nodeKey, type State } from "../../state/index.ts";
import { formatDuration } from "../words.ts";
import { keepWithin } from "./detector.ts";
import type { Rivalry } from "./rivalry.ts";

/** An older leader of a protocol learns of a newer one by its messages: within this time. */
const staleMs = 5_000;
const groupsAtMost = 20_000;

/** Whoever stood still and wakes has this long to hear of it and to tell. */
const wakingMs = 2_000;

/** What is known of a session beside the state. */
export interface Signs {
  /** Last heartbeat, where heartbeats are known. */
  readonly renewedMs: (session: string) => number | undefined;
  /** When it came back last: what it had ready to tell by then may be old. */
  readonly connectedMs: (session: string) => number | undefined;
}

/**
 * Nodes of one protocol that told that they lead the same group. In one term: at once when the older one acts, tells or sends,
 * beside the newer one, for a term has one leader. In different terms: when the older one is alive 5 seconds after the newer
 * one began, and takes nothing back. Who stands still or is cut off may not know, and does nothing. Memory: the nodes that
 * lead, and the groups in which more than one does.
 */
export class RivalNodes {
  /** By group and session: when it acted last. */
  readonly #leading = new Map<string, Map<string, number>>();
  /** By group, in which more than one leads: since when each session is seen to be behind. */
  readonly #contested = new Map<string, Map<string, number>>();

  get size(): number {
    return this.#leading.size;
  }

  get isWary(): boolean {
    return this.#contested.size > 0;
  }

  told({ group, session, view, atMs }: EventOf<"node.told">, state: State): void {
    const leading = this.#leading.get(group) ?? new Map<string, number>();
    for (const other of leading.keys()) if (leadingNode(state, group, other) === undefined) leading.delete(other);
    if (view.role === "leader") leading.set(session, atMs);
    if (leading.size === 0) this.#leading.delete(group);
    else this.#leading.set(group, leading);
    keepWithin(this.#leading, groupsAtMost);
    if (leading.size > 1 && !this.#contested.has(group)) this.#contested.set(group, new Map());
  }

  sent({ group, session, atMs }: EventOf<"message.sent">): void {
    const leading = this.#leading.get(group);
    if (leading?.has(session)) leading.set(session, atMs);
  }

  rivalries(state: State, nowMs: number, signs: Signs): Rivalry[] {
    const rivalries: Rivalry[] = [];
    for (const [group, behindMs] of this.#contested) {
      const acted = this.#leading.get(group) ?? new Map<string, number>();
      const nodes = [...acted.keys()].flatMap((session) => leadingNode(state, group, session) ?? []);
      const rivals = rivalsAmong(nodes);
      if (rivals.length === 0) this.#contested.delete(group);
      for (const [rival, newest] of rivals) {
        const { session, view } = rival;
        const actedMs = acted.get(session) ?? 0;
        const besideMs = sideBySide(state, rival, newest, actedMs, signs);
        const same = view.term === newest.view.term;
        if (besideMs === undefined || (!same && besideMs < staleMs)) behindMs.delete(session);
        else if (!behindMs.has(session)) behindMs.set(session, nowMs);
        const waits = same && actedMs >= newest.sinceMs ? 0 : wakingMs;
        if (besideMs !== undefined && nowMs - (behindMs.get(session) ?? Number.POSITIVE_INFINITY) >= waits) rivalries.push(rivalry(rival, newest, besideMs));
      }
    }
    return rivalries;
  }
}

function leadingNode(state: State, group: string, session: string): GroupNode | undefined {
  const node = state.nodes.get(nodeKey(group, session));
  return node?.view.role === "leader" ? node : undefined;
}

/** Each node that is not the newest of its protocol, with the one that is. */
function rivalsAmong(nodes: readonly GroupNode[]): [rival: GroupNode, newest: GroupNode][] {
  const newest = new Map<string, GroupNode>();
  const rivals: [GroupNode, GroupNode][] = [];
  for (const node of [...nodes].sort((a, b) => b.view.term - a.view.term || b.sinceMs - a.sinceMs)) {
    const one = newest.get(node.view.protocol);
    if (one === undefined) newest.set(node.view.protocol, node);
    else rivals.push([node, one]);
  }
  return rivals;
}

/** For how long, in ms, the older one was alive beside the newer one and could have heard of it; undefined when it was not. */
function sideBySide(state: State, { session }: GroupNode, newest: GroupNode, actedMs: number, { renewedMs, connectedMs }: Signs): number | undefined {
  if (state.sessions.get(session)?.connected !== true) return undefined;
  const besideMs = Math.max(actedMs, renewedMs(session) ?? 0) - Math.max(newest.sinceMs, connectedMs(session) ?? 0);
  return besideMs >= 0 ? besideMs : undefined;
}

function rivalry(rival: GroupNode, newest: GroupNode, besideMs: number): Rivalry {
  const { group, agent, view } = rival;
  const same = view.term === newest.view.term;
  const tells = `its node of ${view.protocol} tells that it leads in term ${view.term}`;
  const signal = same
    ? `${tells}, and so does that of ${newest.agent}: a term has one leader`
    : `${tells}, and ${formatDuration(besideMs)} after ${newest.agent} began to lead in term ${newest.view.term} it still does`;
  const why = same
    ? `Nothing in ${view.protocol} tells the two apart: look at both, and expel the one that should not lead.`
    : `${agent} did not hear of the newer term: look whether it is cut off from the others, and expel it if it goes on.`;
  return {
    group,
    believers: [believer(rival), believer(newest)],
    resources: [],
    signals: [signal],
    sinceMs: newest.sinceMs,
    plan: { act: "look", agent, resource: group, why },
  };
}

function believer({ agent, view, sinceMs }: GroupNode): Rivalry["believers"][number] {
  return { agent, term: String(view.term), sinceMs };
}
