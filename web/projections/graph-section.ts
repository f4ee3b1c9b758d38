import type { Freeze, Intent, Lock, Want } from "../../shared/model/index.ts";
import { compareFences, compareWaits, covers, isAtOrBelow, isGlob, overlaps, type PathTree, type State, settingsOf } from "../../shared/state/index.ts";
import { holdsEdgeId, intendsEdgeId } from "./graph-edges.ts";
import { groupOf } from "./graph-groups.ts";
import { type Covered, type Planned, type Queued, type ResourceNode, resourceId } from "./graph-nodes.ts";

/** One section of track as the state has it: who is in it, who stands before it, who is on the way. */
export function resourceAt(state: State, path: string, freezes: readonly Freeze[]): ResourceNode {
  const locks = [...itemsAt(state.index.locks, path, (lock) => lock.resource === path)].sort((a, b) => compareFences(a.fence, b.fence));
  const queue = itemsAt(state.index.waits, path, (wait) => wantOf(wait.wants, path) !== undefined)
    .flatMap((wait): Queued[] => {
      const want = wantOf(wait.wants, path);
      return want === undefined ? [] : [{ wait, want }];
    })
    .sort((a, b) => compareWaits(a.wait, b.wait));
  const intents = itemsAt(state.index.intents, path, (intent) => wantOf(intent.uses, path) !== undefined)
    .flatMap((intent): Planned[] => {
      const want = wantOf(intent.uses, path);
      return want === undefined ? [] : [{ intent, want }];
    })
    .sort((a, b) => a.intent.startMs - b.intent.startMs || compareFences(a.intent.intent, b.intent.intent));
  return {
    kind: "resource",
    id: resourceId(path),
    path,
    group: groupOf(path),
    settings: settingsOf(state, path),
    locks,
    queue,
    intents,
    taken: locks.reduce((sum, lock) => sum + lock.weight, 0),
    freeze: state.freezes.get(path) ?? freezes.find((freeze) => covers(freeze.resource, path)),
    covered: coveredAt(state, path),
    conflicts: conflictsAt(state, path, locks, intents),
    quietSinceMs: undefined,
  };
}

const wantOf = (wants: readonly Want[], path: string): Want | undefined => wants.find((want) => want.resource === path);

/** What stands on exactly this path. Plain paths have a list of their own; a glob is picked from what overlaps it. */
function itemsAt<T>(tree: PathTree<T>, path: string, isHere: (item: T) => boolean): readonly T[] {
  if (!isGlob(path)) return tree.at(path);
  const found = new Set<T>();
  tree.some(path, (item) => {
    if (isHere(item)) found.add(item);
    return false;
  });
  return [...found];
}

/** What is held elsewhere and keeps others out of `path`: on a folder above it, on parts below it, on a glob. */
function coveredAt(state: State, path: string): Covered | undefined {
  let above: string | undefined;
  let locks = 0;
  state.index.locks.some(path, (lock) => {
    if (lock.resource === path || lock.mode === "shared" || lock.level !== "sequenced") return false;
    locks += 1;
    const covering = isGlob(lock.resource) || isAtOrBelow(path, lock.resource);
    if (covering && (above === undefined || lock.resource.length > above.length || (lock.resource.length === above.length && lock.resource > above)))
      above = lock.resource;
    return false;
  });
  if (locks === 0) return undefined;
  return above === undefined ? { by: "below", path, locks } : { by: "above", path: above, locks };
}

/** Plans of one section compared with each other; beyond it only the earliest are, so that a crowd stays cheap. */
const comparedPlans = 256;

/**
 * Edge ids at `path` that do not go together with another: plans of two agents whose windows meet, and holders who share a
 * section only because its level does not keep them apart.
 */
function conflictsAt(state: State, path: string, locks: readonly Lock[], plans: readonly Planned[]): string[] {
  const loose = locks.filter((lock) => lock.level === "advisory" || lock.level === "optimistic");
  const holders = new Set(loose.map((lock) => lock.agent));
  const excluders = new Set(loose.filter((lock) => lock.mode === "exclusive").map((lock) => lock.agent));
  const clashing = loose.filter((lock) => (lock.mode === "exclusive" ? holders.size > 1 : excluders.size > (excluders.has(lock.agent) ? 1 : 0)));
  const meeting = plans.slice(0, comparedPlans).filter(({ intent, want }) =>
    state.index.intents.some(path, (other) => {
      if (!windowsMeet(intent, other)) return false;
      return other.uses.some((use) => overlaps(use.resource, path) && (want.mode === "exclusive" || use.mode === "exclusive"));
    }),
  );
  return [...clashing.map((lock) => holdsEdgeId(lock.fence)), ...meeting.map(({ intent }) => intendsEdgeId(intent.intent, path))];
}

const windowsMeet = (mine: Intent, theirs: Intent): boolean => mine.agent !== theirs.agent && mine.startMs < theirs.endMs && theirs.startMs < mine.endMs;
