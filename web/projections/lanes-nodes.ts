import type { Event, GroupNode } from "../../shared/model/index.ts";
import type { LaneBounds, Lanes, Segment } from "./lanes-model.ts";
import { type Beginning, begin, finish } from "./lanes-segments.ts";
import { foldNodeTerms, isLed, putNodeTerm } from "./node-terms.ts";

/** Adds a node that believes it leads now: two of one group lie one below the other. */
export function foldPresentNode(lanes: Lanes, node: GroupNode, add: (beginning: Beginning) => void): void {
  const { group, agent, view, sinceMs } = node;
  putNodeTerm(lanes.nodes, node);
  if (view.role === "leader") add({ ...leadOf(group, agent, view.term, view.because), startMs: sinceMs });
}

/** Terms of nodes that agents run among themselves, as they told them; false when the event changes none. */
export function foldNodes(lanes: Lanes, event: Event, bounds: LaneBounds): boolean {
  let isAny = false;
  for (const { group, agent, before, now } of foldNodeTerms(lanes.nodes, event)) {
    if (isLed(before) && finish(lanes, keyOf(group, agent, before), event.atMs, "over", bounds) !== undefined) isAny = true;
    if (!isLed(now) || event.type !== "node.told") continue;
    // A node tells itself anew with every entry: whoever leads at its first word of a later page has led before.
    const startKnown = before !== undefined || lanes.fromPosition === 0;
    const startMs = startKnown ? event.atMs : lanes.firstMs;
    begin(lanes, { ...leadOf(group, agent, now, event.view.because), startMs, startKnown }, bounds);
    isAny = true;
  }
  return isAny;
}

/** The term of a segment in which somebody leads: one that the engine gave is its fence, a node's own is none. */
export function termOf({ key, fence }: Pick<Segment, "key" | "fence">): string {
  return fence ?? key.split(" ", 2)[1] ?? "";
}

/** Agents have no blanks in their names, groups may. */
const keyOf = (group: string, agent: string, term: number): string => `node:${agent} ${term} ${group}`;

function leadOf(group: string, agent: string, term: number, because: string): Omit<Beginning, "startMs"> {
  return { key: keyOf(group, agent, term), kind: "leads", agent, resources: [group], reason: because };
}
