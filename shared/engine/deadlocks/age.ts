import type { State } from "../../state/index.ts";

/** Since when a session has been at its present piece of work; a victim keeps its age until it got what it was refused. */
export function sinceOf(state: State, session: string): number {
  return state.work.get(session)?.sinceMs ?? state.atMs;
}

/** Is `a` older than `b`? Of two that began together, the lower agent id is: somebody always is. */
export function isOlder(state: State, a: string, b: string): boolean {
  const difference = sinceOf(state, a) - sinceOf(state, b);
  if (difference !== 0) return difference < 0;
  return (state.sessions.get(a)?.agent ?? a) < (state.sessions.get(b)?.agent ?? b);
}
