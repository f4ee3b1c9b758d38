import { plants, type State } from "../../state/index.ts";
import { type Awaited, type Need, needOfDeclared, needsOf } from "./needs.ts";

/** What can never come to pass: that a session lets go, or that a request is granted. */
export interface Stuck {
  readonly session: string;
  /** Undefined for the session as a whole. */
  readonly request: number | undefined;
  /** Those needs that are never met: its own, and for a session those of its requests too. */
  readonly needs: readonly Need[];
}

/** All that can never come to pass, and why. */
export interface Residue {
  readonly sessions: ReadonlyMap<string, Stuck>;
  readonly requests: ReadonlyMap<number, Stuck>;
}

/** A session or a request, as a thing that others wait for. */
interface Node {
  readonly session: string;
  readonly request: number | undefined;
  /** What it needs of others; a session's requests have theirs in nodes of their own. */
  needs: readonly Need[];
  /** How many needs and own requests are not met yet. */
  unmet: number;
  /** What is still missing of each need. */
  missing: number[];
  readonly dependents: Dependent[];
}

interface Dependent {
  readonly node: Node;
  /** Which of the node's needs; undefined for a session that needs its own request. */
  readonly need: number | undefined;
  readonly weight: number;
}

/**
 * Who can never go on: what is left when one grants, again and again, every request whose needs can be met, and lets every
 * session go that waits for nothing more, with what it holds (Holt 1972, Some deadlock properties of computer systems).
 * A session goes on when all its requests are granted. Looks only at what the given sessions depend on: nothing else can
 * change the answer for them. Costs the edges it meets, each once.
 */
export function residueOf(state: State, sessions: Iterable<string>): Residue {
  const graph = new Graph(state);
  for (const session of sessions) graph.add({ session });
  graph.explore();
  graph.reduce();
  return graph.stuck();
}

class Graph {
  readonly #state: State;
  readonly #sessions = new Map<string, Node>();
  readonly #requests = new Map<number, Node>();
  readonly #open: Node[] = [];
  readonly #met: Node[] = [];
  /** In the order in which their needs were looked up. */
  readonly #nodes: Node[] = [];

  constructor(state: State) {
    this.#state = state;
  }

  add(on: Awaited): Node {
    const { session, request } = on;
    const known = request === undefined ? this.#sessions.get(session) : this.#requests.get(request);
    if (known !== undefined) return known;
    const node: Node = { session, request, needs: nothing, unmet: 0, missing: [], dependents: [] };
    if (request === undefined) this.#sessions.set(session, node);
    else this.#requests.set(request, node);
    this.#open.push(node);
    return node;
  }

  explore(): void {
    for (let node = this.#open.pop(); node !== undefined; node = this.#open.pop()) {
      if (node.request === undefined) this.#exploreSession(node);
      else this.#exploreRequest(node, node.request);
      for (let need = 0; need < node.needs.length; need++) {
        const { count, from, instead = [] } = node.needs[need] as Need;
        node.missing.push(count);
        for (const on of instead) this.add(on).dependents.push({ node, need, weight: count });
        for (const { on, weight } of from) this.add(on).dependents.push({ node, need, weight });
      }
      node.unmet += node.needs.length;
      if (node.unmet === 0) this.#met.push(node);
      this.#nodes.push(node);
    }
  }

  /** A session needs each of its requests, and what it declared. */
  #exploreSession(node: Node): void {
    const own = this.#state.bySession.get(node.session);
    for (const request of own?.waits ?? []) {
      if (!this.#state.waits.has(request)) continue;
      if (plants.needFirstWaiterOnly && node.unmet > 0) break;
      node.unmet += 1;
      this.add({ session: node.session, request }).dependents.push({ node, need: undefined, weight: 1 });
    }
    if (own === undefined || own.declared.size === 0) return;
    const waits = [...own.declared].flatMap((id) => this.#state.declared.get(id) ?? []);
    node.needs = waits.flatMap((wait) => needOfDeclared(this.#state, wait) ?? []);
  }

  /** A request needs what stands before it. */
  #exploreRequest(node: Node, request: number): void {
    const wait = this.#state.waits.get(request);
    if (wait !== undefined) node.needs = needsOf(this.#state, wait);
  }

  reduce(): void {
    for (let met = this.#met.pop(); met !== undefined; met = this.#met.pop()) {
      for (const { node, need, weight } of met.dependents) {
        if (need !== undefined) {
          const before = node.missing[need] as number;
          node.missing[need] = before - weight;
          if (before <= 0 || before > weight) continue;
        }
        node.unmet -= 1;
        if (node.unmet === 0) this.#met.push(node);
      }
    }
  }

  /** A session with a request that is never granted never lets go, whether anybody waits for all of it or not. */
  stuck(): Residue {
    const sessions = new Map<string, Stuck & { readonly needs: Need[] }>();
    const requests = new Map<number, Stuck>();
    for (const { session, request, needs, missing, unmet } of this.#nodes) {
      if (unmet === 0) continue;
      const unmetNeeds = needs.filter((_, need) => (missing[need] as number) > 0);
      if (request !== undefined) requests.set(request, { session, request, needs: unmetNeeds });
      const whole = sessions.get(session);
      if (whole === undefined) sessions.set(session, { session, request: undefined, needs: [...unmetNeeds] });
      else for (const need of unmetNeeds) whole.needs.push(need);
    }
    return { sessions, requests };
  }
}

const nothing: readonly Need[] = [];
