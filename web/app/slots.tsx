import { lazy } from "react";

/** The big views load on their own, so that the frame stands at once. */
export const TracksView = lazy(() => import("../features/tracks/TracksView.tsx"));
export const GraphView = lazy(() => import("../features/graph/GraphView.tsx"));
export const Timeline = lazy(() => import("../features/timeline/Timeline.tsx"));
