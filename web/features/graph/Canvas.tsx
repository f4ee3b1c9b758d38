import { useStoreApi } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { formatSelected } from "../../app/search.ts";
import { readTokens, type Tokens, useScheme } from "../../app/theme.ts";
import { edgesAt, type GraphEdge } from "../../projections/graph-edges.ts";
import type { GroupCounts } from "../../projections/graph-geometry.ts";
import type { Plot } from "../../projections/graph-layout.ts";
import { type GraphNode, type Tone, toneOf } from "../../projections/graph-nodes.ts";
import { selectionStore } from "../../stores/selection.ts";
import { faultsNow, onFaults } from "../faults/fault-store.ts";
import { type Alerts, isAlerted, useAlerts } from "./alerts.ts";
import { drawEdges, drawHighlight, drawPicture, drawPlots } from "./canvas-draw.ts";
import { drawLabels } from "./canvas-labels.ts";
import { elementsAtMost, type PlacedEdge } from "./Edges.tsx";
import { boxOf, FarPicture, type View } from "./far-picture.ts";
import { drawBolts, struckInSight } from "./fault-marks.ts";
import { type Focus, focusOfSelected } from "./focus.ts";
import classes from "./GraphView.module.css";
import { liveModel } from "./live-model.ts";
import { markDrawn } from "./marks.ts";
import type { Scene } from "./scene.ts";
import type { EdgeStore } from "./use-near.ts";

/** A new picture of the far view at most this often; between them the last one is shown, moved along. */
const paintEveryMs = 100;
const noCounts: ReadonlyMap<string, GroupCounts> = new Map();

interface CanvasProps {
  readonly scene: Scene;
  /** Near, the nodes and edges are elements: only the plots are drawn here. */
  readonly far: boolean;
  readonly dims: (node: GraphNode) => boolean;
  readonly edgeStore: EdgeStore;
}

/** The one canvas of the graph: plots below the nodes when near; dots, lines and titles when far. Drawn only on change. */
export function Canvas({ scene, far, dims, edgeStore }: CanvasProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  const flow = useStoreApi();
  const scheme = useScheme();
  const alerts = useAlerts();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another scheme has other colours
  useEffect(() => {
    const canvas = ref.current;
    if (canvas === null) return;
    const drawing = new Drawing(
      canvas,
      scene,
      far,
      dims,
      alerts,
      () => viewOf(flow.getState()),
      () => edgeStore.getState().edges,
    );
    const stops = [
      flow.subscribe((now, before) => {
        if (now.transform !== before.transform || now.width !== before.width || now.height !== before.height) drawing.moved();
      }),
      // Near, of the world there are only the edges on the canvas: their store tells of them.
      ...(far ? [liveModel.subscribe(() => drawing.changed())] : []),
      scene.subscribe(() => drawing.changed()),
      selectionStore.subscribe(() => drawing.ask()),
      onFaults(() => drawing.ask()),
      edgeStore.subscribe(() => drawing.ask()),
    ];
    drawing.changed();
    return () => {
      for (const stop of stops) stop();
      drawing.close();
    };
  }, [flow, scene, far, dims, alerts, scheme, edgeStore]);
  return <canvas ref={ref} className={classes.canvas} />;
}

export function viewOf({ transform: [left, top, zoom], width, height }: { transform: [number, number, number]; width: number; height: number }): View {
  return { left, top, zoom, width, height };
}

class Drawing {
  readonly #canvas: HTMLCanvasElement;
  readonly #scene: Scene;
  readonly #far: FarPicture | undefined;
  readonly #dims: (node: GraphNode) => boolean;
  readonly #alerts: Alerts;
  readonly #view: () => View;
  readonly #edges: () => readonly PlacedEdge[];
  readonly #tokens: Tokens = readTokens();
  #paintedMs = Number.NEGATIVE_INFINITY;
  /** The picture is older than the world or the view. */
  #stale = true;
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    canvas: HTMLCanvasElement,
    scene: Scene,
    far: boolean,
    dims: (node: GraphNode) => boolean,
    alerts: Alerts,
    view: () => View,
    edges: () => readonly PlacedEdge[],
  ) {
    this.#canvas = canvas;
    this.#scene = scene;
    this.#dims = dims;
    this.#alerts = alerts;
    this.#view = view;
    this.#edges = edges;
    this.#far = far ? new FarPicture(() => this.#painted()) : undefined;
  }

  /** Draws in the next frame, once. */
  ask(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  changed(): void {
    this.#stale = true;
    if (this.#far === undefined) this.ask();
    else this.#paintSoon();
  }

  moved(): void {
    this.#stale = true;
    this.ask();
    this.#paintSoon();
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#far?.close();
  }

  #painted(): void {
    markDrawn();
    this.ask();
    if (this.#stale) this.#paintSoon();
  }

  #paintSoon(): void {
    if (this.#far === undefined || this.#timer !== undefined || this.#far.busy) return;
    const wait = Math.max(0, this.#paintedMs + paintEveryMs - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#paint();
    }, wait);
  }

  #paint(): void {
    if (this.#far === undefined || this.#scene.places.size === 0) return;
    this.#paintedMs = performance.now();
    this.#stale = false;
    this.#far.paint(liveModel.model, this.#scene.places, this.#view(), this.#tokens, { needsYou: this.#needsYou, dims: this.#dims });
  }

  readonly #needsYou = (node: GraphNode): boolean => isAlerted(this.#alerts, node);

  readonly #tone = (id: string): Tone => {
    const node = liveModel.model.node(id);
    return node === undefined ? "idle" : toneOf(node, this.#needsYou(node));
  };

  #draw(): void {
    this.#frame = 0;
    const view = this.#view();
    const context = this.#canvas.getContext("2d");
    if (context === null || view.width === 0) return;
    const ratio = Math.min(2, devicePixelRatio);
    const [width, height] = [Math.round(view.width * ratio), Math.round(view.height * ratio)];
    if (this.#canvas.width !== width || this.#canvas.height !== height) Object.assign(this.#canvas, { width, height });
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawPlots(context, view, this.#plots(), this.#far?.groups ?? noCounts, this.#tokens, this.#far !== undefined);
    if (this.#far === undefined) {
      const edges = this.#edges();
      if (edges.length > elementsAtMost) drawEdges(context, view, edges, this.#tokens);
      return;
    }
    const focus = focusOfSelected();
    const hovered = formatSelected(selectionStore.getState().hovered);
    if (this.#far.picture !== undefined) drawPicture(context, view, this.#far.picture, focus === undefined ? 1 : 0.35);
    if (focus !== undefined) drawHighlight(context, view, this.#scene.places, edgesIn(focus), focus.nodes, focus.centre, this.#tone, this.#tokens);
    if (hovered !== undefined && hovered !== focus?.centre)
      drawHighlight(context, view, this.#scene.places, [], new Set([hovered]), hovered, this.#tone, this.#tokens);
    drawLabels(context, view, this.#scene.places, this.#scene.places.within(boxOf(view), 161), this.#tokens);
    drawBolts(context, view, this.#scene.places, struckInSight(faultsNow(), this.#scene.places, view), this.#tokens);
  }

  /** A yard that all have left is not shown. */
  #plots(): readonly Plot[] {
    return this.#scene.plots.filter((plot) => plot.kind !== "yard" || this.#scene.places.within(plot, 1).length > 0);
  }
}

function edgesIn({ centre, nodes, way, ring }: Focus): GraphEdge[] {
  const own = centre === undefined ? [] : edgesAt(liveModel.model, centre);
  if (way.size === 0) return own;
  const edges = [...nodes].flatMap((id) => edgesAt(liveModel.model, id)).filter(({ id }) => way.has(id));
  const all = new Map([...own, ...edges.map((edge) => (ring ? { ...edge, conflict: true } : edge))].map((edge) => [edge.id, edge]));
  return [...all.values()];
}
