import type { EventOf, Finding, GroupNode } from "../../model/index.ts";
import { nodeKey, type State } from "../../state/index.ts";
import { formatDuration } from "../words.ts";
import { findingId, keepWithin } from "./detector.ts";

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
 * Nodes of one protocol that told that they lead the same group: at once when they told the same term, for a term has one
 * leader; in different terms when the older one shows signs of life, told or by a heartbeat, 5 seconds after the newer one
 * began, and takes nothing back. Asleep or cut off it may not know, and does nothing. Memory: the nodes that lead, and the
 * groups in which more than one does.
 */
export class RivalNodes {
  /** By group: sessions. */
  readonly #leading = new Map<string, Set<string>>();
  /** By group, in which more than one leads: when each session was first seen to be behind, by session. */
  readonly #contested = new Map<string, Map<string, number>>();

  get size(): number {
    return this.#leading.size;
  }

  get isWary(): boolean {
    return this.#contested.size > 0;
  }

  told({ group, session, view }: EventOf<"node.told">, state: State): void {
    const leading = this.#leading.get(group) ?? new Set();
    for (const other of leading) if (leadingNode(state, group, other) === undefined) leading.delete(other);
    if (view.role === "leader") leading.add(session);
    if (leading.size === 0) this.#leading.delete(group);
    else this.#leading.set(group, leading);
    keepWithin(this.#leading, groupsAtMost);
    if (leading.size > 1 && !this.#contested.has(group)) this.#contested.set(group, new Map());
  }

  findings(state: State, nowMs: number, signs: Signs): Finding[] {
    const findings: Finding[] = [];
    for (const [group, behindMs] of this.#contested) {
      const nodes = [...(this.#leading.get(group) ?? [])].flatMap((session) => leadingNode(state, group, session) ?? []);
      const [newest, ...others] = nodes.sort((a, b) => b.view.term - a.view.term || b.sinceMs - a.sinceMs);
      const rivals = others.filter(({ view }) => view.protocol === newest?.view.protocol);
      if (newest === undefined || rivals.length === 0) {
        this.#contested.delete(group);
        continue;
      }
      for (const rival of rivals) {
        const found = rivalry(state, rival, newest, signs);
        if (found === undefined) behindMs.delete(rival.session);
        else if (!behindMs.has(rival.session)) behindMs.set(rival.session, nowMs);
        const leeway = rival.view.term === newest.view.term ? 0 : wakingMs;
        if (found !== undefined && nowMs - (behindMs.get(rival.session) ?? nowMs) >= leeway) findings.push(found);
      }
    }
    return findings;
  }
}

function leadingNode(state: State, group: string, session: string): GroupNode | undefined {
  const node = state.nodes.get(nodeKey(group, session));
  return node?.view.role === "leader" ? node : undefined;
}

function rivalry(state: State, older: GroupNode, newest: GroupNode, { renewedMs, connectedMs }: Signs): Finding | undefined {
  const { group, session, agent, view } = older;
  if (state.sessions.get(session)?.connected !== true) return undefined;
  const same = view.term === newest.view.term;
  const aliveMs = Math.max(older.toldMs, renewedMs(session) ?? 0);
  if (!same && aliveMs - Math.max(newest.sinceMs, connectedMs(session) ?? 0) < staleMs) return undefined;
  const tells = `its node of ${view.protocol} tells that it leads in term ${view.term}`;
  const because = same
    ? `${tells}, and so does that of ${newest.agent}: a term has one leader`
    : `${tells}, and ${formatDuration(aliveMs - newest.sinceMs)} after ${newest.agent} began to lead in term ${newest.view.term} it still does`;
  const why = same
    ? `Nothing in ${view.protocol} tells the two apart: look at both, and expel the one that should not lead.`
    : `${agent} did not hear of the newer term: look whether it is cut off from the others, and expel it if it goes on.`;
  return {
    finding: findingId("splitBrain", [group, agent]),
    kind: "splitBrain",
    agents: [agent, newest.agent],
    resources: [group],
    because: [because],
    sinceMs: newest.sinceMs,
    plan: { act: "look", agent, resource: group, why },
  };
}
