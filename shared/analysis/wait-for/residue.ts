import type { State } from "../../state/index.ts";
import { type Need, needsOf } from "./needs.ts";

interface Node {
  readonly session: string;
  readonly needs: readonly Need[];
  /** What is still missing of each need. */
  readonly missing: number[];
  unmet: number;
}

/**
 * Who can never go on: what is left when one removes, again and again, every session whose needs can be met, and lets go
 * what it holds (Holt 1972, Some deadlock properties of computer systems). Looks only at what the given sessions depend
 * on: nothing else can change the answer for them. Costs the edges it meets, each once.
 */
export function residueOf(state: State, sessions: Iterable<string>): Map<string, readonly Need[]> {
  const nodes = new Map<string, Node>();
  const dependents = new Map<string, { node: Node; need: number; weight: number }[]>();
  const free: string[] = [];
  const open = [...sessions];
  const seen = new Set<string>(open);
  for (let session = open.pop(); session !== undefined; session = open.pop()) {
    const needs = needsOf(state, session);
    if (needs.length === 0) {
      free.push(session);
      continue;
    }
    const node: Node = { session, needs, missing: needs.map((need) => need.count), unmet: needs.length };
    nodes.set(session, node);
    for (const [index, need] of needs.entries()) {
      for (const { session: other, weight } of need.from) {
        const list = dependents.get(other);
        if (list === undefined) dependents.set(other, [{ node, need: index, weight }]);
        else list.push({ node, need: index, weight });
        if (seen.has(other)) continue;
        seen.add(other);
        open.push(other);
      }
    }
  }
  for (let session = free.pop(); session !== undefined; session = free.pop()) {
    nodes.delete(session);
    for (const { node, need, weight } of dependents.get(session) ?? []) {
      const before = node.missing[need] ?? 0;
      node.missing[need] = before - weight;
      if (before <= 0 || before - weight > 0) continue;
      node.unmet -= 1;
      if (node.unmet === 0) free.push(node.session);
    }
  }
  return new Map([...nodes].map(([session, node]) => [session, node.needs.filter((_, index) => (node.missing[index] ?? 0) > 0)]));
}
