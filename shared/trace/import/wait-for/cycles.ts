import type { WaitForEdge } from "../imported.ts";

/**
 * Cycles of a wait-for graph: one of every strongly connected part (Tarjan 1972, without recursion), the shortest through
 * the member that comes first among the edges, and beginning with it.
 */
export function cyclesOf(edges: readonly WaitForEdge[]): string[][] {
  const next = new Map<string, Set<string>>();
  for (const [waiter, holder] of edges) {
    const known = next.get(waiter) ?? new Set();
    next.set(waiter, known.add(holder));
  }
  const part = partsOf(next);
  const done = new Set<number>();
  const cycles: string[][] = [];
  for (const waiter of next.keys()) {
    const own = part.get(waiter);
    if (own === undefined || done.has(own)) continue;
    const cycle = cycleThrough(waiter, next, (other) => part.get(other) === own);
    if (cycle === undefined) continue;
    done.add(own);
    cycles.push(cycle);
  }
  return cycles;
}

function cycleThrough(start: string, next: ReadonlyMap<string, ReadonlySet<string>>, inPart: (node: string) => boolean): string[] | undefined {
  const from = new Map<string, string>();
  const queue = [start];
  for (const node of queue) {
    for (const other of next.get(node) ?? []) {
      if (other === start) {
        const cycle = [node];
        for (let at = node; at !== start; ) {
          at = from.get(at) ?? start;
          cycle.unshift(at);
        }
        return cycle;
      }
      if (from.has(other) || !inPart(other)) continue;
      from.set(other, node);
      queue.push(other);
    }
  }
  return undefined;
}

/** Number of the strongly connected part of every node. */
function partsOf(next: ReadonlyMap<string, ReadonlySet<string>>): Map<string, number> {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const part = new Map<string, number>();
  const stack: string[] = [];
  const visit = (node: string): { node: string; rest: string[] } => {
    index.set(node, index.size);
    low.set(node, index.size - 1);
    stack.push(node);
    return { node, rest: [...(next.get(node) ?? [])] };
  };
  let parts = 0;
  for (const root of next.keys()) {
    if (index.has(root)) continue;
    const path = [visit(root)];
    while (path.length > 0) {
      const { node, rest } = path[path.length - 1]!;
      const other = rest.pop();
      if (other !== undefined) {
        if (!index.has(other)) path.push(visit(other));
        else if (!part.has(other)) low.set(node, Math.min(low.get(node)!, index.get(other)!));
        continue;
      }
      path.pop();
      const above = path[path.length - 1];
      if (above !== undefined) low.set(above.node, Math.min(low.get(above.node)!, low.get(node)!));
      if (low.get(node) !== index.get(node)) continue;
      for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
        part.set(member, parts);
        if (member === node) break;
      }
      parts += 1;
    }
  }
  return part;
}
