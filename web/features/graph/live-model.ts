import { useCallback, useSyncExternalStore } from "react";
import type { State } from "../../../shared/state/index.ts";
import { type GraphChange, GraphModel } from "../../projections/graph-model.ts";
import type { AgentNode, GraphNode, GroupNode, ResourceNode } from "../../projections/graph-nodes.ts";
import { shownGroups } from "../../projections/graph-shown.ts";
import type { EventLog } from "../../stores/event-log.ts";
import { preferencesStore } from "../../stores/preferences.ts";
import { selectionStore } from "../../stores/selection.ts";
import { worldStore } from "../../stores/world.ts";

/** What one node shows changes at most this often: the eye cannot follow more, and a busy screen has hundreds of nodes. */
const nodesEveryMs = 100;
const showGroupsEveryMs = 1_000;

type Listener = (change: GraphChange) => void;

/** Follows the world while somebody looks: one model for both layouts, so that switching between them costs nothing. */
class LiveModel {
  model = new GraphModel();
  #state: State | null = null;
  #position = 0;
  #stop: (() => void) | undefined;
  #log: EventLog | undefined;
  #stopLog: (() => void) | undefined;
  /** Older events came in: they tell what was used before this page was opened. */
  #older = false;
  #touched = new Set<string>();
  #toldMs = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Which groups stand in the picture is looked at seldom, as it takes a look at all of them. */
  #shownMs = Number.NEGATIVE_INFINITY;
  #stopOthers: (() => void) | undefined;
  readonly #listeners = new Set<Listener>();
  readonly #byNode = new Map<string, Set<() => void>>();

  /** Calls `listener` after every frame with what it touched. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    this.#start();
    return () => {
      this.#listeners.delete(listener);
      this.#rest();
    };
  }

  /** Calls `listener` when one node's record was replaced, came or went. */
  subscribeNode(id: string, listener: () => void): () => void {
    const listeners = this.#byNode.get(id) ?? new Set();
    this.#byNode.set(id, listeners.add(listener));
    this.#start();
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#byNode.get(id) === listeners) this.#byNode.delete(id);
      this.#rest();
    };
  }

  #start(): void {
    if (this.#stop !== undefined) return;
    this.#stop = worldStore.subscribe(() => this.#follow());
    const stops = [
      selectionStore.subscribe((now, before) => now.selected !== before.selected && this.#showGroups()),
      preferencesStore.subscribe((now, before) => now.groupsInGraph !== before.groupsInGraph && this.#showGroups()),
    ];
    this.#stopOthers = () => {
      for (const stop of stops) stop();
    };
    this.#follow();
  }

  #rest(): void {
    if (this.#listeners.size > 0 || this.#byNode.size > 0) return;
    this.#stop?.();
    this.#stop = undefined;
    this.#stopOthers?.();
    this.#stopLog?.();
    this.#log = undefined;
  }

  /** At once after a pause; under load the frames of a moment are drawn together. */
  #tellNodes(): void {
    if (this.#timer !== undefined || this.#touched.size === 0) return;
    const wait = this.#toldMs + nodesEveryMs - performance.now();
    if (wait > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#tellNodes();
      }, wait);
      return;
    }
    this.#toldMs = performance.now();
    const touched = this.#touched;
    this.#touched = new Set();
    for (const id of touched) for (const listener of this.#byNode.get(id) ?? []) listener();
  }

  #watch(events: EventLog): void {
    if (events === this.#log) return;
    this.#stopLog?.();
    this.#log = events;
    this.#stopLog = events.subscribe(({ kind }) => {
      if (kind !== "prepended") return;
      this.#older = true;
      this.#follow();
    });
  }

  #follow(): void {
    const { state, events } = worldStore.getState();
    this.#watch(events);
    if (state === null || (state === this.#state && state.position === this.#position && !this.#older)) return;
    const next = this.#position + 1;
    const follows = state === this.#state && !this.#older && events.from <= next && events.to === state.position;
    if (state !== this.#state && this.#state?.space !== state.space) this.model = new GraphModel();
    if (this.#older || state !== this.#state) this.model.quiet.learn(events.slice());
    this.#older = false;
    const change = follows ? this.model.apply(state, events.slice(next)) : this.model.reset(state);
    this.#state = state;
    this.#position = state.position;
    this.#tell(change);
    if (!follows || performance.now() - this.#shownMs >= showGroupsEveryMs) this.#showGroups();
  }

  #showGroups(): void {
    const state = this.#state;
    if (state === null) return;
    this.#shownMs = performance.now();
    const groups = preferencesStore.getState().groupsInGraph
      ? shownGroups(state, selectionStore.getState().selected, this.model.groups.keys())
      : new Set<string>();
    const change = this.model.show(state, groups);
    if (change.added.size + change.removed.size + change.changed.size > 0) this.#tell(change);
  }

  #tell(change: GraphChange): void {
    for (const ids of [change.added, change.changed, change.removed]) for (const id of ids) if (this.#byNode.has(id)) this.#touched.add(id);
    this.#tellNodes();
    for (const listener of this.#listeners) listener(change);
  }
}

export const liveModel = new LiveModel();

function useNode(id: string): GraphNode | undefined {
  const subscribe = useCallback((listener: () => void) => liveModel.subscribeNode(id, listener), [id]);
  return useSyncExternalStore(subscribe, () => liveModel.model.node(id));
}

export function useResourceNode(path: string): ResourceNode | undefined {
  const node = useNode(`resource:${path}`);
  return node?.kind === "resource" ? node : undefined;
}

export function useGroupNode(group: string): GroupNode | undefined {
  const node = useNode(`group:${group}`);
  return node?.kind === "group" ? node : undefined;
}

export function useAgentNode(agent: string): AgentNode | undefined {
  const node = useNode(`agent:${agent}`);
  return node?.kind === "agent" ? node : undefined;
}
