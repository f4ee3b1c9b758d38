import type { Event, GroupNode, NodeView } from "../../shared/model/index.ts";

/** By agent and group: the term in which its node leads; null while it does not, nothing where it has not told yet. */
export type NodeTerms = Map<string, Map<string, number | null>>;

/** A node that agents run among themselves begins to lead, ceases to, or both; undefined where it has told nothing, or is gone. */
export interface NodeChange {
  readonly group: string;
  readonly agent: string;
  readonly before: number | null | undefined;
  readonly now: number | null | undefined;
}

const none: readonly NodeChange[] = [];

/** Takes in what an event tells of nodes: a node tells itself anew with every entry, a change it is only when it tells another term. */
export function foldNodeTerms(terms: NodeTerms, event: Event): readonly NodeChange[] {
  switch (event.type) {
    case "node.told":
      return changed(terms, event.group, event.agent, termLed(event.view));
    case "node.gone":
      return changed(terms, event.group, event.agent, undefined);
    case "session.ended":
      return [...(terms.get(event.agent)?.keys() ?? [])].flatMap((group) => changed(terms, group, event.agent, undefined));
    default:
      return none;
  }
}

/** Takes in a node as it is now. */
export function putNodeTerm(terms: NodeTerms, { group, agent, view }: Pick<GroupNode, "group" | "agent" | "view">): void {
  changed(terms, group, agent, termLed(view));
}

/** Follows nodes through the events of a trace: tells where one begins or ceases to lead. */
export class NodeLeads {
  readonly #terms: NodeTerms = new Map();
  /** Nothing is missing before: whoever tells for the first time has not led before. */
  #isWhole: boolean;

  /** @param nodes those there were before the first event; undefined where that is not known, or the events begin with the space. */
  constructor(nodes?: Iterable<GroupNode>) {
    this.#isWhole = nodes !== undefined;
    for (const node of nodes ?? []) putNodeTerm(this.#terms, node);
  }

  take(event: Event): readonly NodeChange[] {
    if (event.position === 1) this.#isWhole = true;
    const changes = foldNodeTerms(this.#terms, event);
    return changes.length === 0 ? changes : changes.filter(({ before, now }) => isLed(before) || (isLed(now) && (before === null || this.#isWhole)));
  }
}

export const isLed = (term: number | null | undefined): term is number => typeof term === "number";

const termLed = ({ role, term }: NodeView): number | null => (role === "leader" ? term : null);

function changed(terms: NodeTerms, group: string, agent: string, now: number | null | undefined): readonly NodeChange[] {
  const own = terms.get(agent) ?? new Map<string, number | null>();
  const before = own.get(group);
  if (before === now) return none;
  if (now === undefined) own.delete(group);
  else own.set(group, now);
  if (own.size === 0) terms.delete(agent);
  else terms.set(agent, own);
  return [{ group, agent, before, now }];
}
