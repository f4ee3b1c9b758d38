import type { EventBody, Wait } from "../../model/index.ts";
import { overlaps, type State } from "../../state/index.ts";

/** Puts a request first when its agent is favoured there at present: a livelock was ended that way. */
export function favourAt(state: State, wait: Wait): EventBody[] {
  if (state.favours.size === 0) return [];
  for (const favour of state.favours.values()) {
    if (favour.agent !== wait.agent || favour.untilMs <= state.atMs) continue;
    if (favour.resources.some((resource) => wait.wants.some((want) => overlaps(resource, want.resource)))) return putFirst(state, wait, favour.finding);
  }
  return [];
}

/** Before everyone who waits for any of what it wants. */
export function putFirst(state: State, wait: Wait, finding: string): EventBody[] {
  let lowest = wait.rank;
  for (const want of wait.wants) {
    state.index.waits.some(want.resource, (other) => {
      if (other.request !== wait.request && other.rank <= lowest) lowest = other.rank - 1;
      return false;
    });
  }
  if (lowest === wait.rank) return [];
  return [{ type: "lock.favoured", session: wait.session, agent: wait.agent, request: wait.request, rank: lowest, finding }];
}
