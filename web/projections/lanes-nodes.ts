import type { Event, GroupNode, NodeView } from "../../shared/model/index.ts";
import type { LaneBounds, Lanes, Segment } from "./lanes-model.ts";
import { type Beginning, begin, finish } from "./lanes-segments.ts";

/** Adds a node that believes it leads now: two of one group lie one below the other. */
export function foldPresentNode(lanes: Lanes, { group, agent, view, sinceMs }: GroupNode, add: (beginning: Beginning) => void): void {
  termsOf(lanes, agent).set(group, termLed(view));
  if (view.role === "leader") add({ ...leadOf(group, agent, view), startMs: sinceMs });
}

/** Terms of nodes that agents run among themselves, as they told them; false when the event is about none. */
export function foldNodes(lanes: Lanes, event: Event, bounds: LaneBounds): boolean {
  switch (event.type) {
    case "node.told":
      return told(lanes, event, bounds);
    case "node.gone":
      return over(lanes, event.group, event.agent, event.atMs, bounds);
    case "session.ended": {
      const groups = [...(lanes.nodes.get(event.agent)?.keys() ?? [])];
      for (const group of groups) over(lanes, group, event.agent, event.atMs, bounds);
      return groups.length > 0;
    }
    default:
      return false;
  }
}

interface Told {
  readonly group: string;
  readonly agent: string;
  readonly view: NodeView;
  readonly atMs: number;
}

function told(lanes: Lanes, { group, agent, view, atMs }: Told, bounds: LaneBounds): boolean {
  const term = termLed(view);
  const before = termsOf(lanes, agent).get(group);
  if (before === term) return false;
  const ended = over(lanes, group, agent, atMs, bounds);
  termsOf(lanes, agent).set(group, term);
  if (term === null) return ended;
  // A node tells itself anew with every entry: whoever leads at its first word of a later page has led before.
  const startKnown = before !== undefined || lanes.fromPosition === 0;
  begin(lanes, { ...leadOf(group, agent, view), startMs: startKnown ? atMs : lanes.firstMs, startKnown }, bounds);
  return true;
}

function over(lanes: Lanes, group: string, agent: string, atMs: number, bounds: LaneBounds): boolean {
  const terms = lanes.nodes.get(agent);
  const term = terms?.get(group);
  terms?.delete(group);
  if (terms?.size === 0) lanes.nodes.delete(agent);
  return typeof term === "number" && finish(lanes, keyOf(group, agent, term), atMs, "over", bounds) !== undefined;
}

const termLed = ({ role, term }: NodeView): number | null => (role === "leader" ? term : null);

function termsOf(lanes: Lanes, agent: string): Map<string, number | null> {
  const terms = lanes.nodes.get(agent) ?? new Map();
  lanes.nodes.set(agent, terms);
  return terms;
}

/** The term of a segment in which somebody leads: one that the engine gave is its fence, a node's own is none. */
export function termOf({ key, fence }: Pick<Segment, "key" | "fence">): string {
  return fence ?? key.split(" ", 2)[1] ?? "";
}

/** Agents have no blanks in their names, groups may. */
const keyOf = (group: string, agent: string, term: number): string => `node:${agent} ${term} ${group}`;

function leadOf(group: string, agent: string, { term, because }: NodeView): Omit<Beginning, "startMs"> {
  return { key: keyOf(group, agent, term), kind: "leads", agent, resources: [group], reason: because };
}
