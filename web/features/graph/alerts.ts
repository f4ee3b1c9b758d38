import { createContext, useContext } from "react";
import type { Need } from "../../../shared/analysis/attention.ts";

/** What needs a person, as the panel marks it: by the lock in the way and by the agent. */
export interface Alerts {
  readonly fences: ReadonlyMap<string, Need>;
  readonly agents: ReadonlySet<string>;
  readonly count: number;
}

export const noAlerts: Alerts = { fences: new Map(), agents: new Set(), count: 0 };

/** A frozen section with waiters is marked as frozen; only locks and agents turn red. */
export function alertsOf(needs: readonly Need[]): Alerts {
  const fences = new Map<string, Need>();
  const agents = new Set<string>();
  for (const need of needs) {
    if (need.fence !== undefined) fences.set(need.fence, need);
    if (need.agent !== undefined) agents.add(need.agent);
  }
  return { fences, agents, count: needs.length };
}

export const AlertsContext = createContext<Alerts>(noAlerts);
export const useAlerts = (): Alerts => useContext(AlertsContext);
