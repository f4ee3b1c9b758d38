/** Name of the mark in the browser's performance timeline: the first picture of the graph was ready to be shown. */
export const drawnMark = "signalbox:graph-drawn";

let marked = false;

/** Sets the mark, once a page. */
export function markDrawn(): void {
  if (marked) return;
  marked = true;
  performance.mark(drawnMark);
}
