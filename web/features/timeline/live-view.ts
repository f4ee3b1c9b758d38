import type { TimelineView } from "./timeline-view.ts";

let shown: TimelineView | undefined;

/** The timeline that is on the page, for keys that work from anywhere. Returns how to take it away. */
export function offerView(view: TimelineView): () => void {
  shown = view;
  return () => {
    if (shown === view) shown = undefined;
  };
}

/** Follows the present, or stands still. */
export function toggleFollow(): void {
  shown?.follow(!shown.viewport.follow);
}
