import { z } from "zod";
import type { Placement, Plot, Point } from "../../projections/graph-layout.ts";
import type { GraphChange, GraphModel } from "../../projections/graph-model.ts";
import { type AgentNode, agentId, type GroupNode, resourceId } from "../../projections/graph-nodes.ts";
import type { Box } from "../../projections/graph-packing.ts";
import { GraphPlaces } from "../../projections/graph-places.ts";
import type { LayoutReply, LayoutRequest } from "./layout-worker.ts";

/** Nodes got places or went; or somebody is dragging one. */
export type SceneNews = "placed" | "dragged";

/** Drags remembered for one space; the oldest go first. */
const pinsAtMost = 500;
const pinsSchema = z.array(z.tuple([z.string(), z.number(), z.number()])).max(pinsAtMost);

/**
 * Where the nodes of one space stand on this page. Places come from a worker, so that laying out ten thousand does not stop
 * the screen; what somebody dragged stays where it was put.
 */
export class Scene {
  readonly places = new GraphPlaces();
  plots: readonly Plot[] = [];
  /** Rises when a place or a plot changed. */
  revision = 0;
  readonly #worker: Worker;
  readonly #space: string;
  readonly #pins: Map<string, Point>;
  /** Asked for, so that nobody is asked for twice. */
  readonly #known = new Set<string>();
  /** Agents in the yard: they get a place by the section they first have to do with. */
  readonly #idle = new Set<string>();
  #anew = false;
  readonly #listeners = new Set<(news: SceneNews) => void>();

  constructor(space: string) {
    this.#space = space;
    this.#pins = readPins(space);
    this.#worker = new Worker(new URL("./layout-worker.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<LayoutReply>) => this.#take(data);
  }

  subscribe(listener: (news: SceneNews) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Asks for places of all that the model has and this has not. */
  catchUp(model: GraphModel): void {
    const here = new Set<string>();
    for (const node of model.resources.values()) here.add(node.id);
    for (const node of model.groups.values()) here.add(node.id);
    for (const node of model.agents.values()) here.add(node.id);
    this.follow(model, { added: here, changed: new Set(), removed: new Set([...this.#known].filter((id) => !here.has(id))) });
  }

  /** Lays everything out anew, what was dragged too: only ever on request. */
  tidy(model: GraphModel): void {
    this.#known.clear();
    this.#idle.clear();
    this.#pins.clear();
    writePins(this.#space, this.#pins);
    this.#anew = true;
    this.catchUp(model);
  }

  follow(model: GraphModel, change: GraphChange): void {
    const sections: Placement[] = [];
    const agents: Placement[] = [];
    for (const id of change.removed) {
      this.#known.delete(id);
      this.#idle.delete(id);
      this.places.delete(id);
    }
    for (const id of change.added) {
      if (this.#known.has(id)) continue;
      this.#known.add(id);
      const node = model.node(id);
      if (node?.kind === "resource" || node?.kind === "group") sections.push({ id, group: node.group });
      if (node?.kind === "agent") agents.push(this.#placement(model, node));
    }
    const idle = [...change.changed, ...membersOf(model, change.added)].filter((id) => this.#idle.has(id));
    for (const id of new Set(idle)) {
      const node = model.node(id);
      if (node?.kind === "agent" && nearOf(model, node) !== undefined) agents.push(this.#placement(model, node));
    }
    if (sections.length + agents.length + change.removed.size === 0) return;
    this.#worker.postMessage({ anew: this.#anew, sections, agents, removed: [...change.removed] } satisfies LayoutRequest);
    this.#anew = false;
    if (change.removed.size > 0) this.#tell("placed");
  }

  /** The box around all plots, and around what was dragged out of them; undefined while nothing has a place. */
  bounds(): Box | undefined {
    const dragged = this.places.bounds(this.#pins.keys());
    const boxes: readonly Box[] = dragged === undefined ? this.plots : [...this.plots, dragged];
    if (boxes.length === 0) return undefined;
    const [x, y] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
    const [right, bottom] = [Math.max(...boxes.map((box) => box.x + box.width)), Math.max(...boxes.map((box) => box.y + box.height))];
    return { x, y, width: right - x, height: bottom - y };
  }

  /** A node is being dragged. */
  move(id: string, point: Point): void {
    this.places.set(id, point);
    this.#tell("dragged");
  }

  /** Somebody put a node there: it stays. */
  pin(id: string, point: Point): void {
    this.#pins.delete(id);
    this.#pins.set(id, point);
    for (const oldest of this.#pins.keys()) {
      if (this.#pins.size <= pinsAtMost) break;
      this.#pins.delete(oldest);
    }
    writePins(this.#space, this.#pins);
    this.move(id, point);
  }

  close(): void {
    this.#worker.terminate();
  }

  #placement(model: GraphModel, node: AgentNode): Placement {
    const near = nearOf(model, node);
    if (near === undefined) this.#idle.add(node.id);
    else this.#idle.delete(node.id);
    return { id: node.id, group: node.session.roles[0] ?? "agents", ...(near === undefined ? {} : { near }) };
  }

  #take({ ids, xy, plots }: LayoutReply): void {
    ids.forEach((id, index) => {
      if (this.#known.has(id)) this.places.set(id, this.#pins.get(id) ?? { x: xy[2 * index] ?? 0, y: xy[2 * index + 1] ?? 0 });
    });
    if (plots !== undefined) this.plots = plots;
    this.#tell("placed");
  }

  #tell(news: SceneNews): void {
    this.revision += 1;
    for (const listener of this.#listeners) listener(news);
  }
}

/** What an agent has most to do with: what it holds, else waits for, else plans; else the group that it leads, or would. */
function nearOf(model: GraphModel, node: AgentNode): string | undefined {
  const path = node.locks[0]?.resource ?? node.waits[0]?.wants[0]?.resource ?? node.intents[0]?.uses[0]?.resource;
  if (path !== undefined) return resourceId(path);
  const groups = [...model.groups.values()];
  const led = groups.find(({ election }) => election?.leader?.agent === node.agent);
  return (led ?? groups.find((group) => agentsOf(group).includes(node.agent)))?.id;
}

const agentsOf = ({ election, nodes }: GroupNode): string[] => [...(election?.candidates ?? []), ...nodes].map(({ agent }) => agent);

/** The agents of the groups among these nodes. */
function membersOf(model: GraphModel, ids: Iterable<string>): string[] {
  return [...ids].flatMap((id) => {
    const node = model.node(id);
    return node?.kind === "group" ? agentsOf(node).map(agentId) : [];
  });
}

const pinsKey = (space: string): string => `signalbox.pins.${space}`;

function readPins(space: string): Map<string, Point> {
  try {
    return new Map(pinsSchema.parse(JSON.parse(localStorage.getItem(pinsKey(space)) ?? "[]")).map(([id, x, y]) => [id, { x, y }]));
  } catch {
    return new Map();
  }
}

function writePins(space: string, pins: ReadonlyMap<string, Point>): void {
  try {
    localStorage.setItem(pinsKey(space), JSON.stringify([...pins].map(([id, { x, y }]) => [id, x, y])));
  } catch {
    // They last as long as the page then.
  }
}

let current: { readonly space: string; readonly scene: Scene } | undefined;

/** The scene of a space. It outlives the view, so that going to tracks and back moves nothing. */
export function sceneOf(space: string): Scene {
  if (current?.space !== space) {
    current?.scene.close();
    current = { space, scene: new Scene(space) };
  }
  return current.scene;
}
