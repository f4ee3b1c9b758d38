import type { GroupHolding } from "../protocol/index.ts";
import type { State } from "../state/index.ts";

/** What a session has in groups, in the order of their names: what notices told it, or would have told had it been connected. */
export function groupsOf(state: State, session: string): GroupHolding[] {
  const own = state.bySession.get(session);
  if (own === undefined) return [];
  return [...new Set([...own.campaigns, ...own.observes])].sort().map((group) => {
    const { leader = null, ballot } = state.elections.get(group) ?? {};
    return { group, campaigns: own.campaigns.has(group), observes: own.observes.has(group), leader, ...(ballot && { ballot }) };
  });
}
