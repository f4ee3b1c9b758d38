/**
 * Sets of nodes from each of which one gets to every other and back (Tarjan 1972), nodes that stand alone left out.
 * Costs every node and edge once, and no depth of the stack.
 */
export function strongComponents<T>(nodes: Iterable<T>, nextOf: (node: T) => Iterable<T>): T[][] {
  const entered = new Map<T, Visit<T>>();
  const path: Visit<T>[] = [];
  const found: T[][] = [];
  const enter = (node: T): Visit<T> => {
    const visit = { node, order: entered.size, low: entered.size, onPath: true, next: nextOf(node)[Symbol.iterator]() };
    entered.set(node, visit);
    path.push(visit);
    return visit;
  };
  for (const start of nodes) {
    if (entered.has(start)) continue;
    const open = [enter(start)];
    for (let visit = open.at(-1); visit !== undefined; visit = open.at(-1)) {
      const step = visit.next.next();
      if (!step.done) {
        const known = entered.get(step.value);
        if (known === undefined) open.push(enter(step.value));
        else if (known.onPath) visit.low = Math.min(visit.low, known.order);
        continue;
      }
      open.pop();
      const parent = open.at(-1);
      if (parent !== undefined) parent.low = Math.min(parent.low, visit.low);
      if (visit.low === visit.order) takeOff(path, visit, found);
    }
  }
  return found;
}

interface Visit<T> {
  readonly node: T;
  readonly order: number;
  low: number;
  onPath: boolean;
  readonly next: Iterator<T>;
}

/** What was entered since the root of a component, and is on the path still, is that component. */
function takeOff<T>(path: Visit<T>[], root: Visit<T>, found: T[][]): void {
  const component: T[] = [];
  for (;;) {
    const visit = path.pop() as Visit<T>;
    visit.onPath = false;
    component.push(visit.node);
    if (visit === root) break;
  }
  if (component.length > 1) found.push(component.reverse());
}
