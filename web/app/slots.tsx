import { lazy } from "react";

const tracks = () => import("../features/tracks/TracksView.tsx");
const graph = () => import("../features/graph/GraphView.tsx");

/** The big views load on their own, so that the frame stands at once. */
export const TracksView = lazy(tracks);
export const GraphView = lazy(graph);
export const Timeline = lazy(() => import("../features/timeline/Timeline.tsx"));
export const loadLayouts = [tracks, graph];
