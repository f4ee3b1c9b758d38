import { createContext, useContext } from "react";
import type { Trouble } from "../attention/troubles.ts";

/** What needs a person, as the panel marks it: by the lock in the way and by the agent. */
export interface Alerts {
  readonly fences: ReadonlyMap<string, Trouble>;
  readonly agents: ReadonlySet<string>;
  readonly count: number;
}

export const noAlerts: Alerts = { fences: new Map(), agents: new Set(), count: 0 };

/** A frozen section with waiters is marked as frozen; only locks and agents turn red. */
export function alertsOf(needs: readonly Trouble[]): Alerts {
  const fences = new Map<string, Trouble>();
  const agents = new Set<string>();
  for (const need of needs) {
    for (const fence of need.fences ?? [need.fence]) if (fence !== undefined) fences.set(fence, need);
    for (const agent of need.agents ?? [need.agent]) if (agent !== undefined) agents.add(agent);
  }
  return { fences, agents, count: needs.length };
}

export const AlertsContext = createContext<Alerts>(noAlerts);
export const useAlerts = (): Alerts => useContext(AlertsContext);
