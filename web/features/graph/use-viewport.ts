import { useReducedMotion } from "@mantine/hooks";
import { getViewportForBounds, useReactFlow, useStore, useStoreApi, type Viewport } from "@xyflow/react";
import { useCallback, useEffect, useRef } from "react";
import { formatSelected } from "../../app/search.ts";
import type { Point } from "../../projections/graph-layout.ts";
import type { GraphNode } from "../../projections/graph-nodes.ts";
import { type Box, holds } from "../../projections/graph-packing.ts";
import { selectionStore, useSelection } from "../../stores/selection.ts";
import { viewOf } from "./Canvas.tsx";
import { boxOf } from "./far-picture.ts";
import { focusOfSelected } from "./focus.ts";
import { liveModel } from "./live-model.ts";
import type { Scene } from "./scene.ts";

export const zoomRange = { min: 0.01, max: 2.2 } as const;
/** Names of nodes can be read from here on. */
const readableZoom = 0.75;
/** Below this a chain is shown larger, even when all of it is in view. */
const tooSmallZoom = 0.5;
/** Room for the layouts and the caption above, the tools below. */
const fitPadding = { top: "52px", left: "20px", right: "20px", bottom: "58px" } as const;
const moveMs = 280;

/** Where each space was last looked at, so that going to tracks and back does not lose the place. */
const lastViews = new WeakMap<Scene, { readonly viewport: Viewport; readonly steered: boolean }>();

interface Steering {
  /** Shows everything. */
  showAll(): void;
  /** Shows one part. */
  show(box: Box, maxZoom?: number): void;
  centre(point: Point): void;
  /** The view came to rest. Once an operator moved it, it moves only when asked. */
  rested(viewport: Viewport, byOperator: boolean): void;
}

/** Moves the view: to everything at first and while it grows, to what is selected or found elsewhere. */
export function useViewport(scene: Scene, dims: (node: GraphNode) => boolean, filtering: string): Steering {
  const { setViewport, setCenter, getZoom } = useReactFlow();
  const flow = useStoreApi();
  const sized = useStore(({ width, height }) => width > 0 && height > 0);
  const duration = useReducedMotion() ? 0 : moveMs;
  const steered = useRef(false);

  const show = useCallback(
    (box: Box, maxZoom = 1.15, glide = true) => {
      const { width, height } = flow.getState();
      void setViewport(getViewportForBounds(box, width, height, zoomRange.min, maxZoom, fitPadding), { duration: glide ? duration : 0 });
    },
    [flow, setViewport, duration],
  );
  const showAll = useCallback(() => {
    const box = scene.bounds();
    if (box !== undefined) show(box);
  }, [scene, show]);
  const centre = useCallback(
    (point: Point) => void setCenter(point.x, point.y, { zoom: Math.max(readableZoom, getZoom()), duration }),
    [setCenter, getZoom, duration],
  );

  // At first everything; while nobody has moved it, again when something would stand outside.
  useEffect(() => {
    if (!sized) return;
    const before = lastViews.get(scene);
    if (before !== undefined) {
      steered.current = before.steered;
      void setViewport(before.viewport);
    }
    let shown = before !== undefined;
    const look = () => {
      const all = steered.current ? undefined : scene.bounds();
      if (all === undefined) return;
      if (shown && holds(boxOf(viewOf(flow.getState())), all)) return;
      show(all, 1.15, shown);
      shown = true;
    };
    look();
    return scene.subscribe(look);
  }, [sized, scene, flow, setViewport, show]);

  const selected = useSelection((selection) => formatSelected(selection.selected));
  useEffect(() => {
    if (selected === undefined || !sized) return;
    /** False while the places are not known yet: after a link was opened, or for somebody who has just come. */
    const look = (): boolean => {
      const focus = focusOfSelected();
      const way = focus === undefined ? undefined : scene.places.bounds(focus.along);
      const inView = boxOf(viewOf(flow.getState()), -40);
      if (way !== undefined) {
        steered.current = true;
        if (focus?.ring === true) show(way);
        else if (!holds(inView, way) || getZoom() < tooSmallZoom) show(way, Math.max(readableZoom, getZoom()));
        return true;
      }
      const at = scene.places.at(selected);
      if (at !== undefined && !holds(inView, { x: at.x, y: at.y, width: 0, height: 0 })) centre(at);
      return at !== undefined;
    };
    if (look()) return;
    const stop = scene.subscribe(() => {
      if (look()) stop();
    });
    return stop;
  }, [selected, scene, sized, flow, centre, show, getZoom]);

  // A filter that finds something shows all that it found.
  useEffect(() => {
    if (filtering === "" || selectionStore.getState().selected !== null) return;
    const timer = setTimeout(() => {
      const found = [...scene.places.ids()].filter((id) => {
        const node = liveModel.model.node(id);
        return node !== undefined && !dims(node);
      });
      const box = scene.places.bounds(found);
      if (box !== undefined) show(box);
    }, 350);
    return () => clearTimeout(timer);
  }, [filtering, dims, scene, show]);

  const rested = useCallback(
    (viewport: Viewport, byOperator: boolean) => {
      steered.current ||= byOperator;
      lastViews.set(scene, { viewport, steered: steered.current });
    },
    [scene],
  );
  return { showAll, show, centre, rested };
}
