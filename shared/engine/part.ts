import type { Lock, Snapshot, Wait } from "../model/index.ts";
import { fromSnapshot, plants, type State, toSnapshot } from "../state/index.ts";

/**
 * A copy of just the part of a state that a change to these resources, sessions and groups can touch: every wait that overlaps,
 * everyone who holds there, whatever else all of these wait for, and so on until nothing new comes. Trying something on it
 * costs what is involved, not what the space holds.
 */
export function partOf(state: State, resources: readonly string[], sessions: readonly string[], groups: Iterable<string> = []): State {
  const waits = new Set<Wait>();
  const locks = new Set<Lock>();
  const involved = new Set<string>();
  const open = [...resources];
  const seen = new Set<string>();
  const involve = (session: string): void => {
    if (involved.has(session)) return;
    involved.add(session);
    const own = state.bySession.get(session);
    for (const fence of own?.locks ?? []) addTo(locks, state.locks.get(fence));
    for (const number of own?.waits ?? []) for (const want of state.waits.get(number)?.wants ?? []) open.push(want.resource);
    for (const id of own?.declared ?? []) {
      for (const agent of state.declared.get(id)?.on ?? []) {
        const on = state.agents.get(agent);
        if (on !== undefined) involve(on);
      }
    }
  };
  for (const session of sessions) involve(session);
  for (let resource = open.pop(); resource !== undefined; resource = open.pop()) {
    if (seen.has(resource)) continue;
    seen.add(resource);
    state.index.locks.some(resource, (lock) => {
      locks.add(lock);
      involve(lock.session);
      return false;
    });
    state.index.waits.some(resource, (wait) => {
      waits.add(wait);
      involve(wait.session);
      return false;
    });
  }
  const elections = [...groups].flatMap((group) => state.elections.get(group) ?? []);
  const observers = elections.flatMap(({ group }): Snapshot["observers"] => {
    const sessions = state.observers.get(group);
    return sessions === undefined ? [] : [[group, [...sessions]]];
  });
  // Of whoever campaigns or observes only the session counts there, not what it holds elsewhere.
  const present = new Set(involved);
  for (const { candidates } of plants.previewAlone ? [] : elections) for (const { session } of candidates) present.add(session);
  for (const [, sessions] of observers) for (const session of sessions) present.add(session);
  const part: Snapshot = {
    ...frameOf(state),
    sessions: [...present].flatMap((id) => state.sessions.get(id) ?? []),
    locks: [...locks],
    waits: [...waits].sort((a, b) => a.request - b.request),
    work: [...involved].flatMap((id) => state.work.get(id) ?? []),
    elections,
    observers,
    declared: [...state.declared.values()].filter((wait) => involved.has(wait.session)),
    deadlocks: [...state.deadlocks.values()].filter((found) => found.cycle.every((step) => involved.has(step.session))),
  };
  return fromSnapshot(part);
}

function addTo<T>(set: Set<T>, item: T | undefined): void {
  if (item !== undefined) set.add(item);
}

/** Everything that is not by session: counters, rules, freezes. */
function frameOf(state: State): Snapshot {
  const none = new Map();
  return toSnapshot({
    ...state,
    sessions: none,
    locks: none,
    waits: none,
    intents: none,
    versions: none,
    answers: none,
    deadlocks: none,
    elections: none,
    observers: none,
    nodes: none,
    declared: none,
    work: none,
  });
}
