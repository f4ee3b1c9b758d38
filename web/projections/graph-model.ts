import type { Event, Freeze, Intent, Lock, Wait } from "../../shared/model/index.ts";
import { isGlob, nodeKey, PathTree, type State } from "../../shared/state/index.ts";
import { groupOf } from "./graph-groups.ts";
import { type AgentNode, agentId, type GraphNode, type GroupNode, groupId, type NodeTimer, type ResourceNode, resourceId } from "./graph-nodes.ts";
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
  /** Those that are shown: `show` says which. */
  readonly groups = new Map<string, GroupNode>();
  readonly quiet: QuietMemory;
  /** Paths of all sections, found by overlap. */
  readonly #paths = new PathTree<string>();
  /** Records as they were last seen: what an event changed is known only by what was there before it. */
  readonly #locks = new Map<string, Lock>();
  readonly #waits = new Map<number, Wait>();
  readonly #intents = new Map<string, Intent>();
  /** By group: who leads. */
  readonly #leaders = new Map<string, string>();
  /** By agent: how many groups it leads. */
  readonly #leads = new Map<string, number>();
  #shown: ReadonlySet<string> = new Set();
  #rules: State["rules"] = [];
  #freezes: readonly Freeze[] = [];
  /** Paths that a rule names: they stand on the panel even when nobody uses them. */
  #configured = new Set<string>();
  #dirtyPaths = new Set<string>();
  #dirtyAgents = new Set<string>();
  #dirtyGroups = new Set<string>();

  constructor(quiet = new QuietMemory()) {
    this.quiet = quiet;
  }

  node(id: string): GraphNode | undefined {
    if (id.startsWith("agent:")) return this.agents.get(id.slice("agent:".length));
    return id.startsWith("group:") ? this.groups.get(id.slice("group:".length)) : this.resources.get(id.slice("resource:".length));
  }

  /** Follows `events`, which `state` has already folded. */
  apply(state: State, events: readonly Event[]): GraphChange {
    const touched = new Touched();
    for (const event of events) touch(event, touched);
    this.#sync(state, touched.locks, touched.waits, touched.intents, touched.agents, touched.groups);
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
      all(all(this.groups.keys(), this.#leaders.keys()), state.elections.keys()),
    );
    this.#syncRules(state);
    this.#syncFreezes(state);
    for (const path of this.quiet.paths()) if (!this.resources.has(path)) this.#dirtyPaths.add(path);
    return this.#build(state);
  }

  /** From now on these groups are nodes, as far as anything is known of them. */
  show(state: State, groups: ReadonlySet<string>): GraphChange {
    for (const group of [...this.groups.keys(), ...groups]) if (groups.has(group) !== this.#shown.has(group)) this.#dirtyGroups.add(group);
    this.#shown = groups;
    return this.#build(state);
  }

  #sync(state: State, locks: Iterable<string>, waits: Iterable<number>, intents: Iterable<string>, agents: Iterable<string>, groups: Iterable<string>): void {
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
    for (const group of groups) this.#syncGroup(state, group);
  }

  #syncGroup(state: State, group: string): void {
    if (this.#shown.has(group)) this.#dirtyGroups.add(group);
    const [before, now] = [this.#leaders.get(group), state.elections.get(group)?.leader?.agent];
    if (before === now) return;
    if (now === undefined) this.#leaders.delete(group);
    else this.#leaders.set(group, now);
    for (const [agent, by] of [[before, -1] as const, [now, 1] as const]) {
      if (agent === undefined) continue;
      const count = (this.#leads.get(agent) ?? 0) + by;
      if (count === 0) this.#leads.delete(agent);
      else this.#leads.set(agent, count);
      this.#dirtyAgents.add(agent);
    }
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
    for (const group of this.#dirtyGroups) this.#buildGroup(state, group, change);
    this.#dirtyPaths = new Set();
    this.#dirtyAgents = new Set();
    this.#dirtyGroups = new Set();
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

  #buildGroup(state: State, name: string, change: GraphChange): void {
    const before = this.groups.get(name);
    const election = state.elections.get(name);
    const nodes = this.#shown.has(name) ? [...state.nodes.values()].filter((node) => node.group === name) : [];
    if (!this.#shown.has(name) || (election === undefined && nodes.length === 0)) {
      if (before !== undefined) change.removed.add(before.id);
      this.groups.delete(name);
      return;
    }
    if (before !== undefined && before.election === election && sameList(before.nodes, nodes)) return;
    this.groups.set(name, { kind: "group", id: groupId(name), name, group: groupOf(name), election, nodes });
    (before === undefined ? change.added : change.changed).add(groupId(name));
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
      leads: this.#leads.get(agent) ?? 0,
      timer: timerOf(state, session.session, has?.nodes),
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

/** The timer of the first of its nodes that tells of one. */
function timerOf(state: State, session: string, groups: Iterable<string> | undefined): NodeTimer | undefined {
  for (const group of groups ?? []) {
    const node = state.nodes.get(nodeKey(group, session));
    const timer = node?.view.timer;
    if (node === undefined || timer === undefined) continue;
    const untilMs = node.toldMs + timer.leftMs;
    return { what: timer.what, sinceMs: untilMs - timer.spanMs, untilMs };
  }
  return undefined;
}

/** Nobody is in it, before it or on the way to it, and no operator holds it. */
function isQuiet(node: ResourceNode): boolean {
  return node.locks.length === 0 && node.queue.length === 0 && node.intents.length === 0 && node.freeze?.resource !== node.path;
}

function sameAgent(a: AgentNode, b: AgentNode): boolean {
  return (
    a.session === b.session &&
    a.leads === b.leads &&
    a.timer?.untilMs === b.timer?.untilMs &&
    sameList(a.locks, b.locks) &&
    sameList(a.waits, b.waits) &&
    sameList(a.intents, b.intents)
  );
}

const sameList = <T>(a: readonly T[], b: readonly T[]): boolean => a.length === b.length && a.every((item, index) => item === b[index]);
