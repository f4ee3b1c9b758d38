import { plants, type State } from "../../state/index.ts";
import { type Awaited, type Need, needOfDeclared, needsOf } from "./needs.ts";

/** What can never come to pass, and why: sessions that never let go, requests that are never granted. */
export interface Residue {
  /** Sessions, each with those of its requests' needs that are never met. */
  readonly sessions: ReadonlyMap<string, readonly Need[]>;
}

/** A session or a request, as a thing that others wait for. */
interface Node {
  readonly on: Awaited;
  readonly needs: readonly Need[];
  /** What is still missing of each need. */
  readonly missing: number[];
  unmet: number;
}

/**
 * Who can never go on: what is left when one grants, again and again, every request whose needs can be met, and lets every
 * session go that waits for nothing more, with what it holds (Holt 1972, Some deadlock properties of computer systems).
 * A session goes on when all its requests are granted. Looks only at what the given sessions depend on: nothing else can
 * change the answer for them. Costs the edges it meets, each once.
 */
export function residueOf(state: State, sessions: Iterable<string>): Residue {
  const nodes = new Map<string, Node>();
  const dependents = new Map<string, { node: Node; need: number; weight: number }[]>();
  const met: string[] = [];
  const open: Awaited[] = [...new Set(sessions)].map((session) => ({ session }));
  const seen = new Set<string>(open.map(keyOf));
  for (let on = open.pop(); on !== undefined; on = open.pop()) {
    const needs = needsOfNode(state, on);
    if (needs.length === 0) {
      met.push(keyOf(on));
      continue;
    }
    const node: Node = { on, needs, missing: needs.map((need) => need.count), unmet: needs.length };
    nodes.set(keyOf(on), node);
    for (const [index, need] of needs.entries()) {
      for (const { on: other, weight } of need.from) {
        const key = keyOf(other);
        const list = dependents.get(key);
        if (list === undefined) dependents.set(key, [{ node, need: index, weight }]);
        else list.push({ node, need: index, weight });
        if (seen.has(key)) continue;
        seen.add(key);
        open.push(other);
      }
    }
  }
  for (let key = met.pop(); key !== undefined; key = met.pop()) {
    nodes.delete(key);
    for (const { node, need, weight } of dependents.get(key) ?? []) {
      const before = node.missing[need] ?? 0;
      node.missing[need] = before - weight;
      if (before <= 0 || before - weight > 0) continue;
      node.unmet -= 1;
      if (node.unmet === 0) met.push(keyOf(node.on));
    }
  }
  return { sessions: unmetBySession(nodes) };
}

/** A session needs each of its requests; a request needs what stands before it. */
function needsOfNode(state: State, on: Awaited): readonly Need[] {
  if (on.request !== undefined) {
    const wait = state.waits.get(on.request);
    return wait === undefined ? [] : needsOf(state, wait);
  }
  const needs: Need[] = [];
  for (const number of state.bySession.get(on.session)?.waits ?? []) {
    const wait = state.waits.get(number);
    const resource = wait?.wants[0]?.resource;
    if (plants.needFirstWaiterOnly && needs.length > 0) break;
    if (wait !== undefined && resource !== undefined) {
      needs.push({ kind: "queue", resource, sinceMs: wait.queuedMs, count: 1, from: [{ on: { session: on.session, request: number }, weight: 1 }] });
    }
  }
  for (const id of state.bySession.get(on.session)?.declared ?? []) {
    const wait = state.declared.get(id);
    const need = wait && needOfDeclared(state, wait);
    if (need !== undefined) needs.push(need);
  }
  return needs;
}

/** A session with a request that is never granted never lets go, whether anybody waits for all of it or not. */
function unmetBySession(nodes: ReadonlyMap<string, Node>): Map<string, Need[]> {
  const stuck = new Map<string, Need[]>();
  for (const { on, needs, missing } of nodes.values()) {
    const unmet = stuck.get(on.session) ?? [];
    stuck.set(on.session, unmet);
    for (const [index, need] of needs.entries()) {
      // That a session needs its own request is no news: what the request needs is.
      const isOwn = on.request === undefined && need.declared === undefined;
      if (!isOwn && (missing[index] ?? 0) > 0) unmet.push(need);
    }
  }
  return stuck;
}

function keyOf(on: Awaited): string {
  return on.request === undefined ? on.session : `#${on.request}`;
}
