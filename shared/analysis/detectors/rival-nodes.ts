import type { EventOf, Finding, GroupNode } from "../../model/index.ts";
import { nodeKey, type State } from "../../state/index.ts";
import { formatDuration } from "../words.ts";
import { findingId, keepWithin } from "./detector.ts";

/** An older leader of a protocol learns of a newer one by its messages: within this time. */
const staleMs = 5_000;
/** Whoever tells nothing for so long may have stepped down since. */
const quietMs = 10_000;
const groupsAtMost = 20_000;

/**
 * Nodes of one protocol that tell that they lead the same group: at once when they tell the same term, for a term has one
 * leader; in different terms when the older one still tells so 5 seconds after the newer one began. Memory: the nodes that
 * lead, and the groups in which more than one does.
 */
export class RivalNodes {
  /** By group: sessions. */
  readonly #leading = new Map<string, Set<string>>();
  readonly #contested = new Set<string>();

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
    if (leading.size > 1) this.#contested.add(group);
  }

  /** `connectedMs`: when a session came back; what it had ready to send by then it may have meant before. */
  findings(state: State, nowMs: number, connectedMs: (session: string) => number): Finding[] {
    const findings: Finding[] = [];
    for (const group of this.#contested) {
      const nodes = [...(this.#leading.get(group) ?? [])].flatMap((session) => leadingNode(state, group, session) ?? []);
      const [newest, ...others] = nodes.sort((a, b) => b.view.term - a.view.term || b.sinceMs - a.sinceMs);
      const rivals = others.filter(({ view, toldMs }) => view.protocol === newest?.view.protocol && nowMs - toldMs < quietMs);
      if (newest === undefined || rivals.length === 0) this.#contested.delete(group);
      else findings.push(...rivals.flatMap((rival) => rivalry(rival, newest, connectedMs(rival.session)) ?? []));
    }
    return findings;
  }
}

function leadingNode(state: State, group: string, session: string): GroupNode | undefined {
  const node = state.nodes.get(nodeKey(group, session));
  return node?.view.role === "leader" ? node : undefined;
}

function rivalry(older: GroupNode, newest: GroupNode, connectedMs: number): Finding | undefined {
  const { group, agent, view } = older;
  const same = view.term === newest.view.term;
  if (!same && older.toldMs - Math.max(newest.sinceMs, connectedMs) < staleMs) return undefined;
  const tells = `its node of ${view.protocol} tells that it leads in term ${view.term}`;
  const because = same
    ? `${tells}, and so does that of ${newest.agent}: a term has one leader`
    : `${tells}, ${formatDuration(older.toldMs - newest.sinceMs)} after ${newest.agent} began to lead in term ${newest.view.term}`;
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
