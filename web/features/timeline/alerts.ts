import type { State } from "../../../shared/state/index.ts";
import type { Trouble } from "../attention/troubles.ts";

/** Locks that need the operator, by fence, and since when: from the last sign of progress, not from the grant. */
export function alertsOf(needs: readonly Trouble[], state: State | null): ReadonlyMap<string, number> {
  const alerts = new Map<string, number>();
  for (const need of needs) {
    if (need.fence === undefined) continue;
    const session = state?.sessions.get(state.locks.get(need.fence)?.session ?? "");
    const progressMs = need.kind === "stuckHolder" ? session?.progressMs : undefined;
    alerts.set(need.fence, Math.max(need.sinceMs, progressMs ?? 0));
  }
  return alerts;
}
