import type { Axis } from "../../projections/lanes-axis.ts";

/** What part of the axis is shown: a visible duration that ends at a time, or that ends with the present. */
export interface Viewport {
  readonly endMs: number;
  readonly spanMs: number;
  readonly follow: boolean;
}

/** Places of the shown part's two edges. */
export interface Edges {
  readonly left: number;
  readonly right: number;
}

export const minSpanMs = 20;
export const maxSpanMs = 90 * 86_400_000;
export const usualSpanMs = 240_000;
/** What a young journal is shown at first, so that it fills the view: grown in few steps, as a scale that creeps is hard to read. */
export function firstSpanMs(ageMs: number): number {
  for (let spanMs = usualSpanMs / 4; spanMs < usualSpanMs; spanMs *= 2) if (ageMs <= spanMs * (1 - liveMargin)) return spanMs;
  return usualSpanMs;
}

/** Part of the span that stays free at the right of the present. */
const liveMargin = 0.025;
/** Part of the span that one may pan beyond what there is. */
const beyond = 0.6;

export function edges(view: Viewport, axis: Axis, nowMs: number): Edges {
  const right = view.follow ? axis.placeOf(nowMs) + view.spanMs * liveMargin : axis.placeOf(view.endMs);
  return { left: right - view.spanMs, right };
}

/** The same edges, moved by less than a pixel so that a whole number of them lies before: what was painted once can then be moved. */
export function onPixels({ left }: Edges, spanMs: number, pixels: number, origin: number): Edges {
  const pixelMs = spanMs / pixels;
  const snapped = origin + Math.round((left - origin) / pixelMs) * pixelMs;
  return { left: snapped, right: snapped + spanMs };
}

/** Moves by a visible duration, to the past when negative. It no longer follows the present. */
export function panned(view: Viewport, axis: Axis, nowMs: number, byMs: number, firstMs: number): Viewport {
  const least = axis.placeOf(firstMs) + view.spanMs * (1 - beyond);
  const most = axis.placeOf(nowMs) + view.spanMs * beyond;
  const right = edges(view, axis, nowMs).right + byMs;
  return { ...view, follow: false, endMs: axis.msAt(Math.max(Math.min(right, most), Math.min(least, most))) };
}

/** Zooms about the point at `share` of the width; a view that follows the present goes on to do so. */
export function zoomed(view: Viewport, axis: Axis, nowMs: number, factor: number, share: number): Viewport {
  const spanMs = Math.min(Math.max(view.spanMs * factor, minSpanMs), maxSpanMs);
  if (view.follow) return { ...view, spanMs };
  const { left } = edges(view, axis, nowMs);
  const place = left + share * view.spanMs;
  return { ...view, spanMs, endMs: axis.msAt(place + (1 - share) * spanMs) };
}

/** All between two times, with a little air. */
export function showingAll(axis: Axis, fromMs: number, toMs: number): Viewport {
  const spanMs = Math.max(axis.placeOf(toMs) - axis.placeOf(fromMs), minSpanMs);
  return { endMs: axis.msAt(axis.placeOf(toMs) + spanMs * liveMargin), spanMs: Math.min(spanMs * (1 + 2 * liveMargin), maxSpanMs), follow: true };
}

/** Moves no more than it has to so that a time is in sight: to the left part, as most is to be seen after it. */
export function keeping(view: Viewport, axis: Axis, ms: number): Viewport {
  const [place, right] = [axis.placeOf(ms), axis.placeOf(view.endMs)];
  if (place >= right - view.spanMs && place <= right) return view;
  return { ...view, endMs: axis.msAt(place + view.spanMs * 0.8) };
}

/** From `fromMs` to the present; follows it. */
export function fitted(axis: Axis, nowMs: number, fromMs: number): Viewport {
  const spanMs = (axis.placeOf(nowMs) - axis.placeOf(fromMs)) / (1 - 2 * liveMargin);
  return { endMs: nowMs, spanMs: Math.min(Math.max(spanMs, 10_000), maxSpanMs), follow: true };
}

/** Shows exactly a range of times. */
export function showing(axis: Axis, fromMs: number, toMs: number): Viewport {
  const spanMs = axis.placeOf(toMs) - axis.placeOf(fromMs);
  return { endMs: toMs, spanMs: Math.min(Math.max(spanMs, minSpanMs), maxSpanMs), follow: false };
}
