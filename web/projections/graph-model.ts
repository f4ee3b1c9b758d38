import type { Event, Freeze, Intent, Lock, Wait } from "../../shared/model/index.ts";
import { isGlob, PathTree, type State } from "../../shared/state/index.ts";
import { type AgentNode, agentId, type GraphNode, type ResourceNode, resourceId } from "./graph-nodes.ts";
import { QuietMemory } from "./graph-quiet.ts";
import { resourceAt } from "./graph-section.ts";
import { Touched, touch } from "./graph-touched.ts";

/** Node ids that a step touched. A node is in `changed` only when it was there before and still is. */
export interface GraphChange {
  readonly added: Set<string>;
  readonly removed: Set<string>;
  readonly changed: Set<string>;
}

/**
 * The nodes of both layouts: sections of track (resources) and lamps (agents). `apply` follows the events of a frame and
 * costs what they touched; `reset` compares the whole state. Both end in the same picture. A node's record is replaced,
 * never changed, so equal by reference means unchanged.
 */
export class GraphModel {
  readonly resources = new Map<string, ResourceNode>();
  readonly agents = new Map<string, AgentNode>();
  readonly quiet: QuietMemory;
  /** Paths of all sections, found by overlap. */
  readonly #paths = new PathTree<string>();
  /** Records as they were last seen: what an event changed is known only by what was there before it. */
  readonly #locks = new Map<string, Lock>();
  readonly #waits = new Map<number, Wait>();
  readonly #intents = new Map<string, Intent>();
  #rules: State["rules"] = [];
  #freezes: readonly Freeze[] = [];
  /** Paths that a rule names: they stand on the panel even when nobody uses them. */
  #configured = new Set<string>();
  #dirtyPaths = new Set<string>();
  #dirtyAgents = new Set<string>();

  constructor(quiet = new QuietMemory()) {
    this.quiet = quiet;
  }

  node(id: string): GraphNode | undefined {
    return id.startsWith("agent:") ? this.agents.get(id.slice("agent:".length)) : this.resources.get(id.slice("resource:".length));
  }

  /** Follows `events`, which `state` has already folded. */
  apply(state: State, events: readonly Event[]): GraphChange {
    const touched = new Touched();
    for (const event of events) touch(event, touched);
    this.#sync(state, touched.locks, touched.waits, touched.intents, touched.agents);
    if (touched.rules) this.#syncRules(state);
    if (touched.freezes) this.#syncFreezes(state);
    return this.#build(state);
  }

  /** Compares every record by identity: for a fresh snapshot, or after a gap. */
  reset(state: State): GraphChange {
    const all = <K>(before: Iterable<K>, now: Iterable<K>) => new Set([...before, ...now]);
    this.#sync(
      state,
      all(this.#locks.keys(), state.locks.keys()),
      all(this.#waits.keys(), state.waits.keys()),
      all(this.#intents.keys(), state.intents.keys()),
      all(this.agents.keys(), state.agents.keys()),
    );
    this.#syncRules(state);
    this.#syncFreezes(state);
    for (const path of this.quiet.paths()) if (!this.resources.has(path)) this.#dirtyPaths.add(path);
    return this.#build(state);
  }

  #sync(state: State, locks: Iterable<string>, waits: Iterable<number>, intents: Iterable<string>, agents: Iterable<string>): void {
    for (const fence of locks) {
      for (const lock of replaced(this.#locks, state.locks, fence)) {
        this.#touchAround(lock.resource);
        this.#dirtyAgents.add(lock.agent);
      }
    }
    for (const request of waits) {
      for (const wait of replaced(this.#waits, state.waits, request)) {
        for (const want of wait.wants) this.#dirtyPaths.add(want.resource);
        this.#dirtyAgents.add(wait.agent);
      }
    }
    for (const id of intents) {
      for (const intent of replaced(this.#intents, state.intents, id)) {
        for (const use of intent.uses) this.#touchAround(use.resource);
        this.#dirtyAgents.add(intent.agent);
      }
    }
    for (const agent of agents) this.#dirtyAgents.add(agent);
  }

  /** Rules are few and change seldom: every section is made anew. */
  #syncRules(state: State): void {
    if (this.#rules === state.rules) return;
    this.#rules = state.rules;
    const configured = new Set(state.rules.map((rule) => rule.pattern).filter((pattern) => !isGlob(pattern)));
    for (const path of [...this.resources.keys(), ...this.#configured, ...configured]) this.#dirtyPaths.add(path);
    this.#configured = configured;
  }

  #syncFreezes(state: State): void {
    const freezes = [...state.freezes.values()];
    for (const freeze of [...this.#freezes, ...freezes]) this.#touchAround(freeze.resource);
    this.#freezes = freezes;
  }

  /** What is held, planned or frozen on one path matters to all that overlap it. */
  #touchAround(path: string): void {
    this.#dirtyPaths.add(path);
    this.#paths.some(path, (other) => {
      this.#dirtyPaths.add(other);
      return false;
    });
  }

  #build(state: State): GraphChange {
    const change: GraphChange = { added: new Set(), removed: new Set(), changed: new Set() };
    const made = new Map<string, ResourceNode>();
    for (const path of this.#dirtyPaths) {
      const node = resourceAt(state, path, this.#freezes);
      made.set(path, node);
      if (isQuiet(node)) {
        if (this.resources.has(path)) this.quiet.remember(path, state.atMs);
      } else this.quiet.forget(path);
    }
    for (const path of this.quiet.prune(state.atMs)) if (!made.has(path)) made.set(path, resourceAt(state, path, this.#freezes));
    for (const [path, node] of made) this.#place(path, node, change);
    for (const agent of this.#dirtyAgents) this.#buildAgent(state, agent, change);
    this.#dirtyPaths = new Set();
    this.#dirtyAgents = new Set();
    return change;
  }

  #place(path: string, node: ResourceNode, change: GraphChange): void {
    const before = this.resources.get(path);
    const quietSinceMs = this.quiet.sinceMs(path);
    if (isQuiet(node) && quietSinceMs === undefined && !this.#configured.has(path)) {
      if (before === undefined) return;
      this.resources.delete(path);
      this.#paths.delete(path, path);
      change.removed.add(before.id);
      return;
    }
    this.resources.set(path, quietSinceMs === undefined ? node : { ...node, quietSinceMs });
    if (before === undefined) this.#paths.add(path, path);
    (before === undefined ? change.added : change.changed).add(resourceId(path));
  }

  #buildAgent(state: State, agent: string, change: GraphChange): void {
    const before = this.agents.get(agent);
    const session = state.sessions.get(state.agents.get(agent) ?? "");
    if (session === undefined) {
      if (before !== undefined) change.removed.add(before.id);
      this.agents.delete(agent);
      return;
    }
    const has = state.bySession.get(session.session);
    const node: AgentNode = {
      kind: "agent",
      id: agentId(agent),
      agent,
      session,
      locks: records(has?.locks, state.locks),
      waits: records(has?.waits, state.waits),
      intents: records(has?.intents, state.intents),
    };
    if (before !== undefined && sameAgent(before, node)) return;
    this.agents.set(agent, node);
    (before === undefined ? change.added : change.changed).add(node.id);
  }
}

/** Takes over what `now` has under `key`; gives the old and the new record when they differ. */
function replaced<K, V>(seen: Map<K, V>, now: ReadonlyMap<K, V>, key: K): V[] {
  const before = seen.get(key);
  const after = now.get(key);
  if (before === after) return [];
  if (after === undefined) seen.delete(key);
  else seen.set(key, after);
  return [before, after].filter((record) => record !== undefined);
}

const records = <K, V>(keys: Iterable<K> | undefined, map: ReadonlyMap<K, V>): V[] => [...(keys ?? [])].flatMap((key) => map.get(key) ?? []);

/** Nobody is in it, before it or on the way to it, and no operator holds it. */
function isQuiet(node: ResourceNode): boolean {
  return node.locks.length === 0 && node.queue.length === 0 && node.intents.length === 0 && node.freeze?.resource !== node.path;
}

function sameAgent(a: AgentNode, b: AgentNode): boolean {
  return a.session === b.session && sameList(a.locks, b.locks) && sameList(a.waits, b.waits) && sameList(a.intents, b.intents);
}

const sameList = <T>(a: readonly T[], b: readonly T[]): boolean => a.length === b.length && a.every((item, index) => item === b[index]);
