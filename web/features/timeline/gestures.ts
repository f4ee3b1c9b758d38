import type { TimelineView } from "./timeline-view.ts";

export interface GestureEvents {
  /** The pointer is here, in the canvas's own pixels; undefined when it left. */
  hovered(point: { readonly x: number; readonly y: number } | undefined): void;
  clicked(point: { readonly x: number; readonly y: number }): void;
  doubleClicked(point: { readonly x: number; readonly y: number }): void;
}

const dragFromPx = 4;
const wheelZoom = 0.002;
/** Lines, where a wheel counts in lines, in pixels. */
const linePx = 16;

/**
 * Drag pans (both ways), shift with the wheel or a sideways swipe pans, ctrl or command with the wheel or two fingers zoom,
 * a plain wheel scrolls the lanes. Returns how to stop.
 */
export function listenToGestures(region: HTMLElement, view: TimelineView, events: GestureEvents): () => void {
  const pointers = new Map<number, { x: number; y: number }>();
  let dragging = false;
  let start = { x: 0, y: 0 };
  const abort = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(type: K, listener: (event: HTMLElementEventMap[K]) => void, passive = true) =>
    region.addEventListener(type, listener, { signal: abort.signal, passive });

  const pointOf = (event: MouseEvent) => {
    const box = region.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const plotWidth = () => Math.max(1, region.clientWidth - (view.scene?.gutter ?? 0));
  const shareOf = (x: number) => Math.min(Math.max((x - (view.scene?.gutter ?? 0)) / plotWidth(), 0), 1);

  on("pointerdown", (event) => {
    // The scroll bar is the browser's.
    if (event.button !== 0 || pointOf(event).x > region.clientWidth) return;
    pointers.set(event.pointerId, pointOf(event));
    start = pointOf(event);
    dragging = pointers.size > 1;
  });
  on("pointermove", (event) => {
    const point = pointOf(event);
    const before = pointers.get(event.pointerId);
    if (before === undefined) {
      if (event.pointerType !== "touch") events.hovered(point);
      return;
    }
    if (!dragging && Math.hypot(point.x - start.x, point.y - start.y) < dragFromPx) return;
    if (!dragging) {
      dragging = true;
      region.setPointerCapture(event.pointerId);
      events.hovered(undefined);
    }
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other === undefined) {
      view.pan((before.x - point.x) / plotWidth());
      if (event.pointerType !== "touch") region.scrollTop += before.y - point.y;
    } else {
      const apart = (one: { x: number }) => Math.max(20, Math.abs(one.x - other.x));
      view.zoom(apart(before) / apart(point), shareOf((point.x + other.x) / 2));
    }
    pointers.set(event.pointerId, point);
  });
  const ended = (event: PointerEvent) => {
    if (!pointers.delete(event.pointerId)) return;
    if (event.type === "pointerup" && !dragging) events.clicked(pointOf(event));
    if (pointers.size === 0) dragging = false;
  };
  on("pointerup", ended);
  on("pointercancel", ended);
  on("pointerleave", () => events.hovered(undefined));
  on("dblclick", (event) => events.doubleClicked(pointOf(event)));
  on(
    "wheel",
    (event) => {
      const unit = event.deltaMode === 0 ? 1 : linePx;
      const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        view.zoom(Math.exp(dy * wheelZoom), shareOf(pointOf(event).x));
      } else if (event.shiftKey || Math.abs(dx) > Math.abs(dy)) {
        event.preventDefault();
        view.pan((dx === 0 ? dy : dx) / plotWidth());
      }
    },
    false,
  );
  return () => abort.abort();
}
