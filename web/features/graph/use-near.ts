import { useStoreApi } from "@xyflow/react";
import { useEffect, useRef, useState } from "react";
import type { StoreApi } from "zustand/vanilla";
import { edgesAt, edgesOf, type GraphEdge, isWhole, standsBack } from "../../projections/graph-edges.ts";
import { sizes } from "../../projections/graph-layout.ts";
import type { GraphNode } from "../../projections/graph-nodes.ts";
import { type Box, holds } from "../../projections/graph-packing.ts";
import { selectionStore } from "../../stores/selection.ts";
import { viewOf } from "./Canvas.tsx";
import type { PlacedEdge } from "./Edges.tsx";
import { boxOf, type View } from "./far-picture.ts";
import { type Focus, focusOfSelected } from "./focus.ts";
import { liveModel } from "./live-model.ts";
import { markDrawn } from "./marks.ts";
import type { GroupFlowNode, LampNode, SectionNode } from "./nodes.tsx";
import type { Scene } from "./scene.ts";

/** Elements cost: React Flow keeps 60 frames a second with about 500. Beyond, the canvas shows them all. */
const mountedAtMost = 500;
const edgesAtMost = 1_500;
const sightMargin = 220;
/** Edges follow the world at most this often, the view at once; what a node shows follows every frame of the stream. */
const worldEveryMs = 100;
/** Near begins at the larger zoom and ends at the smaller, so that it does not flicker in between. A small fleet is near sooner. */
const nearFrom = { zoom: 0.5, visible: 320 };
const nearUntil = { zoom: 0.42, visible: 440 };
const smallFleet = { nodes: 120, zoom: 0.28 };

export type FlowNode = LampNode | SectionNode | GroupFlowNode;

export interface Near {
  readonly near: boolean;
  readonly nodes: readonly FlowNode[];
}

/** Apart from the nodes: edges change ten times a second, and the flow itself need not hear of them. */
export type EdgeStore = StoreApi<{ readonly edges: readonly PlacedEdge[] }>;

const nothing: Near = { near: false, nodes: [] };

/** Level of detail, and when near the nodes and edges in sight: made anew when the view, the places or a node in sight change. */
export function useNear(scene: Scene, dims: (node: GraphNode) => boolean, edgeStore: EdgeStore): Near {
  const flow = useStoreApi();
  const [shown, setShown] = useState<Near>(nothing);
  const shownRef = useRef(shown);
  useEffect(() => {
    let frame = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let refreshedMs = Number.NEGATIVE_INFINITY;
    let ids = new Set<string>();
    let focus: Focus | undefined;
    let covered: Box | undefined;
    const kept = new Map<string, FlowNode>();
    const refresh = () => {
      frame = 0;
      refreshedMs = performance.now();
      const view = viewOf(flow.getState());
      if (view.width === 0) return;
      const near = isNear(scene, view, shownRef.current.near);
      if (!near && !shownRef.current.near && shownRef.current !== nothing) return;
      const seen = focusOfSelected();
      focus = seen;
      ids = new Set(near ? inSight(scene, view, seen?.nodes) : []);
      const dimmed = (node: GraphNode) => dims(node) || seen?.nodes.has(node.id) === false;
      const next: Near = { near, nodes: near ? nodesOf(scene, ids, dimmed, kept) : [] };
      edgeStore.setState({ edges: near ? placedEdges(scene, ids, seen, dimmed) : [] });
      covered = boxOf(view, sightMargin);
      shownRef.current = next;
      if (next.nodes.length > 0) markDrawn();
      setShown((before) => (sameNodes(before, next) ? before : next));
    };
    const ask = () => {
      if (frame === 0) frame = requestAnimationFrame(refresh);
    };
    const askSoon = () => {
      timer ??= setTimeout(
        () => {
          timer = undefined;
          ask();
        },
        Math.max(0, refreshedMs + worldEveryMs - performance.now()),
      );
    };
    const stops = [
      scene.subscribe((news) => (news === "dragged" ? ask() : askSoon())),
      selectionStore.subscribe((now, before) => {
        if (now.selected !== before.selected) ask();
      }),
      flow.subscribe((now, before) => {
        if (now.transform === before.transform && now.width === before.width && now.height === before.height) return;
        const view = viewOf(now);
        if (covered === undefined || !holds(covered, boxOf(view)) || isNear(scene, view, shownRef.current.near) !== shownRef.current.near) ask();
      }),
      liveModel.subscribe(({ changed, removed }) => {
        if ([changed, removed].some((list) => [...list].some((id) => ids.has(id) || id === focus?.centre))) askSoon();
      }),
    ];
    ask();
    return () => {
      for (const stop of stops) stop();
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [flow, scene, dims, edgeStore]);
  return shown;
}

function isNear(scene: Scene, view: View, before: boolean): boolean {
  const bound = before ? nearUntil : nearFrom;
  const zoom = scene.places.size <= smallFleet.nodes ? smallFleet.zoom : bound.zoom;
  return view.zoom >= zoom && scene.places.within(boxOf(view), bound.visible + 1).length <= bound.visible;
}

function inSight(scene: Scene, view: View, around: ReadonlySet<string> | undefined): string[] {
  const ids = [...(around ?? [])].slice(0, mountedAtMost / 2);
  return [...new Set([...ids, ...scene.places.within(boxOf(view, sightMargin), mountedAtMost)])].slice(0, mountedAtMost);
}

/** A node that stands where it stood is the same object: the flow then leaves it alone. */
function nodesOf(scene: Scene, ids: ReadonlySet<string>, dimmed: (node: GraphNode) => boolean, kept: Map<string, FlowNode>): FlowNode[] {
  for (const id of kept.keys()) if (!ids.has(id)) kept.delete(id);
  return [...ids].flatMap((id) => {
    const node = liveModel.model.node(id);
    const at = scene.places.at(id);
    if (node === undefined || at === undefined) return [];
    const [width, height] = node.kind === "agent" ? [sizes.lamp, sizes.lamp] : [sizes.sectionWidth, sizes.sectionHeight];
    const position = { x: at.x - width / 2, y: at.y - height / 2 };
    const dim = dimmed(node);
    const known = kept.get(id);
    if (known !== undefined && known.position.x === position.x && known.position.y === position.y && known.data.dim === dim) return [known];
    const common = { id, position, width, height, measured: { width, height } };
    const made = flowNode(node, common, dim);
    kept.set(id, made);
    return [made];
  });
}

function flowNode(node: GraphNode, common: Omit<FlowNode, "type" | "data">, dim: boolean): FlowNode {
  if (node.kind === "agent") return { ...common, type: "lamp", data: { agent: node.agent, dim } };
  if (node.kind === "group") return { ...common, type: "group", data: { group: node.name, dim } };
  return { ...common, type: "section", data: { path: node.path, dim } };
}

function placedEdges(scene: Scene, ids: ReadonlySet<string>, focus: Focus | undefined, dimmed: (node: GraphNode) => boolean): PlacedEdge[] {
  const { model } = liveModel;
  const edges = new Map<string, GraphEdge>();
  for (const id of ids) {
    const node = model.node(id);
    if (node === undefined) continue;
    for (const edge of node.kind === "agent" ? edgesAt(model, id) : edgesOf(node)) edges.set(edge.id, edge);
    if (edges.size >= edgesAtMost) break;
  }
  const leads = wayLeads(scene, edges, focus);
  return [...edges.values()].slice(0, edgesAtMost).flatMap((edge) => {
    const [agent, section] = [scene.places.at(edge.agent), scene.places.at(edge.about)];
    const [from, to] = [model.node(edge.agent), model.node(edge.about)];
    if (agent === undefined || section === undefined || from === undefined || to === undefined) return [];
    const onWay = focus?.way.has(edge.id) === true;
    const ring = onWay && focus.ring;
    const highlighted = onWay || (focus?.centre !== undefined && (edge.agent === focus.centre || edge.about === focus.centre));
    if (!highlighted && standsBack(model, edge)) return [];
    return [
      {
        edge,
        agent,
        section,
        dim: focus === undefined ? dimmed(from) && dimmed(to) : !highlighted,
        highlighted,
        ring,
        way: onWay,
        left: isWhole(edge) && leads.has(edge.agent) ? (leads.get(edge.agent) ?? 0) > agent.x : agent.x < section.x,
      },
    ];
  });
}

/** Where the lit wait of an agent leads to. */
function wayLeads(scene: Scene, edges: ReadonlyMap<string, GraphEdge>, focus: Focus | undefined): ReadonlyMap<string, number> {
  const leads = new Map<string, number>();
  for (const id of focus?.way ?? []) {
    const edge = edges.get(id);
    const section = edge?.kind === "waits" ? scene.places.at(edge.about) : undefined;
    if (edge !== undefined && section !== undefined) leads.set(edge.agent, section.x);
  }
  return leads;
}

function sameNodes(before: Near, next: Near): boolean {
  return before.near === next.near && before.nodes.length === next.nodes.length && before.nodes.every((node, index) => node === next.nodes[index]);
}
