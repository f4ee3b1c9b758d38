import { createContext, useContext } from "react";
import type { GraphNode } from "../../projections/graph-nodes.ts";
import type { Trouble } from "../attention/troubles.ts";

/** What needs a person, as the panel marks it: by the lock in the way, by the agent and by the group. */
export interface Alerts {
  readonly fences: ReadonlyMap<string, Trouble>;
  readonly agents: ReadonlyMap<string, Trouble>;
  readonly groups: ReadonlyMap<string, Trouble>;
  readonly count: number;
}

export const noAlerts: Alerts = { fences: new Map(), agents: new Map(), groups: new Map(), count: 0 };

/** One word under the lamp of an agent that needs a person. */
export const needWords: Record<Trouble["kind"], string> = {
  stuckHolder: "suspected",
  lostHolder: "silent",
  frozenWaiters: "waiting",
  overLimit: "over limit",
  refusedWrites: "refused",
  deadlock: "deadlock",
  livelock: "livelock",
  starvation: "starves",
  convoy: "in a queue",
  staleHolder: "suspected",
  priorityInversion: "held up",
  lockOrder: "crosses",
  splitBrain: "two lead",
  vacantGroup: "no leader",
};

/** The worst comes first and stays. A frozen section with waiters is marked as frozen; only locks and agents turn red. */
export function alertsOf(needs: readonly Trouble[]): Alerts {
  const fences = new Map<string, Trouble>();
  const agents = new Map<string, Trouble>();
  const groups = new Map<string, Trouble>();
  for (const need of needs) {
    for (const fence of need.fences ?? [need.fence]) if (fence !== undefined && !fences.has(fence)) fences.set(fence, need);
    const group = groupOf(need);
    if (group !== undefined && !groups.has(group)) groups.set(group, need);
    for (const agent of need.agents ?? [need.agent]) if (agent !== undefined && !agents.has(agent)) agents.set(agent, need);
  }
  return { fences, agents, groups, count: needs.length };
}

/** The group that nobody leads, or that two do. */
function groupOf({ kind, subject, resources }: Trouble): string | undefined {
  if (kind === "splitBrain") return resources?.[0];
  return subject.kind === "group" ? subject.id : undefined;
}

/** Is a node in trouble? */
export function isAlerted({ fences, agents, groups }: Alerts, node: GraphNode): boolean {
  if (node.kind === "agent") return agents.has(node.agent);
  return node.kind === "group" ? groups.has(node.name) : node.locks.some(({ fence }) => fences.has(fence));
}

export const AlertsContext = createContext<Alerts>(noAlerts);
export const useAlerts = (): Alerts => useContext(AlertsContext);
