import { type EdgeKind, edgeKinds, edgesOf, type GraphEdge, isWhole, standsBack } from "./graph-edges.ts";
import type { Point } from "./graph-layout.ts";
import type { GraphModel } from "./graph-model.ts";
import { agentTone, type GraphNode, type GroupNode, isCooling, type ResourceNode, type Tone, toneOf } from "./graph-nodes.ts";
import type { Box } from "./graph-packing.ts";
import type { GraphPlaces } from "./graph-places.ts";

/** How a line or a dot looks; the painter has a colour for each. `dim` ones are outside of the filter. */
export type LineStyle = EdgeKind | "conflict";
export type Shade = "bright" | "dim";

/** Lists of numbers to paint from: lines as x1 y1 x2 y2, dots as x y. */
export interface Geometry {
  readonly lines: Readonly<Record<`${LineStyle} ${Shade}`, number[]>>;
  readonly lamps: Readonly<Record<`${Tone} ${Shade}`, number[]>>;
  readonly sections: Readonly<Record<`${Tone} ${Shade}`, number[]>>;
  /** By path group, for the titles: of all, in sight or not. */
  readonly groups: ReadonlyMap<string, GroupCounts>;
}

/** Counts of a path group. */
export interface GroupCounts {
  nodes: number;
  held: number;
  waitedFor: number;
}

export interface GeometryOptions {
  readonly box: Box;
  readonly needsYou: (node: GraphNode) => boolean;
  readonly dims: (node: GraphNode) => boolean;
}

const lineStyles: readonly LineStyle[] = [...edgeKinds, "conflict"];
const tones: readonly Tone[] = ["idle", "intend", "hold", "lead", "wait", "alert"];
const shades: readonly Shade[] = ["dim", "bright"];

/** Nodes looked at between two chances to stop. */
const sliceNodes = 512;

/**
 * Collects what is in sight of the far view: one walk over the nodes, in slices, so that ten thousand need not be walked in
 * one frame. Nodes that change meanwhile are seen as they are when the walk comes by. Edges are kept with their section.
 */
export function* walkGeometry(model: GraphModel, places: GraphPlaces, { box, needsYou, dims }: GeometryOptions): Generator<void, Geometry> {
  const lines = table(lineStyles);
  const lamps = table(tones);
  const sections = table(tones);
  const groups = new Map<string, GroupCounts>();
  const inside = ({ x, y }: Point) => x >= box.x && y >= box.y && x <= box.x + box.width && y <= box.y + box.height;
  const collect = (node: ResourceNode | GroupNode, at: Point, shade: Shade): void => {
    if (inside(at)) sections[`${toneOf(node, needsYou(node))} ${shade}`].push(at.x, at.y);
    for (const edge of edgesOf(node)) {
      const agent = places.at(edge.agent);
      if (agent === undefined || standsBack(model, edge) || !crosses(at, agent, box)) continue;
      lines[`${edge.conflict ? "conflict" : edge.kind} ${shade}`].push(agent.x, agent.y, at.x, at.y);
    }
  };
  let walked = 0;
  for (const node of model.resources.values()) {
    if (++walked % sliceNodes === 0) yield;
    count(groups, node);
    const at = places.at(node.id);
    if (at === undefined) continue;
    const shade = dims(node) ? "dim" : "bright";
    collect(node, at, shade);
  }
  for (const node of model.groups.values()) {
    const at = places.at(node.id);
    if (at !== undefined) collect(node, at, dims(node) ? "dim" : "bright");
  }
  for (const node of model.agents.values()) {
    if (++walked % sliceNodes === 0) yield;
    const at = places.at(node.id);
    if (at !== undefined && inside(at)) lamps[`${agentTone(node, needsYou(node))} ${dims(node) ? "dim" : "bright"}`].push(at.x, at.y);
  }
  return { lines, lamps, sections, groups };
}

function count(groups: Map<string, GroupCounts>, node: ResourceNode): void {
  let group = groups.get(node.group);
  if (group === undefined) {
    group = { nodes: 0, held: 0, waitedFor: 0 };
    groups.set(node.group, group);
  }
  group.nodes += 1;
  if (node.locks.some((lock) => !isCooling(lock))) group.held += 1;
  if (node.queue.length > 0) group.waitedFor += 1;
}

function table<T extends string>(styles: readonly T[]): Record<`${T} ${Shade}`, number[]> {
  return Object.fromEntries(shades.flatMap((shade) => styles.map((style) => [`${style} ${shade}`, []]))) as unknown as Record<`${T} ${Shade}`, number[]>;
}

/** May a line between two points run through the box? Leaves out what lies wholly beyond one of its sides. */
function crosses(a: Point, b: Point, box: Box): boolean {
  if (a.x < box.x && b.x < box.x) return false;
  if (a.y < box.y && b.y < box.y) return false;
  if (a.x > box.x + box.width && b.x > box.x + box.width) return false;
  return !(a.y > box.y + box.height && b.y > box.y + box.height);
}

/** From the edge of one node to the edge of another: lines end where the shapes begin. */
export function edgeLine(
  edge: GraphEdge,
  agent: Point,
  section: Point,
  sizes: { readonly lamp: number; readonly sectionWidth: number; readonly sectionHeight: number },
): { from: Point; to: Point } {
  const [dx, dy] = [section.x - agent.x, section.y - agent.y];
  const length = Math.hypot(dx, dy) || 1;
  const lampEnd = { x: agent.x + (dx / length) * (sizes.lamp / 2 + 3), y: agent.y + (dy / length) * (sizes.lamp / 2 + 3) };
  const reach = Math.min((sizes.sectionWidth / 2 + 3) / Math.max(1e-6, Math.abs(dx)), (sizes.sectionHeight / 2 + 3) / Math.max(1e-6, Math.abs(dy)), 1);
  const sectionEnd = { x: section.x - dx * reach, y: section.y - dy * reach };
  return isWhole(edge) ? { from: sectionEnd, to: lampEnd } : { from: lampEnd, to: sectionEnd };
}
