import type { Contended } from "./contention.ts";

/** A part of the tree of paths: what was waited for it and for everything below it. */
export interface HeatNode {
  readonly path: string;
  /** What it is called below its parent: one segment, or several where nothing branches. */
  readonly name: string;
  readonly waitedMs: number;
  /** Its share of all waiting, 0 to 1. */
  readonly share: number;
  /** The hottest first. */
  readonly children: readonly HeatNode[];
}

interface Branch {
  readonly path: string;
  own: number;
  total: number;
  readonly below: Map<string, Branch>;
}

/** Where in the tree of paths the waiting was. What nobody waited for is left out. */
export function heatOf(all: readonly Pick<Contended, "resource" | "waitedMs">[]): HeatNode[] {
  const root: Branch = { path: "", own: 0, total: 0, below: new Map() };
  for (const { resource, waitedMs } of all) {
    if (waitedMs <= 0) continue;
    let branch = root;
    branch.total += waitedMs;
    for (const segment of resource.split("/")) {
      const path = branch.path === "" ? segment : `${branch.path}/${segment}`;
      const next: Branch = branch.below.get(segment) ?? { path, own: 0, total: 0, below: new Map() };
      branch.below.set(segment, next);
      branch = next;
      branch.total += waitedMs;
    }
    branch.own += waitedMs;
  }
  return nodesBelow(root, root.total);
}

function nodesBelow(branch: Branch, allMs: number): HeatNode[] {
  return [...branch.below.values()]
    .map((one) => nodeOf(one, branch.path, allMs))
    .sort((left, right) => right.waitedMs - left.waitedMs || (left.path < right.path ? -1 : 1));
}

/** A chain of single branches is one node. */
function nodeOf(branch: Branch, above: string, allMs: number): HeatNode {
  let end = branch;
  while (end.own === 0 && end.below.size === 1) end = [...end.below.values()][0] ?? end;
  const name = above === "" ? end.path : end.path.slice(above.length + 1);
  return { path: end.path, name, waitedMs: end.total, share: allMs === 0 ? 0 : end.total / allMs, children: nodesBelow(end, allMs) };
}
