import { createContext, useContext } from "react";
import type { Need } from "../../../shared/analysis/attention.ts";

/** What needs a person, as the panel marks it: by the lock in the way and by the agent. */
export interface Alerts {
  readonly fences: ReadonlyMap<string, Need>;
  readonly agents: ReadonlyMap<string, Need>;
  readonly count: number;
}

export const noAlerts: Alerts = { fences: new Map(), agents: new Map(), count: 0 };

/** One word under the lamp of an agent that needs a person. */
export const needWords: Record<Need["kind"], string> = {
  stuckHolder: "suspected",
  lostHolder: "silent",
  frozenWaiters: "waiting",
  overLimit: "over limit",
  refusedWrites: "refused",
};

/** The worst comes first and stays. A frozen section with waiters is marked as frozen; only locks and agents turn red. */
export function alertsOf(needs: readonly Need[]): Alerts {
  const fences = new Map<string, Need>();
  const agents = new Map<string, Need>();
  for (const need of needs) {
    if (need.fence !== undefined && !fences.has(need.fence)) fences.set(need.fence, need);
    if (need.agent !== undefined && !agents.has(need.agent)) agents.set(need.agent, need);
  }
  return { fences, agents, count: needs.length };
}

export const AlertsContext = createContext<Alerts>(noAlerts);
export const useAlerts = (): Alerts => useContext(AlertsContext);
