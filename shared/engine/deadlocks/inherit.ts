import { needsOf } from "../../analysis/index.ts";
import type { EventBody, Wait } from "../../model/index.ts";
import { plants, type State, settingsOf } from "../../state/index.ts";

/** What a session's locks pass on to all that it waits for itself: the most urgent who wait for them. */
export function inheritAt(state: State, session: string, fences: Iterable<string>): EventBody[] {
  const own = state.bySession.get(session)?.waits;
  if (own === undefined || own.size === 0) return [];
  let latest = Number.NEGATIVE_INFINITY;
  for (const request of own) latest = Math.max(latest, state.waits.get(request)?.rank ?? latest);
  let most: Wait | undefined;
  for (const fence of fences) {
    const lock = state.locks.get(fence);
    if (lock === undefined) continue;
    state.index.waits.some(lock.resource, (other) => {
      if (other.session !== session && other.rank < (most?.rank ?? latest) && waitsForHolder(state, other, session)) most = other;
      return false;
    });
  }
  return most === undefined ? [] : inheritFrom(state, most);
}

function waitsForHolder(state: State, wait: Wait, session: string): boolean {
  if (!wait.wants.some((want) => settingsOf(state, want.resource).inherit)) return false;
  return needsOf(state, wait).some(
    (need) => need.kind !== "queue" && settingsOf(state, need.resource).inherit && need.from.some(({ on }) => on.session === session),
  );
}

/** How far urgency is passed on along a chain of holders. */
const chainAtMost = 16;

/**
 * Priority inheritance (Sha, Rajkumar, Lehoczky 1990): who holds what somebody more urgent waits for is at least as urgent
 * wherever it waits itself, and so on along the chain. A rank only falls, so nobody waits longer for having inherited.
 */
export function inheritFrom(state: State, wait: Wait): EventBody[] {
  const events: EventBody[] = [];
  if (plants.inheritSkipped || !wait.wants.some((want) => settingsOf(state, want.resource).inherit)) return events;
  const open = [wait];
  const seen = new Set<number>([wait.request]);
  while (open.length > 0 && events.length < chainAtMost) {
    const urgent = open.shift() as Wait;
    for (const need of needsOf(state, urgent)) {
      // Who merely stands in the queue keeps nobody out: it is gone past, not hurried.
      if (need.kind === "queue" || !settingsOf(state, need.resource).inherit) continue;
      for (const { on } of need.from) {
        for (const number of state.bySession.get(on.session)?.waits ?? []) {
          const other = state.waits.get(number);
          if (other === undefined || seen.has(number) || other.rank <= wait.rank) continue;
          seen.add(number);
          open.push(other);
          events.push({ type: "lock.inherited", session: other.session, agent: other.agent, request: number, rank: wait.rank, from: wait.request });
        }
      }
    }
  }
  return events;
}
