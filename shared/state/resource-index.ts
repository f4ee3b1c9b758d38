import type { Intent, Lock, Version, Wait } from "../model/index.ts";
import { compareFences } from "./fences.ts";
import { PathTree } from "./path-tree.ts";
import { plants } from "./plants.ts";

/** Where things stand in the tree of resources: derived from the records, found by overlap. */
export interface ResourceIndex {
  /** Held and cooling locks. */
  readonly locks: PathTree<Lock>;
  /** Waits, once for each of their wants; those of one path in queue order. */
  readonly waits: PathTree<Wait>;
  /** Intents, once for each of their uses. */
  readonly intents: PathTree<Intent>;
  readonly versions: PathTree<Version>;
}

export function emptyIndex(): ResourceIndex {
  return {
    locks: new PathTree((a, b) => compareFences(a.fence, b.fence)),
    waits: new PathTree(compareWaits),
    intents: new PathTree((a, b) => Number(a.intent.slice(1)) - Number(b.intent.slice(1))),
    versions: new PathTree((a, b) => compareFences(a.version, b.version)),
  };
}

/** Queue order: upgrades first, then rank, then who came first. */
export function compareWaits(a: Wait, b: Wait): number {
  const upgrade = (a.upgradeOf === undefined ? 1 : 0) - (b.upgradeOf === undefined ? 1 : 0);
  if (upgrade !== 0) return upgrade;
  if (plants.lastComesFirst) return b.rank - a.rank || b.request - a.request;
  return a.rank !== b.rank ? a.rank - b.rank : a.request - b.request;
}
