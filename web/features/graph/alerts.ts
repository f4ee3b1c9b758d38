import { createContext, useContext } from "react";
import type { Trouble } from "../attention/troubles.ts";

/** What needs a person, as the panel marks it: by the lock in the way and by the agent. */
export interface Alerts {
  readonly fences: ReadonlyMap<string, Trouble>;
  readonly agents: ReadonlySet<string>;
  /** By agent: what one sees at a glance, the first that it is in. */
  readonly troubles: ReadonlyMap<string, Trouble["kind"]>;
  readonly count: number;
}

export const noAlerts: Alerts = { fences: new Map(), agents: new Set(), troubles: new Map(), count: 0 };

/** A frozen section with waiters is marked as frozen; only locks and agents turn red. */
export function alertsOf(needs: readonly Trouble[]): Alerts {
  const fences = new Map<string, Trouble>();
  const troubles = new Map<string, Trouble["kind"]>();
  for (const need of needs) {
    for (const fence of need.fences ?? [need.fence]) if (fence !== undefined) fences.set(fence, need);
    for (const agent of need.agents ?? [need.agent]) if (agent !== undefined && !troubles.has(agent)) troubles.set(agent, need.kind);
  }
  return { fences, agents: new Set(troubles.keys()), troubles, count: needs.length };
}

/** What stands under the lamp of an agent in trouble. */
export function troubleCaption(kind: Trouble["kind"] | undefined): string {
  return (kind === undefined ? undefined : captions[kind]) ?? "suspected";
}

const captions: Partial<Record<Trouble["kind"], string>> = {
  deadlock: "deadlock",
  livelock: "livelock",
  starvation: "starves",
  priorityInversion: "held up",
};

export const AlertsContext = createContext<Alerts>(noAlerts);
export const useAlerts = (): Alerts => useContext(AlertsContext);
